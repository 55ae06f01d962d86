// Programs that others wrote, run as they are on this machine, to check that they agree with kua.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace kua::testing {

struct ProgramResult {
    int exit_status = -1;  // -1 if a signal ended it
    std::string output;    // standard output, then standard error
};

// Runs arguments[0], found on PATH, without a shell, and waits for it. `input` is its standard
// input, as a file. Throws std::runtime_error if it can't be started.
ProgramResult run_program(const std::vector<std::string>& arguments, std::string_view input = {});

bool has_program(const std::string& name);

// Skips the test, with the reason, where the program is not installed.
inline void require_program(const std::string& name) {
    if (!has_program(name)) {
        SKIP("SKIPPED interoperation with " << name << ": not installed");
    }
}

void write_file(const std::filesystem::path& path, std::string_view content);
std::string read_file(const std::filesystem::path& path);

}  // namespace kua::testing
