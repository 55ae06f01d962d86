// File on a descriptor of Linux; locks are open-file-description locks (fcntl(2), F_OFD_SETLK):
// they belong to the File and not to the process, so two Files of one process exclude each other
// and closing one never drops what the other holds.
#pragma once

#include <memory>

#include <sys/stat.h>

#include "vault/base/filesystem.h"
#include "vault/base/posix_descriptor.h"

namespace kua::base {

// `path` is what messages call it.
std::unique_ptr<File> make_posix_file(Descriptor descriptor, const fs::path& path);

FileStatus status_from(const struct stat& attributes) noexcept;

}  // namespace kua::base
