// Where a path leads among folders, by what the file system says and not by how it is written.
#pragma once

#include "vault/base/filesystem.h"

namespace kua::base {

// Whether `path`, or the place where it would be made, is `folder` or lies somewhere below it.
// Links on the way are followed. False if either can't be looked at.
bool lies_in(FileSystem& files, const fs::path& path, const fs::path& folder);

}  // namespace kua::base
