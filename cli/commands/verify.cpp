#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"

namespace kua::cli {
namespace {

struct VerifyOptions {
    std::vector<std::string> items;
    bool sealed_only = false;
    bool repair_header = false;
};

Outcome run(const VerifyOptions& options, CommandContext& context) {
    if (options.repair_header) {
        Vault vault = context.open_vault(Access::kWrite);
        context.output().header_repaired(vault.repair_header());
        return {};
    }
    Vault vault = context.open_vault(Access::kRead);
    VerifyRequest request;
    request.items = options.items;
    request.case_name = context.case_name();
    request.depth = options.sealed_only ? VerifyDepth::kSealed : VerifyDepth::kFull;
    const VerificationReport report = vault.verify(request, context.progress());
    context.output().verified(report, request.depth);
    if (report.only_not_readable()) {
        return {Result::kFailed, ErrorCode::kNoFile};
    }
    return {report.ok() ? Result::kDone : Result::kFinding};
}

}  // namespace

Command verify_command(CLI::App& app) {
    auto options = std::make_shared<VerifyOptions>();
    CLI::App* parser = app.add_subcommand("verify", "Check that nothing stored was altered");
    parser->group("everyday");
    CLI::Option* items =
        parser->add_option("ITEM", options->items, "Items to check (default: the whole vault)");
    CLI::Option* sealed = parser->add_flag("--sealed", options->sealed_only,
                                           "Sealed bytes only: faster, and works in sealed cases");
    parser
        ->add_flag("--repair-header", options->repair_header,
                   "Write a damaged copy of the vault's header anew from the good one")
        ->excludes(items)
        ->excludes(sealed);
    parser->footer("EXAMPLE\n  kua verify\n  kua verify i-7k2m9 --sealed");
    return {parser, [options](CommandContext& context) { return run(*options, context); }};
}

}  // namespace kua::cli
