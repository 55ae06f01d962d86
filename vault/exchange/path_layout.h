// The directory of a repository on a stick: what stock git needs to take it for one.
// docs/formats.md, "Carrier".
#pragma once

#include "vault/base/filesystem.h"

namespace kua::exchange {

// Whether the directory has what makes a bare repository; links don't count.
bool is_repository(base::FileSystem& files, const base::fs::path& dir);

// Makes the directory and what belongs into it, or completes what a crash left. HEAD comes last
// and makes it a repository. kExists if there is something else.
void create_repository(base::FileSystem& files, const base::fs::path& dir);

}  // namespace kua::exchange
