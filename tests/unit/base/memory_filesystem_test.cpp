// What only the file system in memory has: it can be full, damaged and copied.
#include "tests/support/memory_filesystem.h"

#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"
#include "tests/support/errors.h"

namespace kua::testing {
namespace {

using base::bytes_of;
using base::OpenMode;

TEST_CASE("a full disk keeps what fits and says so", "[support]") {
    MemoryFileSystem files;
    files.set_capacity_bytes(10);
    files.add_file("old", bytes_of("1234"));
    CHECK(files.free_bytes("/") == 6);
    const auto file = files.open("new", OpenMode::kCreateNew);
    CHECK(message_of([&] { file->write_at(0, bytes_of("abcdefgh")); }) ==
          "write file \"new\": no room on the device");
    CHECK(files.content("new") == base::copy_of(bytes_of("abcdef")));
    CHECK(files.free_bytes("/") == 0);
    CHECK_FALSE(code_of([&] { file->write_at(0, bytes_of("ABCDEF")); }));
    CHECK(code_of([&] { file->write_at(9, bytes_of("x")); }) == ErrorCode::kStorage);
    CHECK(code_of([&] { file->truncate(7); }) == ErrorCode::kStorage);
    CHECK(file->status().size_bytes == 6);
    files.remove_file("old");
    CHECK_FALSE(code_of([&] { file->write_at(6, bytes_of("ghij")); }));
    CHECK(files.used_bytes() == 10);
}

TEST_CASE("room comes back when the last reader of a removed file is gone", "[support]") {
    MemoryFileSystem files;
    files.set_capacity_bytes(4);
    files.add_file("a", bytes_of("1234"));
    auto reader = files.open("a", OpenMode::kRead);
    files.remove_file("a");
    CHECK(files.free_bytes("/") == 0);
    CHECK(files.tree().nodes.size() == 1);
    reader.reset();
    CHECK(files.free_bytes("/") == 4);
}

TEST_CASE("open files outlive their file system", "[support]") {
    std::unique_ptr<base::File> file;
    {
        MemoryFileSystem files;
        file = files.open("a", OpenMode::kCreateNew);
    }
    file->write_at(0, bytes_of("x"));
    CHECK(file->status().size_bytes == 1);
}

TEST_CASE("a tree is a copy that goes on by itself", "[support]") {
    MemoryFileSystem files;
    files.add_file("/media/stick/a", bytes_of("x"));
    MemoryFileSystem copy(files.tree());
    files.flip_bit("/media/stick/a", 1);
    CHECK(copy.content("media/stick/a") == base::copy_of(bytes_of("x")));
    CHECK(files.content("media/stick/a") == base::copy_of(bytes_of("z")));
    copy.remove_file("/media/stick/a");
    CHECK(files.status("/media/stick/a"));
    CHECK(copy.open("b", OpenMode::kCreateNew)->status().inode !=
          files.status("/media/stick/a")->inode);
}

TEST_CASE("added files replace older ones and times can be set", "[support]") {
    MemoryFileSystem files;
    files.add_file("a", bytes_of("old"));
    files.add_file("a", bytes_of("new"));
    files.set_modified_ns("a", -7);
    CHECK(files.status("a")->modified_ns == -7);
    CHECK(files.content("a") == base::copy_of(bytes_of("new")));
    CHECK(files.list("/").size() == 1);
    CHECK(files.tree().nodes.size() == 2);
}

TEST_CASE("many threads may use one file system", "[support]") {
    MemoryFileSystem files;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&files, thread] {
            for (int i = 0; i < 200; ++i) {
                const std::string name = std::to_string(thread) + "-" + std::to_string(i);
                const auto file = files.open(name, OpenMode::kCreateNew);
                file->write_at(0, bytes_of(name));
                files.rename(name, name + "x");
                if (i % 2 == 0) {
                    files.remove_file(name + "x");
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(files.list("/").size() == 400);
}

}  // namespace
}  // namespace kua::testing
