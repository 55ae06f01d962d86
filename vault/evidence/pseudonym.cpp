#include "vault/evidence/pseudonym.h"

#include <algorithm>

#include "vault/base/parse.h"

namespace kua::evidence {

bool is_pseudonym(std::string_view text) {
    const bool has_form = text.size() >= 4 && text.size() <= 8 && text.starts_with("P-");
    const bool is_padded = text.size() > 4 && text[2] == '0';  // P-007 would be mistaken for P-07
    return has_form && !is_padded &&
           std::all_of(text.begin() + 2, text.end(), base::is_ascii_digit);
}

bool is_source_name(std::string_view text) {
    return text == "self" || text == "public" || text == "unknown" || is_pseudonym(text);
}

}  // namespace kua::evidence
