#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/fact_options.h"

namespace kua::cli {
namespace {

struct ConsentOptions {
    ConsentRequest request;
    FactOptions facts;
};

void add_consent_options(CLI::App& parser, ConsentOptions& options, FactsOf what) {
    parser.add_option("SOURCE", options.request.source, "A pseudonym, self or unknown")->required();
    parser.add_option("--item", options.request.items, "Only for this item (default: for all)")
        ->option_text("ITEM")
        ->allow_extra_args(false);
    parser.add_option("--comment", options.request.comment, "Anything else; stays in the journal")
        ->option_text("TEXT");
    add_fact_options(parser, options.facts, what);
}

// Enters it and shows what stands then; a sealed case can't tell.
Outcome run(ConsentChange change, ConsentOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    ConsentRequest& request = options.request;
    request.case_name = context.case_name();
    request.facts = given_facts(options.facts);
    if (change == ConsentChange::kGiven) {
        vault.give_consent(request);
    } else {
        vault.withdraw_consent(request);
    }
    const bool is_sealed = vault.find_case(request.case_name).sealed;
    context.output().consent_changed(
        change, request.source,
        is_sealed ? std::nullopt : std::optional{vault.consent(request.source, request.case_name)});
    return {};
}

Command give_command(CLI::App& group) {
    auto options = std::make_shared<ConsentOptions>();
    CLI::App* parser = group.add_subcommand("give", "Enter what a source allows");
    add_consent_options(*parser, *options, FactsOf::kConsent);
    parser->footer(
        "EXAMPLE\n  kua source add P-07\n"
        "  kua consent give P-07 --level 2 --how-informed explained_orally\n"
        "  kua consent give P-21 --level 5 --ticked face --how-informed message \\\n"
        "      --given 2017-12-05 --given-by self --understood yes --voluntary yes\n"
        "A level says all; a newer one takes its place. Works in a sealed case, too.");
    return {parser, [options](CommandContext& context) {
                return run(ConsentChange::kGiven, *options, context);
            }};
}

Command withdraw_command(CLI::App& group) {
    auto options = std::make_shared<ConsentOptions>();
    CLI::App* parser = group.add_subcommand("withdraw", "Enter what a source takes back");
    add_consent_options(*parser, *options, FactsOf::kWithdrawal);
    parser->footer(
        "EXAMPLE\n  kua consent withdraw P-21 --purpose publish --how-told message\n"
        "It counts here at once, and in every other vault as soon as it gets there. What is out\n"
        "already stays out: kua consent show P-21 lists it.");
    return {parser, [options](CommandContext& context) {
                return run(ConsentChange::kWithdrawn, *options, context);
            }};
}

Command show_consent_command(CLI::App& group) {
    struct Options {
        std::string source;
        std::string notices;
    };
    auto options = std::make_shared<Options>();
    CLI::App* parser =
        group.add_subcommand("show", "Show what a source allows now, and since when");
    parser->add_option("SOURCE", options->source, "A pseudonym, self or unknown")->required();
    parser
        ->add_option("--notices", options->notices,
                     "After consent was taken back: write a text to each whom something went to"
                     " before, to carry there by hand")
        ->option_text("FOLDER");
    parser->footer(
        "EXAMPLE\n  kua consent show P-21\n  kua consent show P-21 --notices notices\n"
        "A notice says what its recipient was given and may no longer use, and nothing about the\n"
        "source. Nothing recalls what is out: carry it there.");
    return {parser, [options](CommandContext& context) {
                Vault vault = context.open_vault(Access::kRead);
                const std::string case_name = context.case_name();
                if (options->notices.empty()) {
                    context.output().consent(vault.consent(options->source, case_name));
                    return Outcome{};
                }
                const ConsentOverview overview =
                    vault.write_notices(options->source, case_name, options->notices);
                context.output().consent(overview);
                if (overview.notices.empty()) {
                    context.output().note(
                        "no notices: nothing that was taken back went to anybody who was named");
                }
                return Outcome{};
            }};
}

}  // namespace

std::vector<Command> consent_commands(CLI::App& app) {
    CLI::App* group = app.add_subcommand("consent", "What sources allow, for what and of what");
    group->group("casework");
    group->require_subcommand(0, 1);
    group->footer("EXAMPLE\n  kua consent give P-07 --level 2 --how-informed explained_orally");
    return {give_command(*group), withdraw_command(*group), show_consent_command(*group)};
}

}  // namespace kua::cli
