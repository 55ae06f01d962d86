#include "vault/base/process.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "kua/error.h"

namespace kua::base {

void harden_process() {
    const rlimit no_core{/*rlim_cur=*/0, /*rlim_max=*/0};
    if (setrlimit(RLIMIT_CORE, &no_core) != 0) {
        throw Error{ErrorCode::kFailed, "core files could not be turned off"};
    }
    if (prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) != 0) {
        throw Error{ErrorCode::kFailed, "the process could not be made unreadable for others"};
    }
}

}  // namespace kua::base
