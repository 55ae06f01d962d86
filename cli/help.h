// The text of --help: what it does, how it is called, options, an example.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace kua::cli {

class HelpText final : public CLI::FormatterBase {
public:
    std::string make_help(const CLI::App* app, std::string name,
                          CLI::AppFormatMode mode) const override;
};

// "kua case seal": the command as it is typed.
std::string full_name(const CLI::App& app);

}  // namespace kua::cli
