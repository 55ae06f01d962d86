#include "vault/base/process.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kua/error.h"

namespace kua::base {

void hold_standard_streams() {
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
        if (::fcntl(stream, F_GETFD) != -1 || errno != EBADF) {
            continue;
        }
        // The other way round, so that what is printed is not lost without an error.
        const int flags = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (::open("/dev/null", flags) != stream) {
            throw Error{ErrorCode::kFailed, "a closed standard stream could not be held"};
        }
    }
}

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
