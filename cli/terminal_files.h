// Passphrases from files and descriptors, and the few facts about its surroundings that the command
// line depends on.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kua/passphrase.h"

namespace kua::cli {

namespace fs = std::filesystem;  // paths only

// The bytes of a file, without one line break at the end. Throws kNoFile, and kUsage if it is empty
// or over 1,024 bytes. `what` it is stands in what is thrown.
struct PassphraseFile {
    Passphrase passphrase;
    bool readable_by_others = false;
};
PassphraseFile read_passphrase_file(const fs::path& file, std::string_view what);
// The same from an open descriptor, to its end.
Passphrase read_passphrase_descriptor(int descriptor, std::string_view what);

std::optional<std::string> environment_variable(const char* name);
bool path_exists(const fs::path& path) noexcept;
// Also where a folder on the way may not be looked into.
bool may_exist(const fs::path& path) noexcept;
bool is_empty_directory(const fs::path& path) noexcept;
// Paths of what is there that begins so; folders end in a slash.
std::vector<std::string> paths_beginning_with(std::string_view beginning);
// The path from the root, seen from the working directory; nothing if that is gone.
std::optional<fs::path> whole_path(const fs::path& path);
// The working directory or the nearest one above it that has an entry of this name.
std::optional<fs::path> nearest_directory_with(const std::string& name);

}  // namespace kua::cli
