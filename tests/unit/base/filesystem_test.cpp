// The contract of FileSystem and File, held against the real one and the one in memory alike.
#include "vault/base/filesystem.h"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"
#include "tests/support/disks.h"
#include "tests/support/errors.h"
#include "tests/support/seeded_random.h"
#include "vault/base/path_words.h"

namespace kua::base {
namespace {

using testing::code_of;
using testing::message_of;
using testing::names_in;
using testing::put;
using testing::read_all;

KUA_ON_BOTH_DISKS("what is written is read back, wherever in the file") {
    TestType disk;
    const auto file = disk.files().open(disk.at("a"), OpenMode::kReadWriteCreate);
    CHECK(read_all(*file).empty());
    file->write_at(0, bytes_of("hello"));
    file->write_at(3, bytes_of("p me"));
    CHECK(read_all(*file) == "help me");
    file->write_at(9, bytes_of("!"));
    CHECK(read_all(*file) == std::string("help me\0\0!", 10));
    file->write_at(20, {});
    CHECK(file->status().size_bytes == 10);
    file->truncate(4);
    CHECK(read_all(*file) == "help");
    file->truncate(6);
    CHECK(read_all(*file) == std::string("help\0\0", 6));
    Bytes out(3);
    CHECK(file->read_at(5, out) == 1);
    CHECK(file->read_at(6, out) == 0);
    CHECK(file->read_at(1000, out) == 0);
    CHECK(file->read_at(0, {}) == 0);
    file->sync();
    file->start_writeback(0, 6);
    file->will_read_all();
    file->drop_cache(0, 0);
}

KUA_ON_BOTH_DISKS("random writes, reads and cuts agree with a plain buffer") {
    TestType disk;
    testing::SeededRandom random(11);
    const auto file = disk.files().open(disk.at("a"), OpenMode::kCreateNew);
    Bytes expected;
    for (int step = 0; step < 500; ++step) {
        const std::uint64_t offset = random.below(20000);
        const Bytes bytes = random.bytes(random.below(5000) + 1);
        if (random.one_in(5)) {
            file->truncate(offset);
            expected.resize(offset);
            continue;
        }
        file->write_at(offset, bytes);
        expected.resize(std::max<std::size_t>(expected.size(), offset + bytes.size()));
        std::ranges::copy(bytes, expected.begin() + static_cast<std::ptrdiff_t>(offset));
        Bytes whole(expected.size() + 1);
        whole.resize(file->read_at(0, whole));
        REQUIRE(whole == expected);
    }
}

KUA_ON_BOTH_DISKS("each mode opens what it says and nothing else") {
    TestType disk;
    FileSystem& files = disk.files();
    CHECK(code_of([&] { return files.open(disk.at("a"), OpenMode::kRead); }) == ErrorCode::kNoFile);
    CHECK(code_of([&] { return files.open(disk.at("a"), OpenMode::kReadWrite); }) ==
          ErrorCode::kNoFile);
    CHECK_FALSE(files.status(disk.at("a")));
    files.open(disk.at("a"), OpenMode::kCreateNew)->write_at(0, bytes_of("x"));
    CHECK(code_of([&] { return files.open(disk.at("a"), OpenMode::kCreateNew); }) ==
          ErrorCode::kExists);
    CHECK(read_all(files, disk.at("a")) == "x");
    CHECK(read_all(*files.open(disk.at("a"), OpenMode::kReadWrite)) == "x");
    CHECK(read_all(*files.open(disk.at("a"), OpenMode::kReadWriteCreate)) == "x");
    CHECK(code_of([&] { return files.open(disk.at("none/a"), OpenMode::kCreateNew); }) ==
          ErrorCode::kNoFile);
    CHECK(code_of([&] { return files.open(disk.at("a/b"), OpenMode::kReadWriteCreate); }) ==
          ErrorCode::kNoFile);
    const auto reader = files.open(disk.at("a"), OpenMode::kRead);
    CHECK(code_of([&] { reader->write_at(0, bytes_of("y")); }) == ErrorCode::kBug);
    CHECK(code_of([&] { reader->truncate(0); }) == ErrorCode::kBug);
    CHECK(read_all(files, disk.at("a")) == "x");
}

KUA_ON_BOTH_DISKS("paths that name no regular file are not opened") {
    TestType disk;
    FileSystem& files = disk.files();
    files.create_directory(disk.at("folder"));
    disk.add_fifo("fifo");
    put(files, disk.at("file"), "x");
    const fs::path zero{disk.at("file").native() + std::string("\0.jpg", 5)};
    for (const OpenMode mode :
         {OpenMode::kRead, OpenMode::kReadWrite, OpenMode::kReadWriteCreate}) {
        for (const fs::path& path :
             {disk.at("folder"), disk.at("folder/."), disk.at("fifo"), disk.at("file/"),
              disk.at("file/."), disk.at(std::string(256, 'n')), fs::path(), zero}) {
            INFO(path);
            CHECK(code_of([&] { return files.open(path, mode); }) == ErrorCode::kNoFile);
        }
    }
    CHECK(code_of([&] { return files.open(disk.at("fifo"), OpenMode::kCreateNew); }) ==
          ErrorCode::kExists);
    CHECK(code_of([&] { return files.status(zero); }) == ErrorCode::kNoFile);
    CHECK(code_of([&] { files.remove_file(zero); }) == ErrorCode::kNoFile);
    CHECK(files.status(disk.at("file")));
}

KUA_ON_BOTH_DISKS("a link as the last component is never followed, one before it is") {
    TestType disk;
    FileSystem& files = disk.files();
    files.create_directory(disk.at("folder"));
    put(files, disk.at("folder/file"), "x");
    disk.add_symlink("to_file", "folder/file");
    disk.add_symlink("to_folder", "folder");
    disk.add_symlink("dangling", "nothing");
    disk.add_symlink("loop", "loop");
    for (const char* name : {"to_file", "to_folder", "dangling", "loop"}) {
        INFO(name);
        CHECK(files.status(disk.at(name))->kind == FileKind::kSymlink);
        CHECK(code_of([&] { return files.open(disk.at(name), OpenMode::kRead); }) ==
              ErrorCode::kNoFile);
        CHECK(code_of([&] { return files.open(disk.at(name), OpenMode::kReadWriteCreate); }) ==
              ErrorCode::kNoFile);
        CHECK(code_of([&] { return files.open(disk.at(name), OpenMode::kCreateNew); }) ==
              ErrorCode::kExists);
        CHECK(code_of([&] { return files.list(disk.at(name)); }) == ErrorCode::kNoFile);
        CHECK(code_of([&] { return files.open_directory(disk.at(name)); }) == ErrorCode::kNoFile);
        CHECK(code_of([&] { files.create_directory(disk.at(name)); }) == ErrorCode::kExists);
    }
    CHECK_FALSE(files.status(disk.at("nothing")));
    CHECK(read_all(files, disk.at("to_folder/file")) == "x");
    CHECK(names_in(files, disk.at("to_folder") / "") == std::vector<std::string>{"file"});
    CHECK_NOTHROW(files.open_directory(disk.at("to_folder") / "")->create_new("new"));
    CHECK(read_all(files, disk.at("folder/new")).empty());
    CHECK_NOTHROW(files.sync_directory(disk.at("to_folder")));
    CHECK(code_of([&] { return files.open(disk.at("loop/x"), OpenMode::kRead); }) ==
          ErrorCode::kNoFile);
    CHECK(code_of([&] { return files.status(disk.at("loop/x")); }) == ErrorCode::kNoFile);
    files.remove_file(disk.at("to_file"));
    CHECK(read_all(files, disk.at("folder/file")) == "x");
}

KUA_ON_BOTH_DISKS("unreadable files are an error and not empty") {
    TestType disk;
    put(disk.files(), disk.at("a"), "x");
    if (!disk.make_unreadable("a")) {
        SKIP("root may read everything");
    }
    CHECK(code_of([&] { return disk.files().open(disk.at("a"), OpenMode::kRead); }) ==
          ErrorCode::kNoFile);
}

KUA_ON_BOTH_DISKS("listing tells the kinds apart") {
    TestType disk;
    disk.files().create_directory(disk.at("folder"));
    disk.add_fifo("fifo");
    disk.add_symlink("link", "folder");
    const auto entries = disk.files().list(disk.at("."));
    REQUIRE(entries.size() == 3);
    CHECK(entries[0].kind == FileKind::kOther);
    CHECK(entries[1].kind == FileKind::kDirectory);
    CHECK(entries[2].kind == FileKind::kSymlink);
}

KUA_ON_BOTH_DISKS("status moves with content and names what is there") {
    TestType disk;
    FileSystem& files = disk.files();
    const auto file = files.open(disk.at("a"), OpenMode::kCreateNew);
    const FileStatus before = file->status();
    CHECK(files.status(disk.at("a")) == before);
    file->write_at(0, bytes_of("12345"));
    const FileStatus after = file->status();
    CHECK(after.size_bytes == 5);
    CHECK(after.inode == before.inode);
    CHECK(after.device == before.device);
    CHECK(after.changed_ns >= before.changed_ns);
    CHECK(after.modified_ns >= before.modified_ns);
    CHECK_FALSE(files.status(disk.at("none")));
    CHECK_FALSE(files.status(disk.at("a/b")));
    CHECK_FALSE(files.status(disk.at("none/b")));
    CHECK_FALSE(files.status(disk.at(std::string(256, 'n'))));
}

KUA_ON_BOTH_DISKS("there is room for something") {
    TestType disk;
    CHECK(disk.files().free_bytes(disk.at("")) > 0);
    CHECK(code_of([&] { return disk.files().free_bytes(disk.at("none")); }) == ErrorCode::kNoFile);
}

KUA_ON_BOTH_DISKS("messages name what failed, and where") {
    TestType disk;
    FileSystem& files = disk.files();
    CHECK(message_of([&] { return files.open(disk.at("Rosa"), OpenMode::kRead); }) ==
          naming("open file", disk.at("Rosa")) + ": no such file or directory");
    CHECK(message_of([&] { return files.list(disk.at("Rosa")); }) ==
          naming("open directory", disk.at("Rosa")) + ": no such file or directory");
    put(files, disk.at("Rosa"), "x");
    CHECK(message_of([&] { return files.open(disk.at("Rosa"), OpenMode::kCreateNew); }) ==
          naming("create file", disk.at("Rosa")) + ": already exists");
    CHECK(message_of([&] { files.create_directory(disk.at("Rosa")); }) ==
          naming("create directory", disk.at("Rosa")) + ": already exists");
    const auto file = files.open(disk.at("Rosa"), OpenMode::kRead);
    CHECK(message_of([&] {
              file->write_at(0, bytes_of("x"));
          }).starts_with(naming("write file", disk.at("Rosa")) + ": "));
    const auto directory = files.open_directory(disk.at(""));
    CHECK(message_of([&] { directory->remove("x"); }) ==
          naming("remove file", disk.at("") / "x") + ": no such file or directory");
    CHECK(message_of([&] {
              directory->rename_no_replace("Rosa", "Rosa");
          }).starts_with(naming("rename", disk.at("") / "Rosa") + " to "));
    CHECK(message_of([&] {
              return files.open(disk.at("a\nb"), OpenMode::kRead);
          }).find("a\\x0ab\": no such file") != std::string::npos);
    CHECK(message_of([&] { files.rename(disk.at("x"), disk.at("y")); }) ==
          naming(naming("rename", disk.at("x")) + " to", disk.at("y")) +
              ": no such file or directory");
}

}  // namespace
}  // namespace kua::base
