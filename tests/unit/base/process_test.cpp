#include "vault/base/process.h"

#include <cstdlib>

#include <catch2/catch_test_macros.hpp>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kua::base {
namespace {

// The exit status of a child that runs `check`; limits can't be raised again, so the test program
// itself stays as it is.
template <class Check>
int in_child(Check check) {
    const auto checked = [&]() noexcept { return check(); };  // what throws ends the child alone
    const pid_t child = fork();
    if (child == 0) {
        _exit(checked() ? 0 : 1);
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_CASE("a hardened process is not dumpable and writes no core files [T32]", "[base]") {
    CHECK(in_child([] {
              harden_process();
              rlimit core{1, 1};
              return prctl(PR_GET_DUMPABLE, 0L, 0L, 0L, 0L) == 0 &&
                     getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0;
          }) == 0);
}

TEST_CASE("hardening twice is fine", "[base]") {
    CHECK(in_child([] {
              harden_process();
              harden_process();
              return true;
          }) == 0);
}

}  // namespace
}  // namespace kua::base
