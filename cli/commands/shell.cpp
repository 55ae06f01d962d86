#include "cli/shell.h"

#include <memory>
#include <string>
#include <vector>

#include "cli/idle_watch.h"
#include "cli/session.h"
#include "cli/shell_words.h"

namespace kua::cli {
namespace {

struct ShellChoice {
    std::string idle = "PT10M";
    ShellOptions options;
};

CLI::Validator idle_time() {
    return {[](const std::string& typed) -> std::string {
                return parse_idle_time(typed) ? ""
                                              : "\"" + typed +
                                                    "\" is no time from one second to a day, like "
                                                    "10 (minutes) or PT30S";
            },
            ""};
}

Outcome wish(Session::Wish what, CommandContext& context) {
    context.session()->wish(what);
    return {};
}

}  // namespace

Command shell_command(CLI::App& app) {
    auto choice = std::make_shared<ShellChoice>();
    CLI::App* parser = app.add_subcommand("shell", "Unlock once, then type commands at a prompt");
    parser->group("everyday");
    parser
        ->add_option("--idle", choice->idle,
                     "Lock when nothing was typed for so long: minutes, or a duration like PT90S "
                     "(default: 10)")
        ->option_text("TIME")
        ->check(idle_time());
    parser->add_flag(
        "--locked", choice->options.locked,
        "Begin locked; the first command that needs the vault asks for the passphrase");
    // What a shell that locks tells the one that it becomes.
    parser->add_flag("--stopped", choice->options.stopped)->group("");
    parser->add_option("--status", choice->options.status)->group("")->check(whole_number(0, 255));
    parser->footer(
        "EXAMPLE\n  kua shell --idle 5\n"
        "at the prompt: list, show i-7k2m9, lock, exit; Tab completes. It also locks when the\n"
        "computer was suspended");
    return {parser, [choice](CommandContext& context) {
                choice->options.idle_ms = parse_idle_time(choice->idle).value_or(0);
                return run_shell(choice->options, context);
            }};
}

std::vector<Command> prompt_commands(CLI::App& app) {
    CLI::App* lock = app.add_subcommand(
        "lock", "Wipe the keys from memory; the next command asks for the passphrase");
    lock->group("this shell");
    lock->footer("EXAMPLE\n  lock");

    CLI::App* leave = app.add_subcommand("exit", "Leave the shell, as quit and Ctrl-D do");
    leave->group("this shell");
    leave->alias("quit");
    leave->footer("EXAMPLE\n  exit");

    auto about = std::make_shared<std::vector<std::string>>();
    CLI::App* help = app.add_subcommand("help", "What --help shows; help add is add --help");
    help->group("this shell");
    help->add_option("COMMAND", *about, "The command to explain");
    help->footer("EXAMPLE\n  help case seal");

    return {{lock, [](CommandContext& context) { return wish(Session::Wish::kLock, context); }},
            {leave, [](CommandContext& context) { return wish(Session::Wish::kLeave, context); }},
            {help, [about](CommandContext& context) {
                 std::string line;
                 for (const std::string& word : *about) {
                     line += quoted_rest(word, '\0') + " ";
                 }
                 return Outcome{
                     Result::kOther,
                     {},
                     run_at_prompt(line + "--help", context.terminal(), *context.session())};
             }}};
}

}  // namespace kua::cli
