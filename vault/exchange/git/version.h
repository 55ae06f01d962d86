// The libgit2 that runs in this process.
#pragma once

#include "kua/version.h"

namespace kua::exchange {

ComponentVersion libgit2_version();

}  // namespace kua::exchange
