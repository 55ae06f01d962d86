// Paths in messages: escaped, between quotation marks.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace kua::base {

// "open file \"DCIM/IMG_0412.jpg\""
std::string naming(std::string_view doing, const std::filesystem::path& path);

// The message without the path, for reports that name it beside the message: what naming() put
// there is taken out, other text stays.
std::string without_path(std::string message, const std::filesystem::path& path);

}  // namespace kua::base
