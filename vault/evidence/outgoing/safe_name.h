// File names for what leaves the vault. A stored name is data: never a path.
#pragma once

#include <string>
#include <string_view>

namespace kua::evidence {

// A name that any file system takes and that can't leave its directory: no separators, control or
// bidi characters, no leading dot or hyphen, no device name of Windows, no trailing dot or space,
// at most 200 bytes, ending kept. `stored` is what the journal has; never empty.
std::string safe_file_name(std::string_view stored);

// The same with a number before the ending, for names that are taken: "IMG_0412 (2).jpg".
std::string numbered_name(std::string_view safe_name, unsigned number);

}  // namespace kua::evidence
