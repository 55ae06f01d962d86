#include "vault/base/posix_error.h"

#include <system_error>

#include "vault/base/path_words.h"

namespace kua::base {

ErrorCode code_of_errno(int error) noexcept {
    switch (error) {
        case EACCES:
        case EISDIR:
        case ELOOP:
        case ENAMETOOLONG:
        case ENOENT:
        case ENOTDIR:
        case EPERM:
            return ErrorCode::kNoFile;
        case EEXIST:
        case ENOTEMPTY:
            return ErrorCode::kExists;
        case EMFILE:
        case ENFILE:
        case ENOMEM:
            return ErrorCode::kFailed;
        case EBADF:
        case EFAULT:
            return ErrorCode::kBug;
        default:
            return ErrorCode::kStorage;
    }
}

std::string words_of_errno(int error) {
    switch (error) {
        case EACCES:
        case EPERM:
            return "permission denied";
        case EISDIR:
            return "is a directory";
        case ELOOP:
            return "is a symbolic link";
        case ENAMETOOLONG:
            return "the name is too long";
        case ENOENT:
            return "no such file or directory";
        case ENOTDIR:
            return "is not a directory, or a part of its path is none";
        case EEXIST:
            return "already exists";
        case ENOTEMPTY:
            return "the directory is not empty";
        case EMFILE:
        case ENFILE:
            return "too many open files";
        case ENOMEM:
            return "out of memory";
        case ENOSPC:
            return "no room on the device";
        case EDQUOT:
            return "no room left in the quota on the device";
        case EROFS:
            return "the device is read-only";
        case EFBIG:
            return "the file is too large for this file system";
        case EIO:
            return "the device failed (input/output error)";
        case ENODEV:
        case ENXIO:
        case ENOMEDIUM:
        case ESTALE:
            return "the device is gone";
        case EINVAL:
            return "the file system does not allow it";
        default:
            return std::generic_category().message(error);
    }
}

void throw_errno(int error, std::string_view doing, const std::filesystem::path& path) {
    throw_errno(error, naming(doing, path));
}

void throw_errno(int error, std::string_view doing, const std::filesystem::path& from,
                 const std::filesystem::path& to) {
    throw_errno(error, naming(naming(doing, from) + " to", to));
}

void throw_errno(int error, std::string_view doing) {
    const std::string message = std::string(doing) + ": " + words_of_errno(error);
    if (error == ENOSPC || error == EDQUOT) {
        throw Error::no_room(message);
    }
    if (error == EACCES || error == EPERM) {
        throw Error::no_permission(message);
    }
    if (error == EROFS) {
        throw Error::read_only(message);
    }
    throw Error{code_of_errno(error), message};
}

}  // namespace kua::base
