// The command line: which commands and options there are, and what was typed. No command is run.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/context.h"

namespace kua::cli {

class CommandLine {
public:
    // Where it is typed. At the prompt of kua shell there are commands for that prompt, and none
    // that need a kua of their own; "kua" itself may stand in front.
    enum class Place { kProgram, kPrompt };

    // `defaults`: what the options for every command say where they aren't typed.
    CommandLine(const GlobalOptions& defaults, Place place);
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;

    // Once. kUsage, in words for who typed it.
    void parse(std::vector<std::string> words);

    const GlobalOptions& options() const noexcept { return options_; }
    // --version. --help: its text, else "".
    bool asks_versions() const noexcept { return version_; }
    const std::string& help() const noexcept { return help_; }
    // The command to run. kUsage if there is none.
    const Command& chosen() const;
    const CLI::App& app() const noexcept { return app_; }

private:
    Error usage_error(const CLI::ParseError& problem) const;
    void refuse_what_the_shell_has() const;

    const Place place_;
    GlobalOptions options_;
    bool version_ = false;
    std::string help_;
    CLI::App app_;
    std::vector<Command> commands_;
};

// Before parsing, so that a usage error is reported in the rendering that was asked for.
bool wants_json(const std::vector<std::string>& words);

}  // namespace kua::cli
