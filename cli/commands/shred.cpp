#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/words.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

struct ShredOptions {
    ShredRequest request;
    bool yes = false;
};

std::string holders_in_words(const ItemToShred& item) {
    std::string names;
    for (const std::string& holder : item.holders) {
        names.append(names.empty() ? "" : ", ").append(escape_for_display(holder));
    }
    return names.empty() ? "no other member is known to have it" : names + " has it, too";
}

// What is about to go, and what a person may take to be gone and isn't.
void say_what_goes(const ShredReport& plan, Output& output) {
    constexpr std::size_t kMostNamed = 20;
    std::uint64_t bytes = 0;
    for (const ItemToShred& item : plan.items) {
        bytes += item.bytes;
    }
    output.warning("this destroys " + counted(plan.items.size(), "original", "originals") + ", " +
                   human_bytes(bytes) + ", in this vault for good; there is no way back");
    for (std::size_t i = 0; i < std::min(plan.items.size(), kMostNamed); ++i) {
        const ItemToShred& item = plan.items[i];
        output.note(item.short_id + ", " + human_bytes(item.bytes) + ": " + holders_in_words(item));
    }
    if (plan.items.size() > kMostNamed) {
        output.note("and " + grouped(plan.items.size() - kMostNamed) + " more");
    }
    output.note(
        "the journal goes on saying that they were here, with their names, facts and what was "
        "written of them: the turns of a testimony, transcripts and translations stay in it");
    output.note(
        "copies on sticks and hosts, of other members, in backups and in worn cells of this "
        "disk are out of reach");
}

Outcome run(const ShredOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    ShredRequest request = options.request;
    request.case_name = context.case_name();
    const ShredReport plan = vault.plan_shredding(request);
    if (plan.items.empty()) {
        context.output().shredded(plan);
        return outcome_of(plan.failed, /*something_succeeded=*/false);
    }
    say_what_goes(plan, context.output());
    context.confirm("shred " + counted(plan.items.size(), "original", "originals") + "?",
                    options.yes);
    const ShredReport report = vault.shred(request);
    context.output().shredded(report);
    const Outcome outcome = outcome_of(report.failed, !report.items.empty());
    if (outcome.result == Result::kDone && report.pieces_left > 0) {
        return {Result::kPartly};
    }
    return outcome;
}

}  // namespace

Command shred_command(CLI::App& app) {
    auto options = std::make_shared<ShredOptions>();
    CLI::App* parser = app.add_subcommand(
        "shred", "Destroy originals in this vault; the journal keeps that they were");
    parser->group("casework");
    parser->add_option("ITEM", options->request.items, "Items");
    parser
        ->add_option("--withdrawn", options->request.withdrawn,
                     "All that this source no longer allows to keep")
        ->option_text("SOURCE");
    parser->add_option("--reason", options->request.reason, "Why; stays in the journal")
        ->option_text("TEXT");
    parser->add_flag("--yes", options->yes, "Don't ask whether I am sure");
    parser->footer(
        "EXAMPLE\n  kua shred i-7k2m9 --reason \"the wrong file, nothing to do with the case\"\n"
        "  kua consent withdraw P-07 --purpose keep --reason \"afraid\" && kua shred --withdrawn "
        "P-07\n"
        "Only this vault's live files are cleaned. What other members have they destroy "
        "themselves.");
    return {parser, [options](CommandContext& context) { return run(*options, context); }};
}

}  // namespace kua::cli
