// Showing untrusted text. Implemented in vault/text.cpp.
#pragma once

#include <string>
#include <string_view>

namespace kua {

// Control characters, line breaks, bidi and invisible formatting characters and bytes that aren't
// UTF-8 become visible escapes, so that a name can neither move the cursor nor pose as another.
std::string escape_for_display(std::string_view untrusted);

// Columns the text takes on a terminal (wide characters count two), for aligning tables.
std::size_t display_width(std::string_view shown);

}  // namespace kua
