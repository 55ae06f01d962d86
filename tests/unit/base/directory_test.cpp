// The contract of FileSystem and Directory where names are made, moved and removed.
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"
#include "tests/support/disks.h"
#include "tests/support/errors.h"
#include "vault/base/filesystem.h"

namespace kua::base {
namespace {

using testing::code_of;
using testing::names_in;
using testing::put;
using testing::read_all;

KUA_ON_BOTH_DISKS("directories are listed by the bytes of their names, whatever these are") {
    TestType disk;
    FileSystem& files = disk.files();
    const std::vector<std::string> names{"\x01",
                                         "\x1b[2J",
                                         " ",
                                         "-rf",
                                         "...",
                                         "CON",
                                         "Z",
                                         "\\..\\..\\etc",
                                         "a",
                                         "a b\nc",
                                         "file.",
                                         "o:p",
                                         "~",
                                         "қараша.jpg",
                                         "\xe2\x80\xaegpj.exe",
                                         "\xff\xfe",
                                         std::string(255, '\xff')};
    for (const std::string& name : names) {
        put(files, disk.at(name), name);
    }
    CHECK(names_in(files, disk.at("")) == names);
    for (const std::string& name : names) {
        CHECK(read_all(files, disk.at(name)) == name);
    }
    for (const DirectoryEntry& entry : files.list(disk.at(""))) {
        CHECK(entry.kind == FileKind::kRegular);
    }
    CHECK(code_of([&] { return files.list(disk.at("a")); }) == ErrorCode::kNoFile);
    CHECK(code_of([&] { return files.list(disk.at("none")); }) == ErrorCode::kNoFile);
}

KUA_ON_BOTH_DISKS("directories are made and removed one at a time, and only empty") {
    TestType disk;
    FileSystem& files = disk.files();
    CHECK(code_of([&] { files.create_directory(disk.at("a/b")); }) == ErrorCode::kNoFile);
    files.create_directory(disk.at("a"));
    files.create_directory(disk.at("a/b"));
    CHECK(code_of([&] { files.create_directory(disk.at("a")); }) == ErrorCode::kExists);
    CHECK(files.status(disk.at("a"))->kind == FileKind::kDirectory);
    CHECK(code_of([&] { files.remove_directory(disk.at("a")); }) == ErrorCode::kExists);
    CHECK(code_of([&] { files.remove_file(disk.at("a")); }) == ErrorCode::kNoFile);
    put(files, disk.at("file"), "x");
    CHECK(code_of([&] { files.create_directory(disk.at("file")); }) == ErrorCode::kExists);
    CHECK(code_of([&] { files.remove_directory(disk.at("file")); }) == ErrorCode::kNoFile);
    CHECK(code_of([&] { files.remove_directory(disk.at("none")); }) == ErrorCode::kNoFile);
    CHECK(code_of([&] { files.remove_file(disk.at("none")); }) == ErrorCode::kNoFile);
    files.remove_directory(disk.at("a/b"));
    files.remove_directory(disk.at("a"));
    CHECK_FALSE(files.status(disk.at("a")));
}

KUA_ON_BOTH_DISKS("rename replaces a file, and who has it open keeps reading the old one") {
    TestType disk;
    FileSystem& files = disk.files();
    put(files, disk.at("old"), "old");
    put(files, disk.at("new"), "new");
    const auto old_reader = files.open(disk.at("old"), OpenMode::kRead);
    files.rename(disk.at("new"), disk.at("old"));
    CHECK(read_all(files, disk.at("old")) == "new");
    CHECK(read_all(*old_reader) == "old");
    CHECK_FALSE(files.status(disk.at("new")));
    files.rename(disk.at("old"), disk.at("old"));
    CHECK(read_all(files, disk.at("old")) == "new");
    const auto reader = files.open(disk.at("old"), OpenMode::kReadWrite);
    files.remove_file(disk.at("old"));
    reader->write_at(3, bytes_of("er"));
    CHECK(read_all(*reader) == "newer");
    CHECK_FALSE(files.status(disk.at("old")));
}

KUA_ON_BOTH_DISKS("rename refuses what would lose something") {
    TestType disk;
    FileSystem& files = disk.files();
    put(files, disk.at("file"), "x");
    files.create_directory(disk.at("empty"));
    files.create_directory(disk.at("full"));
    put(files, disk.at("full/file"), "y");
    const auto renaming = [&](const char* from, const char* to) {
        return code_of([&] { files.rename(disk.at(from), disk.at(to)); });
    };
    CHECK(renaming("none", "other") == ErrorCode::kNoFile);
    CHECK(renaming("file", "none/file") == ErrorCode::kNoFile);
    CHECK(renaming("file", "empty") == ErrorCode::kNoFile);
    CHECK(renaming("empty", "file") == ErrorCode::kNoFile);
    CHECK(renaming("empty", "full") == ErrorCode::kExists);
    CHECK(renaming("full", "full/inside") == ErrorCode::kStorage);
    CHECK_FALSE(renaming("full", "empty"));
    CHECK(read_all(files, disk.at("empty/file")) == "y");
    CHECK_FALSE(renaming("file", "empty/moved"));
    CHECK(names_in(files, disk.at("empty")) == std::vector<std::string>{"file", "moved"});
}

KUA_ON_BOTH_DISKS("an open directory takes no name that is there") {
    TestType disk;
    FileSystem& files = disk.files();
    const auto directory = files.open_directory(disk.at(""));
    disk.add_symlink("dangling", "nothing");
    files.create_directory(disk.at("folder"));
    directory->create_new("a")->write_at(0, bytes_of("a"));
    directory->create_new("b")->write_at(0, bytes_of("b"));
    for (const char* name : {"a", "dangling", "folder"}) {
        INFO(name);
        CHECK(code_of([&] { return directory->create_new(name); }) == ErrorCode::kExists);
        CHECK(code_of([&] { directory->rename_no_replace("b", name); }) == ErrorCode::kExists);
    }
    CHECK(code_of([&] { directory->rename_no_replace("a", "a"); }) == ErrorCode::kExists);
    CHECK(code_of([&] { directory->rename_no_replace("none", "c"); }) == ErrorCode::kNoFile);
    CHECK(code_of([&] { directory->remove("none"); }) == ErrorCode::kNoFile);
    CHECK(code_of([&] { directory->remove("folder"); }) == ErrorCode::kNoFile);
    CHECK_FALSE(files.status(disk.at("nothing")));
    directory->rename_no_replace("b", "c");
    directory->remove("dangling");
    directory->sync();
    directory->sync_contents();
    CHECK(read_all(files, disk.at("a")) == "a");
    CHECK(read_all(files, disk.at("c")) == "b");
    CHECK(names_in(files, disk.at("")) == std::vector<std::string>{"a", "c", "folder"});
}

KUA_ON_BOTH_DISKS("an open directory can't be left by a name") {
    TestType disk;
    FileSystem& files = disk.files();
    files.create_directory(disk.at("inside"));
    put(files, disk.at("outside"), "x");
    const auto directory = files.open_directory(disk.at("inside"));
    directory->create_new("file");
    for (const std::string& name :
         {std::string(), std::string("."), std::string(".."), std::string("../outside"),
          std::string("/etc/passwd"), std::string("a/b"), std::string("a/"),
          std::string("file\0.jpg", 9)}) {
        CHECK(code_of([&] { return directory->create_new(name); }) == ErrorCode::kBug);
        CHECK(code_of([&] { directory->remove(name); }) == ErrorCode::kBug);
        CHECK(code_of([&] { directory->rename_no_replace(name, "c"); }) == ErrorCode::kBug);
        CHECK(code_of([&] { directory->rename_no_replace("file", name); }) == ErrorCode::kBug);
    }
    CHECK(code_of([&] { return directory->create_new(std::string(256, 'n')); }) ==
          ErrorCode::kNoFile);
    // The directory moves and a link takes its place: what was opened stays where it was.
    files.rename(disk.at("inside"), disk.at("moved"));
    disk.add_symlink("inside", "/");
    directory->create_new("later");
    CHECK(names_in(files, disk.at("moved")) == std::vector<std::string>{"file", "later"});
}

}  // namespace
}  // namespace kua::base
