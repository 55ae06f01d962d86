// What becomes of the process. Beginning anew: all memory it had is given back to the system, which
// hands it to nobody unwiped.
#pragma once

#include <string>
#include <vector>

namespace kua::cli {

// Becomes kua with these arguments, and whatever descriptors and environment there are. Destructors
// don't run any more: close what has to be closed. Returns, with the reason, only if the system
// refuses.
std::string begin_anew(const std::vector<std::string>& arguments);
// Afterwards: the system calls a process that began so by another name.
void take_name_back() noexcept;

// What `signal` does to a program that waits at a prompt, now that the terminal is as it was:
// kills, stops it for a while, or is kept for caught_signal(), as it is already if it came before
// the wait.
void act_upon(int signal) noexcept;

}  // namespace kua::cli
