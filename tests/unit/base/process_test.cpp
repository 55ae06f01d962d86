#include "vault/base/process.h"

#include <cstdlib>

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/temp_dir.h"
#include "vault/base/filesystem.h"
#include "vault/base/posix_directory.h"

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

bool is_open(int stream) {
    return fcntl(stream, F_GETFD) != -1;
}

TEST_CASE("closed standard streams are held, and still fail", "[base]") {
    for (int closed = 1; closed < 8; ++closed) {
        CAPTURE(closed);
        CHECK(in_child([closed] {
                  for (int stream = 0; stream < 3; ++stream) {
                      if ((closed >> stream & 1) != 0) {
                          close(stream);
                      }
                  }
                  hold_standard_streams();
                  hold_standard_streams();
                  char byte = 'x';
                  const bool reads_fail = (closed & 1) == 0 || read(0, &byte, 1) == -1;
                  const bool prints_fail = (closed & 2) == 0 || write(1, &byte, 1) == -1;
                  const bool errors_fail = (closed & 4) == 0 || write(2, &byte, 1) == -1;
                  return is_open(0) && is_open(1) && is_open(2) && reads_fail && prints_fail &&
                         errors_fail;
              }) == 0);
    }
}

// As a program that uses the library may leave them.
TEST_CASE("no file is opened where a closed standard stream was", "[base][posix]") {
    const testing::TempDir dir;
    CHECK(in_child([&dir] {
              close(0);
              close(1);
              close(2);
              FileSystem& files = posix_filesystem();
              const auto made = files.open(dir / "a", OpenMode::kCreateNew);
              const auto directory = files.open_directory(dir.path());
              const auto inside = directory->create_new("b");
              made->write_at(0, bytes_of("evidence"));
              inside->write_at(0, bytes_of("evidence"));
              const bool is_lost = write(1, "list", 4) == -1 && write(2, "warning", 7) == -1;
              const auto again = files.open(dir / "a", OpenMode::kRead);
              return is_lost && !is_open(0) && !is_open(1) && !is_open(2) &&
                     again->status().size_bytes == 8 && inside->status().size_bytes == 8;
          }) == 0);
}

}  // namespace
}  // namespace kua::base
