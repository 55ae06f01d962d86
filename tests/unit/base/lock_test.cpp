// The contract of locks on files.
#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"
#include "tests/support/disks.h"
#include "tests/support/errors.h"
#include "vault/base/filesystem.h"

namespace kua::base {
namespace {

using testing::code_of;

KUA_ON_BOTH_DISKS("locks exclude other open files, in this process too") {
    TestType disk;
    FileSystem& files = disk.files();
    const auto a = files.open(disk.at("lock"), OpenMode::kReadWriteCreate);
    auto b = files.open(disk.at("lock"), OpenMode::kReadWrite);
    CHECK(a->try_lock(0, 10, LockMode::kExclusive));
    CHECK_FALSE(b->try_lock(9, 1, LockMode::kExclusive));
    CHECK_FALSE(b->try_lock(0, 100, LockMode::kShared));
    CHECK(b->try_lock(10, 10, LockMode::kExclusive));
    CHECK_FALSE(a->try_lock(0, 11, LockMode::kShared));
    CHECK_FALSE(b->try_lock(9, 1, LockMode::kShared));  // a's refused call changed nothing
    CHECK(a->locked_by_other(10, 1));
    CHECK(a->locked_by_other(0, 11));
    CHECK_FALSE(a->locked_by_other(0, 10));
    CHECK_FALSE(a->locked_by_other(20, 1));
    b.reset();
    CHECK_FALSE(a->locked_by_other(0, 100));
    a->unlock(0, 10);
    const auto c = files.open(disk.at("lock"), OpenMode::kReadWrite);
    CHECK(c->try_lock(0, 10, LockMode::kExclusive));
}

KUA_ON_BOTH_DISKS("shared locks share, and grow and shrink only where nobody minds") {
    TestType disk;
    FileSystem& files = disk.files();
    const auto a = files.open(disk.at("lock"), OpenMode::kReadWriteCreate);
    const auto b = files.open(disk.at("lock"), OpenMode::kRead);
    CHECK(a->try_lock(100, 10, LockMode::kShared));
    CHECK(b->try_lock(100, 10, LockMode::kShared));
    CHECK_FALSE(a->try_lock(105, 1, LockMode::kExclusive));
    CHECK(a->locked_by_other(105, 1));
    b->unlock(104, 2);
    CHECK(a->try_lock(104, 2, LockMode::kExclusive));
    CHECK_FALSE(a->try_lock(103, 1, LockMode::kExclusive));
    CHECK_FALSE(a->try_lock(106, 1, LockMode::kExclusive));
    CHECK_FALSE(b->try_lock(105, 1, LockMode::kShared));
    CHECK(a->try_lock(104, 2, LockMode::kShared));  // exclusive becomes shared
    CHECK(b->try_lock(105, 1, LockMode::kShared));
    CHECK(code_of([&] { return b->try_lock(0, 1, LockMode::kExclusive); }) == ErrorCode::kBug);
    CHECK(code_of([&] { return a->try_lock(0, 0, LockMode::kShared); }) == ErrorCode::kBug);
    // SQLite locks bytes just below 1 GiB, in files of any size.
    CHECK(a->try_lock(0x40000000, 512, LockMode::kExclusive));
    CHECK(b->locked_by_other(0x40000000, 1));
}

}  // namespace
}  // namespace kua::base
