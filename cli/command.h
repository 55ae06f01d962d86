// What every command file hands to main: how it is called, and what it then does.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <CLI/CLI.hpp>

#include "kua/error.h"
#include "kua/item.h"

namespace kua::cli {

class CommandContext;

// How a command that wrote its report went; main makes an exit status of it.
enum class Result : std::uint8_t {
    kDone,
    kPartly,   // some inputs failed, each named in the report
    kFinding,  // a check found something, named in the report
    kFailed,   // all of it failed, named in the report; `why` says how
    kOther,    // as a command did that it ran; `status` is what main made of that
};

struct Outcome {
    Result result = Result::kDone;
    ErrorCode why = ErrorCode::kFailed;  // for kFailed
    int status = 0;                      // for kOther
};

// Damage anywhere is a finding; else it counts whether anything succeeded.
Outcome outcome_of(const std::vector<FailedInput>& failed, bool something_succeeded) noexcept;

// Refuses anything but a whole number in that range, naming the range.
CLI::Validator whole_number(std::uint64_t least, std::uint64_t most);

struct Command {
    CLI::App* parser = nullptr;
    std::function<Outcome(CommandContext&)> run;
};

// One file in cli/commands/ each. They add their options to `app`; parsing only chooses.
Command init_command(CLI::App& app);
Command add_command(CLI::App& app);
Command list_command(CLI::App& app);
Command show_command(CLI::App& app);
Command export_command(CLI::App& app);
Command verify_command(CLI::App& app);
Command log_command(CLI::App& app);
Command status_command(CLI::App& app);
Command describe_command(CLI::App& app);
Command find_command(CLI::App& app);
Command todo_command(CLI::App& app);
Command link_command(CLI::App& app);
Command tag_command(CLI::App& app);
Command shred_command(CLI::App& app);
std::vector<Command> thing_commands(CLI::App& app);
std::vector<Command> source_commands(CLI::App& app);
std::vector<Command> consent_commands(CLI::App& app);
std::vector<Command> testimony_commands(CLI::App& app);
std::vector<Command> custody_commands(CLI::App& app);
std::vector<Command> case_commands(CLI::App& app);
std::vector<Command> passphrase_commands(CLI::App& app);
std::vector<Command> key_commands(CLI::App& app);
std::vector<Command> identity_commands(CLI::App& app);
std::vector<Command> contact_commands(CLI::App& app);
std::vector<Command> member_commands(CLI::App& app);
std::vector<Command> remote_commands(CLI::App& app);
Command sync_command(CLI::App& app);
Command send_command(CLI::App& app);
Command take_command(CLI::App& app);
std::vector<Command> finding_commands(CLI::App& app);
Command shell_command(CLI::App& app);
// Those that are for the shell's prompt alone.
std::vector<Command> prompt_commands(CLI::App& app);

}  // namespace kua::cli
