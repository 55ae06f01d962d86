#include "cli/command_line.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "cli/case_option.h"
#include "cli/help.h"

namespace kua::cli {
namespace {

constexpr std::array kWhatTheShellHas{"--vault", "--passphrase-file", "--passphrase-fd"};

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

std::vector<Command> add_commands(CLI::App& app, CommandLine::Place place) {
    const bool at_prompt = place == CommandLine::Place::kPrompt;
    std::vector<Command> commands;
    if (!at_prompt) {
        commands.push_back(init_command(app));
    }
    const std::vector<Command> everyday{
        add_command(app),    list_command(app),   show_command(app), export_command(app),
        verify_command(app), status_command(app), log_command(app),  describe_command(app),
        sync_command(app),   send_command(app),   take_command(app), find_command(app),
        todo_command(app),   link_command(app),   tag_command(app),  shred_command(app)};
    commands.insert(commands.end(), everyday.begin(), everyday.end());
    for (const auto& group :
         {case_commands(app), source_commands(app), consent_commands(app), testimony_commands(app),
          thing_commands(app), custody_commands(app), identity_commands(app), contact_commands(app),
          member_commands(app), remote_commands(app), finding_commands(app),
          passphrase_commands(app), key_commands(app),
          at_prompt ? prompt_commands(app) : std::vector<Command>{shell_command(app)}}) {
        commands.insert(commands.end(), group.begin(), group.end());
    }
    return commands;
}

// The command that was typed, however deep; `app` itself if there was none.
const CLI::App& typed_command(const CLI::App& app) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    return chosen.empty() ? app : typed_command(*chosen.back());
}

// A variable of a script that nobody set: no file and no case is called "".
void refuse_empty_names(const CLI::App& app) {
    constexpr std::array kNames{"FILE", "DIR", "FOLDER", "NAME", "CONTACT", "SOURCE", "ITEM"};
    for (const CLI::Option* option : app.get_options()) {
        const std::string text = option->get_option_text();
        const bool names_something = std::any_of(
            kNames.begin(), kNames.end(), [&](const char* name) { return text.starts_with(name); });
        const std::vector<std::string>& given = option->results();
        if (names_something && std::find(given.begin(), given.end(), "") != given.end()) {
            throw Error{ErrorCode::kUsage,
                        option->get_name() + " is empty; see: " + full_name(app) + " --help"};
        }
    }
}

}  // namespace

CommandLine::CommandLine(const GlobalOptions& defaults, Place place)
    : place_(place),
      options_(defaults),
      app_("kua keeps evidence sealed, and shows that nothing in it was altered", "kua") {
    app_.formatter(std::make_shared<HelpText>());
    app_.set_help_flag("-h,--help", "This text");
    app_.fallthrough();  // the options above may stand behind the command, too
    app_.require_subcommand(0, 1);
    app_.footer(
        place == Place::kPrompt
            ? "EXAMPLE\n  add IMG_0412.jpg\n  list\n  verify\nhelp COMMAND explains a command"
            : "EXAMPLE\n  kua init vault --name Rosa\n  cd vault\n  kua add ~/DCIM\n"
              "  kua verify\nkua COMMAND --help explains a command");
    add_global_options(app_, options_, version_);
    if (place == Place::kPrompt) {
        for (const char* option : kWhatTheShellHas) {
            app_.get_option(option)->group("");  // known, so that it is refused, but not offered
        }
    }
    commands_ = add_commands(app_, place);
}

void CommandLine::parse(std::vector<std::string> words) {
    if (place_ == Place::kPrompt && !words.empty() && words.front() == app_.get_name()) {
        words.erase(words.begin());  // as help texts, messages and scripts have it
    }
    try {
        std::reverse(words.begin(), words.end());  // which is how the parser wants them
        app_.parse(std::move(words));
    } catch (const CLI::CallForHelp&) {
        help_ = app_.help();
    } catch (const CLI::ParseError& problem) {
        throw usage_error(problem);
    }
    refuse_empty_names(app_);
    refuse_empty_names(typed_command(app_));
    if (help_.empty()) {
        refuse_unused_case(app_, typed_command(app_));
    }
    if (place_ == Place::kPrompt) {
        refuse_what_the_shell_has();
    }
}

void CommandLine::refuse_what_the_shell_has() const {
    for (const char* option : kWhatTheShellHas) {
        if (app_.get_option(option)->count() > 0) {
            throw Error{
                ErrorCode::kUsage,
                std::string(option) + " can't be changed at this prompt; leave the shell first"};
        }
    }
}

const Command& CommandLine::chosen() const {
    const auto parsed = [](const Command& command) { return command.parser->parsed(); };
    const auto found = std::find_if(commands_.begin(), commands_.end(), parsed);
    if (found == commands_.end()) {
        throw Error{ErrorCode::kUsage,
                    "say what to do; see: " + full_name(typed_command(app_)) + " --help"};
    }
    return *found;
}

// What the parser didn't understand, in our words.
Error CommandLine::usage_error(const CLI::ParseError& problem) const {
    const CLI::App& typed = typed_command(app_);
    const std::vector<std::string> surplus = app_.remaining(/*recurse=*/true);
    std::string text = problem.what();
    const bool is_unknown_option =
        dynamic_cast<const CLI::RequiredError*>(&problem) != nullptr && !surplus.empty() &&
        surplus.front().starts_with('-');  // why what is required seems to be missing
    if (!surplus.empty() &&
        (is_unknown_option || dynamic_cast<const CLI::ExtrasError*>(&problem) != nullptr)) {
        const std::string& first = surplus.front();
        if (place_ == Place::kPrompt && (first == "init" || first == "shell")) {
            return {ErrorCode::kUsage,
                    first + " doesn't work at this prompt; leave the shell first"};
        }
        if (first.starts_with('-')) {
            text = "there is no option " + first;
        } else if (typed.get_subcommands(nullptr).empty()) {
            text = "one too many: " + first;
        } else {
            text = "there is no command " + first;
        }
    }
    constexpr std::array<std::pair<std::string_view, const char*>, 3> kReworded{{
        {": At Most 1 required", " is given more than once"},
        {": 1 required", " needs a value"},
        {" unit not recognized", " is no size; say for example 20M"},
    }};
    for (const auto& [theirs, ours] : kReworded) {
        if (const std::size_t at = text.find(theirs); at != std::string::npos) {
            text = text.substr(0, at) + ours;
            break;
        }
    }
    return {ErrorCode::kUsage, text + "; see: " + full_name(typed) + " --help"};
}

bool wants_json(const std::vector<std::string>& words) {
    const auto end = std::find(words.begin(), words.end(), "--");
    return std::find(words.begin(), end, "--json") != end;
}

}  // namespace kua::cli
