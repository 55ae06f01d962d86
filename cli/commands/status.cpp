#include <memory>

#include "cli/command.h"
#include "cli/context.h"

namespace kua::cli {
namespace {

struct StatusOptions {
    bool rebuild = false;
};

Outcome run(const StatusOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(options.rebuild ? Access::kWrite : Access::kRead);
    if (options.rebuild) {
        if (context.options().case_name) {
            vault.find_case(context.case_name());  // all are rebuilt, but a wrong name is a mistake
        }
        const RebuildReport report = vault.rebuild(context.progress());
        context.output().rebuilt(report);
        return {report.findings.empty() ? Result::kDone : Result::kFinding};
    }
    const StatusReport report = vault.status(context.case_name());
    context.output().status(report);
    return {report.findings.empty() ? Result::kDone : Result::kFinding};
}

}  // namespace

Command status_command(CLI::App& app) {
    auto options = std::make_shared<StatusOptions>();
    CLI::App* parser = app.add_subcommand("status", "Show the vault's state and what is open");
    parser->group("everyday");
    parser->add_flag("--rebuild", options->rebuild,
                     "Make the readable catalog anew from the signed journals and say whether it "
                     "was the same");
    parser->footer("EXAMPLE\n  kua status");
    return {parser, [options](CommandContext& context) { return run(*options, context); }};
}

}  // namespace kua::cli
