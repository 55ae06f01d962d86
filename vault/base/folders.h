// Folders as a whole: where a path leads among them, by what the file system says and not by how it
// is written, and how one goes away.
#pragma once

#include "vault/base/filesystem.h"

namespace kua::base {

// Whether `path`, or the place where it would be made, is `folder` or lies somewhere below it.
// Links on the way are followed. False if either can't be looked at.
bool lies_in(FileSystem& files, const fs::path& path, const fs::path& folder);

// Makes a folder whose name is durable. kExists if it is there; the one above it has to be.
void create_folder(FileSystem& files, const fs::path& path);

// Whether two folders lie on the same device. Links are followed. False if either isn't there.
// kStorage if a device fails at that.
bool lie_on_one_device(FileSystem& files, const fs::path& a, const fs::path& b);

// Removes a folder and everything below it, whoever put it there; links are removed, not followed.
void remove_tree(FileSystem& files, const fs::path& path);

}  // namespace kua::base
