#include <algorithm>
#include <cstdio>
#include <limits>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "vault/base/cdeleter.h"
#include "vault/base/filesystem.h"
#include "vault/base/path_words.h"
#include "vault/base/posix_directory.h"
#include "vault/base/posix_error.h"
#include "vault/base/posix_file.h"
#include "vault/base/removable.h"

namespace kua::base {
namespace {

using DirectoryStream = std::unique_ptr<DIR, CDeleter<closedir>>;

// The path for the system. One with a zero byte would be cut there and name something else.
const char* system_path(const fs::path& path) {
    if (path.native().find('\0') != std::string::npos) {
        throw Error{ErrorCode::kNoFile, naming("a path with a zero byte:", path)};
    }
    return path.c_str();
}

int open_flags(OpenMode mode) noexcept {
    // O_NONBLOCK, in case a FIFO has taken the file's place since it was looked at.
    constexpr int kAlways = O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
    switch (mode) {
        case OpenMode::kRead:
            return kAlways | O_RDONLY;
        case OpenMode::kReadWrite:
            return kAlways | O_RDWR;
        case OpenMode::kReadWriteCreate:
            return kAlways | O_RDWR | O_CREAT;
        case OpenMode::kCreateNew:
            return kAlways | O_RDWR | O_CREAT | O_EXCL;
    }
    return kAlways;
}

void require_regular(const struct stat& attributes, const fs::path& path) {
    if (S_ISLNK(attributes.st_mode)) {
        throw_errno(ELOOP, "open file", path);
    }
    if (S_ISDIR(attributes.st_mode)) {
        throw_errno(EISDIR, "open file", path);
    }
    if (!S_ISREG(attributes.st_mode)) {
        throw Error{ErrorCode::kNoFile, naming("open file", path) + ": is not a regular file"};
    }
}

Descriptor open_descriptor(const fs::path& path, int flags) {
    const char* const name = system_path(path);
    return beyond_standard_streams(
        Descriptor{retry_interrupted([&] { return ::open(name, flags, S_IRUSR | S_IWUSR); })});
}

Descriptor open_directory_descriptor(const fs::path& path, int extra_flags) {
    const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | extra_flags;
    Descriptor directory = open_descriptor(path, flags);
    if (!directory.is_open()) {
        throw_errno(errno, "open directory", path);
    }
    return directory;
}

FileKind kind_of(int directory, const dirent& entry) {
    switch (entry.d_type) {
        case DT_REG:
            return FileKind::kRegular;
        case DT_DIR:
            return FileKind::kDirectory;
        case DT_LNK:
            return FileKind::kSymlink;
        case DT_UNKNOWN:
            break;
        default:
            return FileKind::kOther;
    }
    struct stat attributes {};  // this file system keeps no kinds in its directories
    if (::fstatat(directory, entry.d_name, &attributes, AT_SYMLINK_NOFOLLOW) != 0) {
        return FileKind::kOther;  // gone again, or the device failed: opening it will say so
    }
    return status_from(attributes).kind;
}

class PosixFileSystem final : public FileSystem {
public:
    std::unique_ptr<File> open(const fs::path& path, OpenMode mode) override {
        struct stat attributes {};
        if (mode != OpenMode::kCreateNew) {
            // First by name, since merely opening a device can set it off.
            if (::lstat(system_path(path), &attributes) == 0) {
                require_regular(attributes, path);
            } else if (errno != ENOENT || mode != OpenMode::kReadWriteCreate) {
                throw_errno(errno, "open file", path);
            }
        }
        Descriptor file;
        if (mode == OpenMode::kRead) {  // leaves the original as it was found, if it is ours
            file = open_descriptor(path, open_flags(mode) | O_NOATIME);
        }
        if (!file.is_open()) {
            file = open_descriptor(path, open_flags(mode));
        }
        if (!file.is_open()) {
            throw_errno(errno, mode == OpenMode::kCreateNew ? "create file" : "open file", path);
        }
        if (::fstat(file.number(), &attributes) != 0) {
            throw_errno(errno, "look at file", path);
        }
        require_regular(attributes, path);
        return make_posix_file(std::move(file), path);
    }

    std::unique_ptr<Directory> open_directory(const fs::path& path) override {
        return make_posix_directory(open_directory_descriptor(path, O_NOFOLLOW), path);
    }

    std::optional<FileStatus> status(const fs::path& path) override {
        struct stat attributes {};
        if (::lstat(system_path(path), &attributes) == 0) {
            return status_from(attributes);
        }
        if (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG) {
            return std::nullopt;
        }
        throw_errno(errno, "look at", path);
    }

    std::vector<DirectoryEntry> list(const fs::path& path) override {
        Descriptor directory = open_directory_descriptor(path, O_NOFOLLOW);
        const DirectoryStream stream{::fdopendir(directory.number())};
        if (!stream) {
            throw_errno(errno, "list directory", path);
        }
        directory.release();  // the stream closes it
        std::vector<DirectoryEntry> entries;
        while (true) {
            errno = 0;
            const dirent* entry = ::readdir(stream.get());
            if (entry == nullptr) {
                break;
            }
            const std::string name = entry->d_name;
            if (name != "." && name != "..") {
                entries.push_back({name, kind_of(::dirfd(stream.get()), *entry)});
            }
        }
        if (errno != 0) {
            throw_errno(errno, "list directory", path);
        }
        std::ranges::sort(entries, {}, &DirectoryEntry::name);
        return entries;
    }

    void create_directory(const fs::path& path) override {
        if (::mkdir(system_path(path), S_IRWXU) != 0) {
            throw_errno(errno, "create directory", path);
        }
    }

    void rename(const fs::path& from, const fs::path& to) override {
        if (::rename(system_path(from), system_path(to)) != 0) {
            throw_errno(errno, "rename", from, to);
        }
    }

    void remove_file(const fs::path& path) override {
        if (::unlink(system_path(path)) != 0) {
            throw_errno(errno, "remove file", path);
        }
    }

    void remove_directory(const fs::path& path) override {
        if (::rmdir(system_path(path)) != 0) {
            throw_errno(errno, "remove directory", path);
        }
    }

    void sync_directory(const fs::path& path) override {
        const Descriptor directory = open_directory_descriptor(path, 0);
        sync_open_directory({directory.number(), path});
    }

    std::uint64_t free_bytes(const fs::path& path) override {
        struct statvfs room {};
        const char* const name = system_path(path);
        if (retry_interrupted([&] { return ::statvfs(name, &room); }) != 0) {
            throw_errno(errno, "look at free room in", path);
        }
        if (room.f_blocks == 0) {  // some file systems of a network don't say
            return std::numeric_limits<std::int64_t>::max();
        }
        return static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize;
    }

    bool is_removable(const fs::path& path) override {
        struct stat attributes {};
        return ::stat(system_path(path), &attributes) == 0 &&
               is_removable_device("/sys", {.major_number = major(attributes.st_dev),
                                            .minor_number = minor(attributes.st_dev)});
    }
};

}  // namespace

FileSystem& posix_filesystem() {
    static PosixFileSystem files;
    return files;
}

}  // namespace kua::base
