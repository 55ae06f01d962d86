#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/commands/compartment.h"
#include "cli/commands/past_exports.h"
#include "cli/context.h"
#include "cli/fact_options.h"

namespace kua::cli {
namespace {

struct SourceOptions {
    std::string pseudonym;
    std::string comment;
    FactOptions facts;
};

Command add_source_command(CLI::App& group) {
    auto options = std::make_shared<SourceOptions>();
    CLI::App* parser = group.add_subcommand("add", "Begin a new source, under a pseudonym");
    parser->add_option("P-NN", options->pseudonym, "Its pseudonym (default: the next free one)");
    add_fact_options(*parser, options->facts, FactsOf::kSource);
    parser->footer(
        "EXAMPLE\n  kua source add --connection eye_witness --age-group adult\n"
        "Who it is has no place here: no names, no addresses, no numbers; kua source identity add\n"
        "keeps that apart. Until a source was asked, what came from it is kept and shown to "
        "nobody\n"
        "outside (kua consent give).");
    return {parser, [options](CommandContext& context) {
                Vault vault = context.open_vault(Access::kWrite);
                context.output().source_added(vault.add_source(
                    {options->pseudonym, context.case_name(), given_facts(options->facts)}));
                return Outcome{};
            }};
}

Command describe_source_command(CLI::App& group) {
    auto options = std::make_shared<SourceOptions>();
    CLI::App* parser =
        group.add_subcommand("describe", "Say more, or something else, about a source");
    parser->add_option("P-NN", options->pseudonym, "Its pseudonym")->required();
    parser->add_option("--comment", options->comment, "Why; it stays in the journal")
        ->option_text("TEXT");
    add_fact_options(*parser, options->facts, FactsOf::kSource);
    parser->footer(
        "EXAMPLE\n  kua source describe P-12 --reliability medium --comment \"card shown to "
        "Rosa\"");
    return {parser, [options](CommandContext& context) {
                Vault vault = context.open_vault(Access::kWrite);
                const std::string pseudonym =
                    vault.source(options->pseudonym, context.case_name()).pseudonym;
                const DescribeReport report =
                    vault.describe({pseudonym, context.case_name(), given_facts(options->facts),
                                    options->comment});
                context.output().described(report);
                if (std::any_of(report.changes.begin(), report.changes.end(),
                                [](const FactChange& one) { return one.name == "age_group"; })) {
                    note_past_exports(vault, pseudonym, context);
                }
                return Outcome{};
            }};
}

Command show_source_command(CLI::App& group) {
    auto options = std::make_shared<SourceOptions>();
    CLI::App* parser = group.add_subcommand("show", "Show what is known of a source");
    parser->add_option("P-NN", options->pseudonym, "Its pseudonym")->required();
    parser->footer("EXAMPLE\n  kua source show P-12");
    return {parser, [options](CommandContext& context) {
                Vault vault = context.open_vault(Access::kRead);
                context.output().source(vault.source(options->pseudonym, context.case_name()));
                return Outcome{};
            }};
}

}  // namespace

std::vector<Command> source_commands(CLI::App& app) {
    CLI::App* group =
        app.add_subcommand("source", "The people that things came from, by pseudonym");
    group->group("casework");
    group->require_subcommand(0, 1);
    group->footer("EXAMPLE\n  kua source add --connection eye_witness");
    CLI::App* list = group->add_subcommand("list", "List the sources of the case");
    list->footer("EXAMPLE\n  kua source list");
    std::vector<Command> commands = {
        add_source_command(*group),
        {list,
         [](CommandContext& context) {
             Vault vault = context.open_vault(Access::kRead);
             context.output().sources(vault.sources(context.case_name()));
             return Outcome{};
         }},
        show_source_command(*group),
        describe_source_command(*group)};
    for (const Command& command : compartment_commands(*group)) {
        commands.push_back(command);
    }
    return commands;
}

}  // namespace kua::cli
