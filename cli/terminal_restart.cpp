#include "cli/terminal_restart.h"

#include <cerrno>
#include <csignal>
#include <system_error>

#include <sys/prctl.h>
#include <unistd.h>

#include "cli/terminal.h"

namespace kua::cli {

std::string begin_anew(const std::vector<std::string>& arguments) {
    std::vector<std::string> words{"kua"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    // This very program, also if another one has its name by now.
    ::execve("/proc/self/exe", pointers.data(), environ);
    return std::generic_category().message(errno);
}

void take_name_back() noexcept {
    ::prctl(PR_SET_NAME, "kua", 0, 0, 0);
}

void act_upon(int signal) noexcept {
    if (signal != caught_signal()) {
        ::raise(signal);
    }
}

}  // namespace kua::cli
