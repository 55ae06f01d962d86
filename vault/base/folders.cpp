#include "vault/base/folders.h"

#include <optional>

#include "kua/error.h"

namespace kua::base {
namespace {

// No file system has folders that deep.
constexpr int kMostLevels = 4096;

bool is_same(const FileStatus& one, const FileStatus& other) {
    return one.device == other.device && one.inode == other.inode;
}

// The folder itself, or nothing.
std::optional<FileStatus> folder_at(FileSystem& files, const fs::path& path) {
    const std::optional<FileStatus> status = files.status(path / ".");
    return status && status->kind == FileKind::kDirectory ? status : std::nullopt;
}

}  // namespace

bool lies_in(FileSystem& files, const fs::path& path, const fs::path& folder) try {
    const std::optional<FileStatus> wanted = folder_at(files, folder);
    fs::path here = path;
    std::optional<FileStatus> status;
    try {
        status = folder_at(files, here);
    } catch (const Error&) {
        status = std::nullopt;  // no folder: then where it lies decides
    }
    if (!status) {
        here = path.has_parent_path() ? path.parent_path() : fs::path{"."};
        status = folder_at(files, here);
    }
    for (int level = 0; wanted && status && level < kMostLevels; ++level) {
        if (is_same(*status, *wanted)) {
            return true;
        }
        here /= "..";
        const std::optional<FileStatus> above = folder_at(files, here);
        if (above && is_same(*above, *status)) {
            return false;  // the root
        }
        status = above;
    }
    return false;
} catch (const Error&) {
    return false;
}

void create_folder(FileSystem& files, const fs::path& path) {
    const fs::path plain = path.has_filename() ? path : path.parent_path();  // "a/" is "a"
    files.create_directory(plain);
    files.sync_directory(plain.has_parent_path() ? plain.parent_path() / "" : fs::path{"."});
}

bool lie_on_one_device(FileSystem& files, const fs::path& a, const fs::path& b) {
    const std::optional<FileStatus> one = folder_at(files, a);
    const std::optional<FileStatus> other = folder_at(files, b);
    return one && other && one->device == other->device;
}

void remove_tree(FileSystem& files, const fs::path& path) {
    for (const DirectoryEntry& entry : files.list(path)) {
        if (entry.kind == FileKind::kDirectory) {
            remove_tree(files, path / entry.name);
        } else {
            files.remove_file(path / entry.name);
        }
    }
    files.remove_directory(path);
}

}  // namespace kua::base
