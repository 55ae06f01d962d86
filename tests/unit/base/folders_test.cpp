#include "vault/base/folders.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/fault_filesystem.h"
#include "tests/support/memory_filesystem.h"

namespace kua::base {
namespace {

TEST_CASE("what lies in a folder does so however it is written", "[base]") {
    testing::MemoryFileSystem files;
    files.add_file("/disk/vault/kua.vault", bytes_of("x"));
    files.add_directory("/disk/vault/objects/deep");
    files.add_directory("/disk/out");
    files.add_symlink("/disk/link", "/disk/vault/objects");
    files.add_symlink("/disk/away", "/disk/out");
    for (const char* inside :
         {"/disk/vault", "/disk/vault/new", "/disk/vault/objects/deep", "/disk/vault/objects/new",
          "/disk/vault/kua.vault", "/disk/out/../vault/new", "/disk/link", "/disk/link/new"}) {
        CAPTURE(inside);
        CHECK(lies_in(files, inside, "/disk/vault"));
    }
    for (const char* outside : {"/disk", "/disk/out", "/disk/out/new", "/disk/vault/../new",
                                "/disk/vaulted", "/disk/away/new", "/", "/nowhere/at/all"}) {
        CAPTURE(outside);
        CHECK_FALSE(lies_in(files, outside, "/disk/vault"));
    }
    CHECK_FALSE(lies_in(files, "/disk/out", "/nowhere"));
}

TEST_CASE("folders lie on one device or on two", "[base]") {
    testing::MemoryFileSystem disk;
    disk.add_directory("/disk/a");
    disk.add_directory("/disk/b");
    disk.add_directory("/media/stick");
    disk.add_symlink("/disk/link", "/disk/b");
    testing::FaultFileSystem files{disk};
    files.plug_in_fake("/media/stick");
    CHECK(lie_on_one_device(files, "/disk/a", "/disk/b"));
    CHECK(lie_on_one_device(files, "/disk/a", "/disk/link"));
    CHECK_FALSE(lie_on_one_device(files, "/disk/a", "/media/stick"));
    CHECK_FALSE(lie_on_one_device(files, "/disk/a", "/nowhere"));
}

}  // namespace
}  // namespace kua::base
