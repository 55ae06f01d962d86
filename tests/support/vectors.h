// Test vectors of other projects: found through $KUA_VECTORS, else in ../shared/vectors beside the
// repository root. A test skips, with the reason, where they are absent, and counts what it read.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "vault/base/bytes.h"

namespace kua::testing {

std::filesystem::path vectors_directory();

// The root of the tree that this was built from.
std::filesystem::path repository_directory();

// The path of a file or directory of vectors, `name` being relative. Skips the test if it is
// absent.
inline std::filesystem::path find_vectors(const std::string& name) {
    const std::filesystem::path path = vectors_directory() / name;
    if (!std::filesystem::exists(path)) {
        SKIP("SKIPPED vectors " << name << ": not in $KUA_VECTORS or ../shared/vectors");
    }
    return path;
}

inline base::Bytes read_vector(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return base::copy_of(base::bytes_of(text));
}

// The names of all files in a directory of vectors but its licence, sorted by bytes.
inline std::vector<std::string> list_vectors(const std::filesystem::path& directory) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        if (entry.is_regular_file() && entry.path().filename() != "LICENSE") {
            names.push_back(entry.path().filename().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace kua::testing
