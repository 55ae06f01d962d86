#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/context.h"

namespace kua::cli {
namespace {

struct CardOptions {
    std::string to;
};

Outcome run_show(CommandContext& context) {
    const Vault vault = context.open_vault(Access::kRead);
    context.output().identity(vault.identity());
    return {};
}

Outcome run_card(const CardOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kRead);
    vault.write_card(options.to);
    context.output().card_written(vault.identity(), options.to);
    return {};
}

}  // namespace

std::vector<Command> identity_commands(CLI::App& app) {
    CLI::App* group =
        app.add_subcommand("identity", "Who I am to others: my card and how it is compared");
    group->group("exchange");
    group->require_subcommand(0, 1);
    group->footer("EXAMPLE\n  kua identity show");

    CLI::App* show = group->add_subcommand(
        "show", "Show my name and the words and digits by which others know my card");
    show->footer(
        "EXAMPLE\n  kua identity show\n"
        "Read the words aloud to a colleague who has your card, in person or in a call in which\n"
        "you know the voice. The digits say the same.");

    auto options = std::make_shared<CardOptions>();
    CLI::App* card =
        group->add_subcommand("card", "Write my card to a file, for others to know me by");
    card->add_option("--to", options->to, "The new file")->required()->option_text("FILE");
    card->footer(
        "EXAMPLE\n  kua identity card --to ../rosa.card\n"
        "A card is public and holds no secret, but it has your name as the vault knows it.");
    return {{show, run_show},
            {card, [options](CommandContext& context) { return run_card(*options, context); }}};
}

}  // namespace kua::cli
