#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/words.h"

namespace kua::cli {
namespace {

struct RevealOptions {
    std::string case_name;
    bool yes = false;
};

Outcome run(const RevealOptions& options, CommandContext& context) {
    context.output().warning(
        "whoever sees these keys can read all that they open, also in older copies, for ever;"
        " no passphrase protects them any more");
    context.confirm("print them to standard output?", options.yes);
    Vault vault = context.open_vault(Access::kRead);
    const std::string case_name =
        options.case_name.empty() ? context.case_name() : options.case_name;
    context.output().keys(vault.reveal_keys(case_name));
    const std::vector<std::string> sealed =
        case_name.empty() ? vault.sealed_cases() : std::vector<std::string>{};
    if (!sealed.empty()) {
        context.output().warning(cases_are(sealed) +
                                 " sealed here: nothing there opens with these keys");
    }
    return {};
}

}  // namespace

std::vector<Command> key_commands(CLI::App& app) {
    CLI::App* group = app.add_subcommand("key", "Reveal keys, to read the vault without kua");
    group->group("keys");
    group->require_subcommand(0, 1);
    group->footer("EXAMPLE\n  kua key reveal");

    auto options = std::make_shared<RevealOptions>();
    CLI::App* parser = group->add_subcommand(
        "reveal", "Print the keys that age and sqlcipher need to read the vault without kua");
    parser->add_option("CASE", options->case_name, "Only the identity of this case");
    parser->add_flag("--yes", options->yes, "Don't ask whether I am sure");
    parser->footer(
        "EXAMPLE\n  kua key reveal KT-17\n"
        "docs/rescue.md shows how to use them");
    return {{parser, [options](CommandContext& context) { return run(*options, context); }}};
}

}  // namespace kua::cli
