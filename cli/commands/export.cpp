#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"

namespace kua::cli {
namespace {

struct ExportOptions {
    std::vector<std::string> items;
    bool all = false;
    std::string to;
    std::string purpose = "keep";
    std::optional<std::string> recipient;
    std::string condition_met;
    bool sealed = false;
};

Outcome run(const ExportOptions& options, CommandContext& context) {
    if (options.items.empty() == !options.all) {
        throw Error{ErrorCode::kUsage, "say which items, or --all for all of the case"};
    }
    Vault vault = context.open_vault(Access::kWrite);  // an export is an entry in the journal
    ExportRequest request;
    request.items = options.items;
    request.all = options.all;
    request.case_name = context.case_name();
    request.to = options.to;
    request.purpose = options.purpose;
    request.recipient = options.recipient;
    request.condition_met = options.condition_met;
    request.sealed = options.sealed;
    const ExportReport report = vault.export_items(request, context.progress());
    context.output().export_done(report);
    return report.findings.empty() ? outcome_of(report.failed, !report.exported.empty())
                                   : Outcome{Result::kFinding};
}

}  // namespace

Command export_command(CLI::App& app) {
    auto options = std::make_shared<ExportOptions>();
    CLI::App* parser =
        app.add_subcommand("export", "Take originals out, checked before they get their name");
    parser->group("everyday");
    parser->add_option("ITEM", options->items, "Items to export");
    parser->add_option("--to", options->to, "Folder to put them in; nothing there is overwritten")
        ->option_text("DIR")
        ->required();
    parser->add_flag("--all", options->all, "All items of the case");
    parser
        ->add_option("--purpose", options->purpose,
                     "What for: keep (default), team, commission, court, partner or publish")
        ->option_text("WORD");
    parser
        ->add_option("--recipient", options->recipient,
                     "Who gets them, kept in the journal; needed for partner, not with keep")
        ->option_text("NAME");
    parser
        ->add_option("--condition-met", options->condition_met,
                     "That what the source asked for holds, and how you know; kept in the journal")
        ->option_text("TEXT");
    parser->add_flag("--sealed", options->sealed, "The age files as stored, not the originals");
    parser->footer(
        "EXAMPLE\n  kua export i-7k2m9 --to ~/out\n"
        "  kua export --all --to /media/stick/case --purpose court --recipient \"clerk of the "
        "court\"\n"
        "What a source does not allow for the purpose stays here (kua consent show NAME); a copy "
        "of your\n"
        "own (keep) is allowed unless that was taken back.");
    return {parser, [options](CommandContext& context) { return run(*options, context); }};
}

}  // namespace kua::cli
