#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/filter_options.h"
#include "cli/words.h"

namespace kua::cli {
namespace {

struct ListOptions {
    ItemFilters filters;
    bool all_cases = false;
};

Outcome run(const ListOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kRead);
    const std::vector<ItemSummary> items =
        vault.list({context.case_name(), options.all_cases, options.filters});
    context.output().items(items, options.all_cases);
    if (items.empty()) {
        context.output().note(options.filters.any() ? "no item fits"
                                                    : "no items yet; put some in: kua add PATH...");
    }
    const std::vector<std::string> sealed =
        options.all_cases ? vault.sealed_cases() : std::vector<std::string>{};
    if (!sealed.empty()) {
        context.output().note(cases_are(sealed) +
                              " sealed here and not listed; the way back: kua case unseal FILE");
    }
    return {};
}

}  // namespace

Command list_command(CLI::App& app) {
    auto options = std::make_shared<ListOptions>();
    CLI::App* parser = app.add_subcommand("list", "Show the items of a case");
    parser->group("everyday");
    add_filter_options(*parser, options->filters);
    parser->add_flag("--all", options->all_cases, "Of all open cases")
        ->excludes(app.get_option("--case"));
    parser->footer("EXAMPLE\n  kua list --kind photo --source P-12 --date 2017-11-23");
    return {parser, [options](CommandContext& context) { return run(*options, context); }};
}

}  // namespace kua::cli
