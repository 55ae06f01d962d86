// kua shell: reads commands at a prompt and runs them, until it is left.
#pragma once

#include <cstdint>

#include "cli/command.h"
#include "cli/context.h"

namespace kua::cli {

struct ShellOptions {
    std::uint64_t idle_ms = 0;
    bool locked = false;  // begins without asking; the first command that needs the vault asks
    // What a shell that locks hands on to the one that it becomes.
    bool stopped = false;  // Ctrl-Z was pressed
    int status = 0;        // of the last command of a script that failed
};

// Unlocks the vault unless it begins locked; whatever keeps it from that is thrown. The result is
// kDone at a terminal, and for a script the status of the last command that failed.
Outcome run_shell(const ShellOptions& options, CommandContext& context);

}  // namespace kua::cli
