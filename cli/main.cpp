// The program: parses, runs the chosen command, and alone turns errors into exit statuses.
#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "kua/process.h"
#include "kua/version.h"

namespace kua::cli {
namespace {

int exit_status(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::kFailed:
        case ErrorCode::kNotVault:
        case ErrorCode::kNewerFormat:
        case ErrorCode::kExists:
        case ErrorCode::kNoFile:
            return 1;
        case ErrorCode::kUsage:
            return 2;
        case ErrorCode::kRefused:
            return 4;
        case ErrorCode::kDamaged:
        case ErrorCode::kFileDamaged:
            return 5;
        case ErrorCode::kWrongKey:
            return 6;
        case ErrorCode::kBusy:
            return 7;
        case ErrorCode::kNotFound:
            return 8;
        case ErrorCode::kStorage:
            return 9;
        case ErrorCode::kBug:
            return 70;
        case ErrorCode::kInterrupted:
            return 128 + (caught_signal() != 0 ? caught_signal() : 2);  // 130 after Ctrl-C
    }
    return 70;
}

int exit_status(const Outcome& outcome) noexcept {
    switch (outcome.result) {
        case Result::kDone:
            return 0;
        case Result::kPartly:
            return 3;
        case Result::kFinding:
            return 5;
        case Result::kFailed:
            return exit_status(outcome.why);
    }
    return 70;
}

void add_global_options(CLI::App& app, GlobalOptions& options, bool& version) {
    app.add_option("--vault", options.vault,
                   "The vault (default: $KUA_VAULT, else the nearest folder above with one)")
        ->option_text("DIR");
    app.add_option("--case", options.case_name,
                   "The case: id, title or reference (default: the only one, or the one chosen "
                   "with kua case use)")
        ->option_text("NAME");
    CLI::Option* file = app.add_option("--passphrase-file", options.passphrase_file,
                                       "Read the passphrase from a file instead of asking")
                            ->option_text("FILE");
    app.add_option("--passphrase-fd", options.passphrase_fd,
                   "Read the passphrase from an open descriptor")
        ->option_text("N")
        ->check(whole_number(0, 1023))
        ->excludes(file);
    app.add_flag("--json", options.json, "One JSON document on standard output");
    app.add_flag("--quiet", options.quiet, "No progress, notes and reports of success");
    app.add_flag("--version", version, "The versions of kua and of what it is built with");
}

std::vector<Command> add_commands(CLI::App& app) {
    std::vector<Command> commands{init_command(app),   add_command(app),    list_command(app),
                                  show_command(app),   export_command(app), verify_command(app),
                                  status_command(app), log_command(app),    describe_command(app),
                                  sync_command(app),   send_command(app),   take_command(app),
                                  find_command(app),   todo_command(app),   link_command(app),
                                  tag_command(app),    shred_command(app)};
    for (const auto& group :
         {case_commands(app), source_commands(app), consent_commands(app), testimony_commands(app),
          thing_commands(app), custody_commands(app), identity_commands(app), contact_commands(app),
          member_commands(app), remote_commands(app), finding_commands(app),
          passphrase_commands(app), key_commands(app)}) {
        commands.insert(commands.end(), group.begin(), group.end());
    }
    return commands;
}

// The command that was typed, however deep; `app` itself if there was none.
const CLI::App& typed_command(const CLI::App& app) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    return chosen.empty() ? app : typed_command(*chosen.back());
}

// What the parser didn't understand, in our words.
Error usage_error(const CLI::App& app, const CLI::ParseError& problem) {
    const CLI::App& typed = typed_command(app);
    const std::vector<std::string> surplus = app.remaining(/*recurse=*/true);
    std::string text = problem.what();
    if (!surplus.empty() && dynamic_cast<const CLI::ExtrasError*>(&problem) != nullptr) {
        const std::string& first = surplus.front();
        if (first.starts_with('-')) {
            text = "there is no option " + first;
        } else if (typed.get_subcommands(nullptr).empty()) {
            text = "one too many: " + first;
        } else {
            text = "there is no command " + first;
        }
    }
    constexpr std::array<std::pair<std::string_view, const char*>, 2> kReworded{{
        {": At Most 1 required", " is given more than once"},
        {": 1 required", " needs a value"},
    }};
    for (const auto& [theirs, ours] : kReworded) {
        if (const std::size_t at = text.find(theirs); at != std::string::npos) {
            text = text.substr(0, at) + ours;
            break;
        }
    }
    return {ErrorCode::kUsage, text + "; see: " + full_name(typed) + " --help"};
}

// Before parsing, so that a usage error is reported in the rendering that was asked for.
bool wants_json(int argc, char** argv) {
    const std::vector<std::string_view> arguments{argv + std::min(argc, 1), argv + argc};
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    return std::find(arguments.begin(), end, "--json") != end;
}

int run(int argc, char** argv, Terminal& terminal, std::unique_ptr<Output>& output) {
    GlobalOptions options;
    bool version = false;
    CLI::App app{"kua keeps evidence sealed, and shows that nothing in it was altered", "kua"};
    app.formatter(std::make_shared<HelpText>());
    app.set_help_flag("-h,--help", "This text");
    app.fallthrough();  // the options above may stand behind the command, too
    app.require_subcommand(0, 1);
    app.footer(
        "EXAMPLE\n  kua init vault --name Rosa\n  cd vault\n  kua add ~/DCIM\n  kua verify\n"
        "kua COMMAND --help explains a command");
    add_global_options(app, options, version);
    const std::vector<Command> commands = add_commands(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        terminal.write(Stream::kOut, app.help());
        return 0;
    } catch (const CLI::ParseError& problem) {
        throw usage_error(app, problem);
    }
    output =
        make_output(options.json ? Rendering::kJson : Rendering::kText, terminal, options.quiet);
    if (version) {
        output->versions(versions());
        return 0;
    }
    for (const Command& command : commands) {
        if (command.parser->parsed()) {
            CommandContext context{options, *output, terminal};
            return exit_status(command.run(context));
        }
    }
    throw Error{ErrorCode::kUsage,
                "say what to do; see: " + full_name(typed_command(app)) + " --help"};
}

// Everything that may go wrong ends here.
int run_and_report(int argc, char** argv, Terminal& terminal) {
    std::unique_ptr<Output> output = make_output(
        wants_json(argc, argv) ? Rendering::kJson : Rendering::kText, terminal, /*quiet=*/false);
    try {
        prepare_process();
        const int status = run(argc, argv, terminal, output);
        terminal.finish();
        return status;
    } catch (const Error& error) {
        output->failure(error);
        return exit_status(error.code());
    } catch (const std::bad_alloc&) {
        output->failure({ErrorCode::kFailed, "not enough memory"});
        return exit_status(ErrorCode::kFailed);
    } catch (const std::exception& error) {
        output->failure({ErrorCode::kBug, std::string("a bug in kua: ") + error.what()});
        return exit_status(ErrorCode::kBug);
    } catch (...) {
        output->failure({ErrorCode::kBug, "a bug in kua"});
        return exit_status(ErrorCode::kBug);
    }
}

}  // namespace
}  // namespace kua::cli

int main(int argc, char** argv) {
    kua::cli::catch_signals();
    kua::cli::Terminal terminal;
    return kua::cli::run_and_report(argc, argv, terminal);
}
