// Showing untrusted text. Implemented in vault/text.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kua {

// Control characters, line breaks, bidi and invisible formatting characters and bytes that aren't
// UTF-8 become visible escapes, so that a name can neither move the cursor nor pose as another.
std::string escape_for_display(std::string_view untrusted);

// The bytes of the file name that an item's `name` stands for: in names, bytes that aren't UTF-8
// are kept as `\xHH`. To be shown through escape_for_display() like everything else.
std::string file_name_of(std::string_view name);

// Columns the text takes on a terminal (wide characters count two), for aligning tables.
std::size_t display_width(std::string_view shown);

}  // namespace kua
