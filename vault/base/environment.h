// The three seams together, as the upper layers hand them down. Refers, owns nothing.
#pragma once

#include "vault/base/clock.h"
#include "vault/base/filesystem.h"
#include "vault/base/random.h"

namespace kua::base {

struct Environment {
    FileSystem& files;
    Clock& clock;
    Random& random;
};

}  // namespace kua::base
