// Directory on a descriptor of Linux, and renaming that never replaces anything.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "vault/base/filesystem.h"
#include "vault/base/posix_descriptor.h"

namespace kua::base {

// A descriptor and what messages call it; only for the length of a call.
struct OpenDirectory {
    int number;
    const fs::path& path;
};

std::unique_ptr<Directory> make_posix_directory(Descriptor descriptor, const fs::path& path);

// Makes names in the directory durable. File systems that cannot sync a directory (EINVAL) are let
// pass: they have nothing better to offer.
void sync_open_directory(OpenDirectory directory);

// How a name can be taken without replacing what may be there, best first.
enum class RenameWay : std::uint8_t {
    kAtomic,       // renameat2(RENAME_NOREPLACE)
    kLink,         // linkat, then unlinkat: a crash between them leaves both names
    kPlaceholder,  // an empty new file takes the name, then is replaced: a crash leaves it empty
};

// Renames within the open directory. Returns false, with nothing changed, if its file system lacks
// this way; throws kExists if `to` is there, kNoFile if `from` is not.
bool try_rename_no_replace(OpenDirectory directory, const std::string& from, const std::string& to,
                           RenameWay way);

}  // namespace kua::base
