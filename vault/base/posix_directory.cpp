#include "vault/base/posix_directory.h"

#include <cstdio>
#include <initializer_list>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vault/base/check.h"
#include "vault/base/posix_error.h"
#include "vault/base/posix_file.h"

namespace kua::base {
namespace {

void check_name(const std::string& name) {
    KUA_CHECK(!name.empty() && name != "." && name != "..");
    KUA_CHECK(name.find('/') == std::string::npos && name.find('\0') == std::string::npos);
}

Descriptor create_at(OpenDirectory directory, const std::string& name) {
    Descriptor file = beyond_standard_streams(Descriptor{retry_interrupted([&] {
        return ::openat(directory.number, name.c_str(),
                        O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    })});
    if (!file.is_open()) {
        const int error = errno;  // before the path is made, which may change it
        throw_errno(error, "create file", directory.path / name);
    }
    return file;
}

bool is_lacking(int error) noexcept {  // what file systems answer that do not know the call
    return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP;
}

bool rename_atomically(OpenDirectory directory, const std::string& from, const std::string& to) {
    if (::renameat2(directory.number, from.c_str(), directory.number, to.c_str(),
                    RENAME_NOREPLACE) == 0) {
        return true;
    }
    const int error = errno;
    if (is_lacking(error)) {
        return false;
    }
    throw_errno(error, "rename", directory.path / from, directory.path / to);
}

bool rename_by_link(OpenDirectory directory, const std::string& from, const std::string& to) {
    if (::linkat(directory.number, from.c_str(), directory.number, to.c_str(), /*flags=*/0) != 0) {
        const int error = errno;
        if (is_lacking(error) || error == EPERM || error == EMLINK) {  // FAT answers EPERM
            return false;
        }
        throw_errno(error, "rename", directory.path / from, directory.path / to);
    }
    if (::unlinkat(directory.number, from.c_str(), /*flags=*/0) != 0) {
        const int error = errno;
        throw_errno(error, "rename", directory.path / from, directory.path / to);
    }
    return true;
}

bool rename_over_placeholder(OpenDirectory directory, const std::string& from,
                             const std::string& to) {
    struct stat attributes {};
    if (::fstatat(directory.number, from.c_str(), &attributes, AT_SYMLINK_NOFOLLOW) != 0) {
        const int error = errno;
        throw_errno(error, "rename", directory.path / from, directory.path / to);
    }
    // O_EXCL makes the name ours; what is replaced then is our own empty file.
    create_at(directory, to);
    if (::renameat(directory.number, from.c_str(), directory.number, to.c_str()) != 0) {
        const int error = errno;
        ::unlinkat(directory.number, to.c_str(), /*flags=*/0);
        throw_errno(error, "rename", directory.path / from, directory.path / to);
    }
    return true;
}

class PosixDirectory final : public Directory {
public:
    PosixDirectory(Descriptor descriptor, fs::path path) noexcept
        : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

    std::unique_ptr<File> create_new(const std::string& name) override {
        check_name(name);
        return make_posix_file(create_at(here(), name), path_ / name);
    }

    void rename_no_replace(const std::string& from, const std::string& to) override {
        check_name(from);
        check_name(to);
        for (const RenameWay way :
             {RenameWay::kAtomic, RenameWay::kLink, RenameWay::kPlaceholder}) {
            if (try_rename_no_replace(here(), from, to, way)) {
                return;
            }
        }
    }

    void remove(const std::string& name) override {
        check_name(name);
        if (::unlinkat(descriptor_.number(), name.c_str(), /*flags=*/0) != 0) {
            const int error = errno;
            throw_errno(error, "remove file", path_ / name);
        }
    }

    void sync() override { sync_open_directory(here()); }

    void sync_contents() override {
        if (retry_interrupted([&] { return ::syncfs(descriptor_.number()); }) != 0) {
            throw_errno(errno, "sync file system of", path_);
        }
    }

private:
    OpenDirectory here() const noexcept { return {descriptor_.number(), path_}; }

    Descriptor descriptor_;
    fs::path path_;  // as it was opened; for messages
};

}  // namespace

std::unique_ptr<Directory> make_posix_directory(Descriptor descriptor, const fs::path& path) {
    return std::make_unique<PosixDirectory>(std::move(descriptor), path);
}

void sync_open_directory(OpenDirectory directory) {
    if (retry_interrupted([&] { return ::fsync(directory.number); }) != 0 && !is_lacking(errno)) {
        throw_errno(errno, "sync directory", directory.path);
    }
}

bool try_rename_no_replace(OpenDirectory directory, const std::string& from, const std::string& to,
                           RenameWay way) {
    switch (way) {
        case RenameWay::kAtomic:
            return rename_atomically(directory, from, to);
        case RenameWay::kLink:
            return rename_by_link(directory, from, to);
        case RenameWay::kPlaceholder:
            return rename_over_placeholder(directory, from, to);
    }
    KUA_CHECK(false);
}

}  // namespace kua::base
