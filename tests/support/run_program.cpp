#include "tests/support/run_program.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/temp_dir.h"

namespace kua::testing {
namespace {

class SpawnActions {
public:
    SpawnActions() { ::posix_spawn_file_actions_init(&actions_); }
    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;
    ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }

    void redirect(int descriptor, const std::filesystem::path& path, int flags) {
        ::posix_spawn_file_actions_addopen(&actions_, descriptor, path.c_str(), flags, 0600);
    }
    const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

}  // namespace

ProgramResult run_program(const std::vector<std::string>& arguments, std::string_view input) {
    const TempDir streams;
    write_file(streams / "in", input);
    SpawnActions actions;
    actions.redirect(STDIN_FILENO, streams / "in", O_RDONLY);
    actions.redirect(STDOUT_FILENO, streams / "out", O_WRONLY | O_CREAT);
    actions.redirect(STDERR_FILENO, streams / "err", O_WRONLY | O_CREAT);
    std::vector<std::string> owned = arguments;
    std::vector<char*> pointers;
    pointers.reserve(owned.size() + 1);
    for (std::string& argument : owned) {
        pointers.push_back(argument.data());
    }
    pointers.push_back(nullptr);
    ::pid_t child = 0;
    if (::posix_spawnp(&child, pointers[0], actions.get(), nullptr, pointers.data(), environ) !=
        0) {
        throw std::runtime_error("can't start " + arguments.at(0));
    }
    int status = 0;
    while (::waitpid(child, &status, 0) != child) {
    }
    return {.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            .output = read_file(streams / "out") + read_file(streams / "err")};
}

bool has_program(const std::string& name) {
    const char* const set = std::getenv("PATH");
    std::istringstream path(set == nullptr ? "" : set);
    for (std::string directory; std::getline(path, directory, ':');) {
        if (::access((std::filesystem::path(directory) / name).c_str(), X_OK) == 0) {
            return true;
        }
    }
    return false;
}

void write_file(const std::filesystem::path& path, std::string_view content) {
    std::ofstream file(path, std::ios::binary);
    file << content;
    if (!file.flush()) {
        throw std::runtime_error("can't write " + path.string());
    }
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("can't read " + path.string());
    }
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace kua::testing
