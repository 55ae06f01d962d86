#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/commands/case_seal.h"
#include "cli/context.h"
#include "cli/fact_options.h"

namespace kua::cli {
namespace {

struct NameOptions {
    std::string name;
};

Outcome run_create(const CaseDraft& draft, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    context.output().case_changed(CaseChange::kCreated, vault.create_case(draft));
    return {};
}

Outcome run_case_list(CommandContext& context) {
    Vault vault = context.open_vault(Access::kRead);
    context.output().cases(vault.cases());
    return {};
}

Outcome run_show(const NameOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kRead);
    context.output().case_shown(
        vault.case_details(options.name.empty() ? context.case_name() : options.name));
    return {};
}

Outcome run_use(const NameOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    vault.use_case(options.name);
    context.output().case_changed(CaseChange::kUsed, vault.find_case(options.name));
    return {};
}

void add_choice(CLI::App& parser, InvitationChoice& choice) {
    parser.add_option("NAME", choice.name, "Title or front of the id (default: the only one)");
    parser.add_option("--from", choice.from, "Who invites, if several invitations fit")
        ->option_text("CONTACT");
}

Command accept_command(CLI::App& group) {
    auto choice = std::make_shared<InvitationChoice>();
    CLI::App* parser = group.add_subcommand("accept", "Accept an invitation to a case");
    add_choice(*parser, *choice);
    parser->add_flag("--unverified", choice->unverified,
                     "Also from a card that was never compared");
    parser->footer(
        "EXAMPLE\n  kua case accept KT-17\n"
        "Invitations come with kua sync; kua status lists them. Sync again to fetch the case.");
    return {parser, [choice](CommandContext& context) {
                Vault vault = context.open_vault(Access::kWrite);
                context.output().case_accepted(vault.accept_case(*choice));
                return Outcome{};
            }};
}

Command decline_command(CLI::App& group) {
    auto choice = std::make_shared<InvitationChoice>();
    CLI::App* parser = group.add_subcommand("decline", "Show an invitation no more");
    add_choice(*parser, *choice);
    parser->footer(
        "EXAMPLE\n  kua case decline KT-18\n"
        "Nobody is told. kua case accept with the front of its id still accepts it.");
    return {parser, [choice](CommandContext& context) {
                Vault vault = context.open_vault(Access::kWrite);
                context.output().case_declined(vault.decline_case(*choice));
                return Outcome{};
            }};
}

Command create_command(CLI::App& group) {
    auto draft = std::make_shared<CaseDraft>();
    CLI::App* parser = group.add_subcommand("create", "Begin a new case");
    parser->add_option("TITLE", draft->title, "What to call it")->required();
    parser->add_option("--description", draft->description, "What it is about")
        ->option_text("TEXT");
    parser->add_option("--reference-code", draft->reference_code, "Your own number for it")
        ->option_text("TEXT");
    parser->add_option("--language", draft->languages, "kk, ru, ...; main one first")
        ->option_text("TAG")
        ->delimiter(',')
        ->allow_extra_args(false);
    parser->add_option("--question", draft->questions, "A tag the case must answer, like q-order")
        ->option_text("TAG")
        ->delimiter(',')
        ->allow_extra_args(false);
    parser->add_flag("--classic", draft->classic,
                     "Without post-quantum protection, for colleagues with old tools");
    parser->footer("EXAMPLE\n  kua case create \"KT-17\" --language kk,ru");
    return {parser, [draft](CommandContext& context) { return run_create(*draft, context); }};
}

struct CaseDescribeOptions {
    std::string name;
    std::string comment;
    FactOptions facts;
};

Command describe_case_command(CLI::App& group) {
    auto options = std::make_shared<CaseDescribeOptions>();
    CLI::App* parser = group.add_subcommand("describe", "Say more, or something else, of a case");
    parser->add_option("CASE", options->name, "Id, title or reference (default: the current one)");
    parser->add_option("--comment", options->comment, "Why; it stays in the journal")
        ->option_text("TEXT");
    add_fact_options(*parser, options->facts, FactsOf::kCase);
    parser->footer(
        "EXAMPLE\n  kua case describe KT-17 --question q-order,q-fired --comment \"what the family"
        " asks\"\n"
        "The owner of a case alone describes it.");
    return {parser, [options](CommandContext& context) {
                Vault vault = context.open_vault(Access::kWrite);
                context.output().described(vault.describe_case(
                    {options->name.empty() ? context.case_name() : options->name, "",
                     given_facts(options->facts), options->comment}));
                return Outcome{};
            }};
}

Command show_command_of(CLI::App& group) {
    auto options = std::make_shared<NameOptions>();
    CLI::App* parser = group.add_subcommand("show", "Show one case");
    parser->add_option("CASE", options->name, "Id, title or reference (default: the current one)");
    parser->footer("EXAMPLE\n  kua case show KT-17");
    return {parser, [options](CommandContext& context) { return run_show(*options, context); }};
}

Command use_command(CLI::App& group) {
    auto options = std::make_shared<NameOptions>();
    CLI::App* parser =
        group.add_subcommand("use", "Choose the case that commands without --case use");
    parser->add_option("CASE", options->name, "Id, title or reference")->required();
    parser->footer("EXAMPLE\n  kua case use KT-17");
    return {parser, [options](CommandContext& context) { return run_use(*options, context); }};
}

}  // namespace

std::vector<Command> case_commands(CLI::App& app) {
    CLI::App* group = app.add_subcommand("case", "Create, choose, seal and unseal cases");
    group->group("casework");
    group->require_subcommand(0, 1);
    group->footer("EXAMPLE\n  kua case list");

    CLI::App* list = group->add_subcommand("list", "Show the cases of this vault");
    list->footer("EXAMPLE\n  kua case list");

    return {create_command(*group),        accept_command(*group),    decline_command(*group),
            {list, run_case_list},         show_command_of(*group),   use_command(*group),
            describe_case_command(*group), case_seal_command(*group), case_key_command(*group),
            case_unseal_command(*group)};
}

}  // namespace kua::cli
