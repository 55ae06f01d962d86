#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/context.h"

namespace kua::cli {
namespace {

struct LogOptions {
    std::optional<std::string> item;
    std::optional<std::uint64_t> newest;
    bool with_facts = false;
};

Outcome run(const LogOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kRead);
    const LogRequest request{context.case_name(), options.item, options.newest, options.with_facts};
    if (options.item && vault.find_end(*options.item, request.case_name).kind == "item") {
        context.output().custody(vault.custody(request));
    } else {
        context.output().entries(vault.log(request));
    }
    return {};
}

}  // namespace

Command log_command(CLI::App& app) {
    auto options = std::make_shared<LogOptions>();
    CLI::App* parser = app.add_subcommand("log", "Show the journal: what was entered, and by whom");
    parser->group("everyday");
    parser->add_option("ITEM", options->item,
                       "Only entries about this item, source or other thing");
    parser->add_option("--newest", options->newest, "Only so many, the newest")
        ->option_text("N")
        ->check(whole_number(1, 1'000'000'000));
    parser->add_flag("--facts", options->with_facts,
                     "With what each entry says; always so with ITEM");
    parser->footer(
        "EXAMPLE\n  kua log --newest 20 --facts\n  kua log i-7k2m9\n  kua log P-07\n"
        "Of one item it says first who made it, how it came here, who has had it and what for,\n"
        "whether it was changed, and how that can be checked.\n"
        "Looking leaves no entry: not show, list, find or verify, and not key reveal.");
    return {parser, [options](CommandContext& context) { return run(*options, context); }};
}

}  // namespace kua::cli
