// Places, events, acts and persons: four groups of the same commands.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/fact_options.h"

namespace kua::cli {
namespace {

struct ThingGroup {
    const char* kind;
    const char* about;
    const char* naming;       // the fact that names it
    const char* naming_text;  // as it is asked for
    FactsOf facts;
    const char* add_example;
    const char* id_example;
};

constexpr std::array<ThingGroup, 4> kGroups = {{
    {"place", "Where things happened", "place_name", "NAME", FactsOf::kPlace,
     "kua place add \"Кен алаңы\" --place-names \"ru=площадь Кен\" --place-names \"en=Ken square\""
     " \\\n      --place-kind site --within Көктұз",
     "pl-3m8qa"},
    {"event", "What happened", "event_title", "TITLE", FactsOf::kEvent,
     "kua event add \"Dispersal at Ken square\" --occurred 2017-11-23T15:00:00+05:00 \\\n"
     "      --occurred-tolerance PT1H --place \"Ken square\"",
     "ev-3m8qa"},
    {"act", "What was done to somebody", "act_kind", "WORD", FactsOf::kAct,
     "kua act add false_record --event ev-3m8qa --occurred 2017-11-27~ \\\n"
     "      --cause-stated \"heart disease\"",
     "ac-3m8qa"},
    {"person", "Persons and bodies that accounts tell of", "label", "LABEL", FactsOf::kPerson,
     "kua person add \"relative of P-07\" --person-status dead", "pe-3m8qa"},
}};

struct ThingOptions {
    std::string name;
    std::string comment;
    FactOptions facts;
};

Command add_thing_command(CLI::App& group, const ThingGroup& what) {
    auto options = std::make_shared<ThingOptions>();
    CLI::App* parser = group.add_subcommand("add", "Enter one");
    parser->add_option(what.naming_text, options->name, "What it is called")->required();
    add_fact_options(*parser, options->facts, what.facts);
    parser->footer(std::string{"EXAMPLE\n  "} + what.add_example);
    return {
        parser, [options, &what](CommandContext& context) {
            Vault vault = context.open_vault(Access::kWrite);
            GivenFacts facts = given_facts(options->facts);
            facts[what.naming] = {options->name};
            context.output().thing_added(vault.add_thing({what.kind, context.case_name(), facts}));
            return Outcome{};
        }};
}

Command list_things_command(CLI::App& group, const ThingGroup& what) {
    CLI::App* parser = group.add_subcommand("list", "List them");
    parser->footer(std::string{"EXAMPLE\n  kua "} + what.kind + " list");
    return {parser, [&what](CommandContext& context) {
                Vault vault = context.open_vault(Access::kRead);
                context.output().things(what.kind, vault.things(what.kind, context.case_name()));
                return Outcome{};
            }};
}

Command show_thing_command(CLI::App& group, const ThingGroup& what) {
    auto options = std::make_shared<ThingOptions>();
    CLI::App* parser = group.add_subcommand("show", "Show what is known of one");
    parser->add_option("ID", options->name, "Its id, or what it is called")->required();
    parser->footer(std::string{"EXAMPLE\n  kua "} + what.kind + " show " + what.id_example);
    return {parser, [options, &what](CommandContext& context) {
                Vault vault = context.open_vault(Access::kRead);
                context.output().thing(vault.thing(what.kind, options->name, context.case_name()));
                return Outcome{};
            }};
}

Command describe_thing_command(CLI::App& group, const ThingGroup& what) {
    auto options = std::make_shared<ThingOptions>();
    CLI::App* parser = group.add_subcommand("describe", "Say more, or something else, about one");
    parser->add_option("ID", options->name, "Its id, or what it is called")->required();
    parser->add_option("--comment", options->comment, "Why; it stays in the journal")
        ->option_text("TEXT");
    add_fact_options(*parser, options->facts, what.facts);
    parser->footer(std::string{"EXAMPLE\n  kua "} + what.kind + " describe " + what.id_example +
                   " ... --comment \"as P-07 told it\"");
    return {parser, [options, &what](CommandContext& context) {
                Vault vault = context.open_vault(Access::kWrite);
                context.output().described(vault.describe(
                    {vault.thing(what.kind, options->name, context.case_name()).thing.id,
                     context.case_name(), given_facts(options->facts), options->comment}));
                return Outcome{};
            }};
}

}  // namespace

std::vector<Command> thing_commands(CLI::App& app) {
    std::vector<Command> commands;
    for (const ThingGroup& what : kGroups) {
        CLI::App* group = app.add_subcommand(what.kind, what.about);
        group->group("casework");
        group->require_subcommand(0, 1);
        group->footer(std::string{"EXAMPLE\n  "} + what.add_example);
        commands.push_back(add_thing_command(*group, what));
        commands.push_back(list_things_command(*group, what));
        commands.push_back(show_thing_command(*group, what));
        commands.push_back(describe_thing_command(*group, what));
    }
    return commands;
}

}  // namespace kua::cli
