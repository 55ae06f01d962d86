#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/fact_options.h"

namespace kua::cli {
namespace {

struct DescribeOptions {
    std::string thing;
    std::string comment;
    FactOptions facts;
};

Outcome run(const DescribeOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    context.output().described(vault.describe(
        {options.thing, context.case_name(), given_facts(options.facts), options.comment}));
    return {};
}

}  // namespace

Command describe_command(CLI::App& app) {
    auto options = std::make_shared<DescribeOptions>();
    CLI::App* parser = app.add_subcommand("describe", "Say more, or something else, about an item");
    parser->group("casework");
    parser->add_option("ITEM", options->thing, "Its id, the start of its digest, or its name")
        ->required();
    parser->add_option("--comment", options->comment, "Why; it stays in the journal")
        ->option_text("TEXT");
    add_fact_options(*parser, options->facts, FactsOf::kItem);
    parser->footer(
        "EXAMPLE\n  kua describe i-4hq2c --captured 2017-11-23T15:11:02+05:00 \\\n"
        "      --captured-basis reference_clock --clock-offset PT1H --comment \"one hour ahead\"\n"
        "Nothing is erased: kua show tells what was said before, and by whom.");
    return {parser, [options](CommandContext& context) { return run(*options, context); }};
}

}  // namespace kua::cli
