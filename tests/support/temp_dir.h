// A directory of the real file system that goes away with its owner, whatever is in it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

#include <unistd.h>

namespace kua::testing {

class TempDir {
public:
    TempDir() : path_(std::filesystem::temp_directory_path() / "kua-test-XXXXXX") {
        std::string name = path_.native();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary directory for the test");
        }
        path_ = name;
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::filesystem::path& path() const noexcept { return path_; }
    std::filesystem::path operator/(const std::filesystem::path& name) const {
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

}  // namespace kua::testing
