#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/commands/past_exports.h"
#include "cli/context.h"
#include "cli/fact_options.h"

namespace kua::cli {
namespace {

struct LinkOptions {
    std::string subject;
    std::string relation;
    std::string target;
    FactOptions facts;
};

struct TagOptions {
    std::vector<std::string> items_and_tag;
    FactOptions facts;
};

Outcome run_tag(const TagOptions& options, CommandContext& context) {
    if (options.items_and_tag.size() < 2) {
        throw Error{ErrorCode::kUsage, "say which items and, last, the tag: kua tag ITEM... TAG"};
    }
    Vault vault = context.open_vault(Access::kWrite);
    TagRequest request;
    request.items.assign(options.items_and_tag.begin(), options.items_and_tag.end() - 1);
    request.tag = options.items_and_tag.back();
    request.case_name = context.case_name();
    request.facts = given_facts(options.facts);
    context.output().tagged(request, vault.tag(request));
    return {};
}

}  // namespace

Command link_command(CLI::App& app) {
    auto options = std::make_shared<LinkOptions>();
    CLI::App* parser = app.add_subcommand("link", "Say how two things hang together");
    parser->group("casework");
    parser
        ->add_option("A", options->subject, "An item, a pseudonym, or another thing, by id or name")
        ->required();
    parser
        ->add_option("RELATION", options->relation,
                     "witness, appeared, recording_of, contradicts, corroborates, refers_to, ...")
        ->required();
    parser->add_option("B", options->target, "The other one")->required();
    add_fact_options(*parser, options->facts, FactsOf::kLink);
    parser->footer(
        "EXAMPLE\n  kua link P-07 witness ev-3m8qa --certainty probable\n"
        "  kua link IMG_0412.jpg contradicts notice.ru.txt --comment \"notice: empty since 9:00\"\n"
        "Two items that contradict each other are shown side by side; neither is corrected.\n"
        "Said again with another certainty, the last counts; the journal keeps both.");
    return {parser, [options](CommandContext& context) {
                Vault vault = context.open_vault(Access::kWrite);
                context.output().linked(
                    vault.link({options->subject, options->relation, options->target,
                                context.case_name(), given_facts(options->facts)}));
                if (options->relation == "appeared" && options->subject.starts_with("P-")) {
                    note_past_exports(vault, options->subject, context);
                }
                return Outcome{};
            }};
}

Command tag_command(CLI::App& app) {
    auto options = std::make_shared<TagOptions>();
    CLI::App* parser = app.add_subcommand("tag", "Put a tag on items, or take it off");
    parser->group("casework");
    parser->add_option("ITEM... TAG", options->items_and_tag, "The items, and last the tag");
    add_fact_options(*parser, options->facts, FactsOf::kTag);
    parser->footer(
        "EXAMPLE\n  kua tag i-7k2m9 q-order\n"
        "  kua tag IMG_0412.jpg crowd --tag-state verified --strength some\n"
        "unverified: a source says so. verified: somebody saw it in the item.");
    return {parser, [options](CommandContext& context) { return run_tag(*options, context); }};
}

}  // namespace kua::cli
