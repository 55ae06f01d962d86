// Runs a fuzz target without libFuzzer, as a plain test: every file of its kept corpus, every
// beginning of it, and every byte of it altered in turn, as far as the number of mutations goes.
// Usage: kua_corpus_<target> CORPUS_DIRECTORY
#include <algorithm>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz.h"
#include "tests/support/effort.h"
#include "tests/support/run_program.h"

namespace {

namespace fs = std::filesystem;

// Per file; larger files are cut and altered at evenly spaced places. With a sanitizer fewer do:
// tests/fuzz/run goes on from there.
constexpr std::size_t kMaxMutations = kua::testing::kSanitized ? 50 : 400;

// Copies, so that a sanitizer sees any step past the end.
void run(const std::string& input) {
    const std::vector<std::uint8_t> copy(input.begin(), input.end());
    LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

std::size_t run_with_mutations(const std::string& input) {
    std::size_t runs = 1;
    run(input);
    const std::size_t step = std::max<std::size_t>(1, input.size() / kMaxMutations);
    for (std::size_t i = 0; i < input.size(); i += step) {
        run(input.substr(0, i));
        std::string altered = input;
        altered[i] = static_cast<char>(altered[i] ^ (1 << i % 8));
        run(altered);
        runs += 2;
    }
    run(input + '\n');
    return runs + 1;
}

int run_corpus(const fs::path& directory) {
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    std::size_t runs = 0;
    for (const fs::path& file : files) {
        try {
            runs += run_with_mutations(kua::testing::read_file(file));
        } catch (const std::exception& error) {
            std::cerr << file.string() << ", or altered: " << error.what() << '\n';
            return 1;
        }
    }
    std::cout << files.size() << " files, " << runs << " executions, at most " << kMaxMutations
              << " places in a file\n";
    return files.empty() ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 2) {
        std::cerr << "usage: " << argv[0] << " CORPUS_DIRECTORY\n";
        return 2;
    }
    return run_corpus(argv[1]);
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
