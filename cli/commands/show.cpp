#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/context.h"

namespace kua::cli {
namespace {

struct ShowOptions {
    std::string item;
};

Outcome run(const ShowOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kRead);
    const ItemDetails details = vault.show(options.item, context.case_name());
    context.output().item(details, vault.relations(details.summary.id, context.case_name()));
    return {};
}

}  // namespace

Command show_command(CLI::App& app) {
    auto options = std::make_shared<ShowOptions>();
    CLI::App* parser = app.add_subcommand("show", "Show all that is known about one item");
    parser->group("everyday");
    parser
        ->add_option("ITEM", options->item, "Its id, the start of its digest, or its original name")
        ->required();
    parser->footer("EXAMPLE\n  kua show i-7k2m9");
    return {parser, [options](CommandContext& context) { return run(*options, context); }};
}

}  // namespace kua::cli
