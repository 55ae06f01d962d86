#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/fact_options.h"
#include "cli/inspector.h"

namespace kua::cli {
namespace {

struct AddOptions {
    std::vector<std::string> paths;
    FactOptions facts;
    std::uint64_t commit_every = 0;
    bool no_inspect = false;
};

// Who names a link or a pipe itself must not believe that it is in.
std::vector<FailedInput> failed_of(const AddOptions& options, const AddReport& report) {
    std::vector<FailedInput> failed = report.failed;
    std::ranges::copy_if(
        report.skipped, std::back_inserter(failed), [&options](const FailedInput& skipped) {
            return std::ranges::find(options.paths, skipped.path) != options.paths.end();
        });
    return failed;
}

Outcome run(const AddOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    Output& output = context.output();
    AddRequest request;
    request.paths = {options.paths.begin(), options.paths.end()};
    request.case_name = context.case_name();
    request.facts = given_facts(options.facts);
    request.commit_every = options.commit_every;
    request.on_added = [&output](const AddedItem& item) { output.item_added(item); };
    request.on_known = [&output](const KnownItem& item) { output.item_known(item); };
    request.on_failed = [&output](const FailedInput& input) { output.input_failed(input); };
    ProcessInspector inspector;
    request.inspector = options.no_inspect ? nullptr : &inspector;
    const AddReport report = vault.add(request, context.progress());
    output.add_done(report);
    return outcome_of(failed_of(options, report), !report.added.empty() || !report.known.empty());
}

}  // namespace

Command add_command(CLI::App& app) {
    auto options = std::make_shared<AddOptions>();
    CLI::App* parser = app.add_subcommand("add", "Put photos, clips and texts into the vault");
    parser->group("everyday");
    parser
        ->add_option("PATH", options->paths,
                     "Files and folders with all that is in them; they stay where they are, "
                     "unchanged. Links and special files are named and skipped")
        ->required();
    add_fact_options(*parser, options->facts, FactsOf::kArrival);
    parser->add_flag(
        "--no-inspect", options->no_inspect,
        "Don't ask photos and recordings what they say about themselves: time, device, "
        "position, length, size of the picture");
    // Described in docs/command-line.md, under "For tests": the default serves everybody else.
    parser->add_option("--commit-every", options->commit_every)
        ->group("")
        ->check(whole_number(1, 1'000'000));
    parser->footer(
        "EXAMPLE\n  kua add DCIM/ --acquired-method card_copy\n"
        "  kua source add P-12\n"
        "  kua add DCIM/ --source P-12\n"
        "  kua add IMG_0419.jpg --captured 2017-11-23T15:11:02+05:00 \\\n"
        "      --captured-basis reference_clock --clock-offset PT1H --place \"the square\"\n"
        "nothing has to be said at once; the same facts go with every file of one call");
    return {parser, [options](CommandContext& context) { return run(*options, context); }};
}

}  // namespace kua::cli
