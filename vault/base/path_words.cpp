#include "vault/base/path_words.h"

#include "vault/base/utf8.h"

namespace kua::base {

std::string naming(std::string_view doing, const std::filesystem::path& path) {
    return std::string{doing} + " " + base::quoted(path.native());
}

std::string without_path(std::string message, const std::filesystem::path& path) {
    const std::string named = naming("", path);
    if (const std::size_t at = message.find(named); at != std::string::npos) {
        message.erase(at, named.size());
    }
    return message;
}

}  // namespace kua::base
