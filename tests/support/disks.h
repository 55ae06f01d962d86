// The two file systems that one contract is held against, and shorthands for both.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/memory_filesystem.h"
#include "tests/support/temp_dir.h"
#include "vault/base/filesystem.h"

// A test case that runs on both; TestType is the disk.
#define KUA_ON_BOTH_DISKS(name) \
    TEMPLATE_TEST_CASE(name, "[base][filesystem]", kua::testing::RealDisk, kua::testing::MemoryDisk)

namespace kua::testing {

class RealDisk {
public:
    base::FileSystem& files() { return base::posix_filesystem(); }
    fs::path at(const std::string& name) { return directory_.path() / name; }
    void add_symlink(const std::string& name, const fs::path& target) {
        REQUIRE(::symlink(target.c_str(), at(name).c_str()) == 0);
    }
    void add_fifo(const std::string& name) { REQUIRE(::mkfifo(at(name).c_str(), 0600) == 0); }
    // False if nobody can be kept from reading, as root can't.
    bool make_unreadable(const std::string& name) {
        return ::chmod(at(name).c_str(), 0) == 0 && ::geteuid() != 0;
    }

private:
    TempDir directory_;
};

class MemoryDisk {
public:
    MemoryDisk() { files_.add_directory("/media/stick"); }
    base::FileSystem& files() { return files_; }
    fs::path at(const std::string& name) { return "/media/stick/" + name; }
    void add_symlink(const std::string& name, const fs::path& target) {
        files_.add_symlink(at(name), target.native());
    }
    void add_fifo(const std::string& name) { files_.add_fifo(at(name)); }
    bool make_unreadable(const std::string& name) {
        files_.set_readable(at(name), false);
        return true;
    }

private:
    MemoryFileSystem files_;
};

inline void put(base::FileSystem& files, const fs::path& path, std::string_view content) {
    files.open(path, base::OpenMode::kReadWriteCreate)->write_at(0, base::bytes_of(content));
}

inline std::string read_all(base::File& file) {
    std::string content(file.status().size_bytes + 10, '?');
    content.resize(file.read_at(0, std::as_writable_bytes(std::span{content})));
    return content;
}

inline std::string read_all(base::FileSystem& files, const fs::path& path) {
    return read_all(*files.open(path, base::OpenMode::kRead));
}

inline std::vector<std::string> names_in(base::FileSystem& files, const fs::path& path) {
    std::vector<std::string> names;
    for (const base::DirectoryEntry& entry : files.list(path)) {
        names.push_back(entry.name);
    }
    return names;
}

}  // namespace kua::testing
