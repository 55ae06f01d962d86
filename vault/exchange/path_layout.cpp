#include "vault/exchange/path_layout.h"

#include <algorithm>
#include <array>

#include "kua/error.h"
#include "vault/base/folders.h"
#include "vault/base/path_words.h"
#include "vault/exchange/small_file.h"

namespace kua::exchange {
namespace {

constexpr std::string_view kHead = "ref: refs/heads/main\n";  // a branch that never comes to be
// For stock git only. FAT has no file modes.
constexpr std::string_view kConfig =
    "[core]\n\trepositoryformatversion = 0\n\tfilemode = false\n\tbare = true\n";
constexpr std::array kDirectories{"objects", "objects/info", "objects/pack", "refs", "refs/heads"};

base::fs::path temporary_name(const char* name) {
    return std::string(kTemporaryPrefix) + name;
}

bool is_of_layout(const std::string& name) {
    return name == "objects" || name == "refs" || name == "config" ||
           name.starts_with(kTemporaryPrefix);
}

void ensure_directory(base::FileSystem& files, const base::fs::path& dir) {
    if (!is_directory(files, dir)) {
        files.create_directory(dir);
    }
}

}  // namespace

bool is_repository(base::FileSystem& files, const base::fs::path& dir) {
    return file_size(files, dir / "HEAD") && is_directory(files, dir / "objects") &&
           is_directory(files, dir / "objects/pack") && is_directory(files, dir / "refs") &&
           is_directory(files, dir / "refs/heads");
}

void create_repository(base::FileSystem& files, const base::fs::path& dir) {
    if (!is_directory(files, dir / "")) {
        base::create_folder(files, dir);
    }
    const auto entries = files.list(dir / "");
    if (!std::ranges::all_of(entries, is_of_layout, &base::DirectoryEntry::name)) {
        throw Error{ErrorCode::kExists,
                    base::naming("create repository", dir) + ": there is something else"};
    }
    for (const char* name : kDirectories) {
        ensure_directory(files, dir / name);
    }
    for (const char* name : kDirectories) {
        files.sync_directory(dir / name);
    }
    replace_file(files, dir / temporary_name("config"), dir / "config", kConfig);
    replace_file(files, dir / temporary_name("HEAD"), dir / "HEAD", kHead);
}

}  // namespace kua::exchange
