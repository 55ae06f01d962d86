// How sources are named: by pseudonyms, and by words for those who have none.
#pragma once

#include <string_view>

namespace kua::evidence {

// "P-07": 2 to 6 digits, of more than two the first is no 0. Never derived from a name.
[[nodiscard]] bool is_pseudonym(std::string_view text);

// A pseudonym, or `self` (who wrote the entry made it), `public` or `unknown`.
[[nodiscard]] bool is_source_name(std::string_view text);

}  // namespace kua::evidence
