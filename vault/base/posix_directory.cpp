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

Descriptor create_at(int directory, const std::string& name) {
    Descriptor file{retry_interrupted([&] {
        return ::openat(directory, name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                        S_IRUSR | S_IWUSR);
    })};
    if (!file.is_open()) {
        throw_errno(errno, "create file");
    }
    return file;
}

bool is_lacking(int error) noexcept {  // what file systems answer that do not know the call
    return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP;
}

bool rename_atomically(int directory, const std::string& from, const std::string& to) {
    if (::renameat2(directory, from.c_str(), directory, to.c_str(), RENAME_NOREPLACE) == 0) {
        return true;
    }
    if (is_lacking(errno)) {
        return false;
    }
    throw_errno(errno, "rename file");
}

bool rename_by_link(int directory, const std::string& from, const std::string& to) {
    if (::linkat(directory, from.c_str(), directory, to.c_str(), /*flags=*/0) != 0) {
        if (is_lacking(errno) || errno == EPERM || errno == EMLINK) {  // FAT answers EPERM
            return false;
        }
        throw_errno(errno, "rename file");
    }
    if (::unlinkat(directory, from.c_str(), /*flags=*/0) != 0) {
        throw_errno(errno, "rename file");
    }
    return true;
}

bool rename_over_placeholder(int directory, const std::string& from, const std::string& to) {
    struct stat attributes {};
    if (::fstatat(directory, from.c_str(), &attributes, AT_SYMLINK_NOFOLLOW) != 0) {
        throw_errno(errno, "rename file");
    }
    // O_EXCL makes the name ours; what is replaced then is our own empty file.
    create_at(directory, to);
    if (::renameat(directory, from.c_str(), directory, to.c_str()) != 0) {
        const int error = errno;
        ::unlinkat(directory, to.c_str(), /*flags=*/0);
        throw_errno(error, "rename file");
    }
    return true;
}

class PosixDirectory final : public Directory {
public:
    explicit PosixDirectory(Descriptor descriptor) noexcept : descriptor_(std::move(descriptor)) {}

    std::unique_ptr<File> create_new(const std::string& name) override {
        check_name(name);
        return make_posix_file(create_at(descriptor_.number(), name));
    }

    void rename_no_replace(const std::string& from, const std::string& to) override {
        check_name(from);
        check_name(to);
        for (const RenameWay way :
             {RenameWay::kAtomic, RenameWay::kLink, RenameWay::kPlaceholder}) {
            if (try_rename_no_replace(descriptor_.number(), from, to, way)) {
                return;
            }
        }
    }

    void remove(const std::string& name) override {
        check_name(name);
        if (::unlinkat(descriptor_.number(), name.c_str(), /*flags=*/0) != 0) {
            throw_errno(errno, "remove file");
        }
    }

    void sync() override { sync_directory_descriptor(descriptor_.number()); }

    void sync_contents() override {
        if (retry_interrupted([&] { return ::syncfs(descriptor_.number()); }) != 0) {
            throw_errno(errno, "sync file system");
        }
    }

private:
    Descriptor descriptor_;
};

}  // namespace

std::unique_ptr<Directory> make_posix_directory(Descriptor descriptor) {
    return std::make_unique<PosixDirectory>(std::move(descriptor));
}

void sync_directory_descriptor(int directory) {
    if (retry_interrupted([&] { return ::fsync(directory); }) != 0 && !is_lacking(errno)) {
        throw_errno(errno, "sync directory");
    }
}

bool try_rename_no_replace(int directory, const std::string& from, const std::string& to,
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
