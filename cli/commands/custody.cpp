#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/fact_options.h"

namespace kua::cli {
namespace {

struct CustodyOptions {
    HandChangeRequest request;
    FactOptions facts;
};

Outcome run(CustodyOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    options.request.case_name = context.case_name();
    options.request.facts = given_facts(options.facts);
    const HandChangeReport report = vault.enter_hand_change(options.request);
    context.output().hands_changed(report);
    return outcome_of(report.failed, !report.entered.empty());
}

Command make_command(CLI::App* parser, const std::shared_ptr<CustodyOptions>& options) {
    return {parser, [options](CommandContext& context) { return run(*options, context); }};
}

void add_items_and_comment(CLI::App& parser, CustodyOptions& options) {
    parser.add_option("ITEM", options.request.items, "Items")->required();
    parser.add_option("--comment", options.request.comment, "Anything else; stays in the journal")
        ->option_text("TEXT");
}

Command hand_over_command(CLI::App& group) {
    auto options = std::make_shared<CustodyOptions>();
    options->request.change = HandChange::kHandedOver;
    CLI::App* parser = group.add_subcommand(
        "hand-over", "Enter that items went to somebody by hand; asks consent as an export does");
    add_items_and_comment(*parser, *options);
    parser->add_option("--to", options->request.who, "Who got them")
        ->option_text("NAME")
        ->required();
    parser
        ->add_option("--purpose", options->request.purpose,
                     "What for: team, commission, court, partner or publish")
        ->option_text("WORD")
        ->required();
    parser
        ->add_option("--condition-met", options->request.condition_met,
                     "That what the source asked for holds, and how you know; kept in the journal")
        ->option_text("TEXT");
    add_fact_options(*parser, options->facts, FactsOf::kHandOver);
    parser->footer(
        "EXAMPLE\n  kua custody hand-over i-7k2m9 --to \"clerk of the court\" --purpose court \\\n"
        "      --method \"by hand, disc 3\" --at 2018-01-20\n"
        "Say it before anything leaves your hands: what a source doesn't allow is refused here, "
        "and\n"
        "nothing is entered.");
    return make_command(parser, options);
}

Command receipt_command(CLI::App& group, HandChange change) {
    const bool is_return = change == HandChange::kReturned;
    auto options = std::make_shared<CustodyOptions>();
    options->request.change = change;
    CLI::App* parser = group.add_subcommand(
        is_return ? "returned" : "received",
        is_return ? "Enter that items came back from somebody who had them"
                  : "Enter that items, or what they are on, came from somebody by hand");
    add_items_and_comment(*parser, *options);
    parser->add_option("--from", options->request.who, "Who gave them")
        ->option_text("NAME")
        ->required();
    add_fact_options(*parser, options->facts, FactsOf::kReceipt);
    parser->footer(
        is_return ? "EXAMPLE\n  kua custody returned i-7k2m9 --from \"clerk of the court\" "
                    "--result ok"
                  : "EXAMPLE\n  kua custody received i-7k2m9 --from \"courier B\" --method "
                    "\"memory card\" --result ok\n"
                    "For things that are in the vault already. Files come in with kua add, what "
                    "members\nadded with kua sync.");
    return make_command(parser, options);
}

}  // namespace

std::vector<Command> custody_commands(CLI::App& app) {
    CLI::App* group =
        app.add_subcommand("custody", "What changes hands outside of kua: by whom, to whom, why");
    group->group("casework");
    group->require_subcommand(0, 1);
    group->footer(
        "EXAMPLE\n  kua custody hand-over i-7k2m9 --to \"clerk of the court\" --purpose court");
    return {hand_over_command(*group), receipt_command(*group, HandChange::kReceived),
            receipt_command(*group, HandChange::kReturned)};
}

}  // namespace kua::cli
