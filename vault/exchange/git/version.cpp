#include "vault/exchange/git/version.h"

#include <git2.h>

namespace kua::exchange {

ComponentVersion libgit2_version() {
    int major = 0;
    int minor = 0;
    int revision = 0;
    git_libgit2_version(&major, &minor, &revision);
    return {"libgit2",
            std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(revision)};
}

}  // namespace kua::exchange
