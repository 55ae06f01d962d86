#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"

namespace kua::cli {
namespace {

enum class Weight : std::uint8_t { kNote, kWaits, kRefused, kFinding };

Weight weight_of(FindingCode code) noexcept {
    switch (code) {
        case FindingCode::kReplay:
        case FindingCode::kUnknownType:
            return Weight::kNote;
        case FindingCode::kGap:
            return Weight::kWaits;
        case FindingCode::kNotMember:
        case FindingCode::kNotAllowed:
        case FindingCode::kUnknownAuthor:
            return Weight::kRefused;
        case FindingCode::kDamaged:
        case FindingCode::kMissing:
        case FindingCode::kChanged:
        case FindingCode::kSurplus:
        case FindingCode::kFactMismatch:
        case FindingCode::kForged:
        case FindingCode::kRollback:
        case FindingCode::kFork:
        case FindingCode::kFastForward:
        case FindingCode::kWrongCase:
        case FindingCode::kStopped:
        case FindingCode::kNotReadable:
            return Weight::kFinding;
    }
    return Weight::kFinding;
}

Outcome outcome_of_sync(const SyncReport& report) {
    Weight heaviest = Weight::kNote;
    const RemoteReport* failed = nullptr;
    std::size_t failures = 0;
    for (const RemoteReport& remote : report.remotes) {
        for (const Finding& finding : remote.findings) {
            heaviest = std::max(heaviest, weight_of(finding.code));
        }
        if (!remote.failure.empty()) {
            failed = &remote;
            ++failures;
        }
    }
    if (heaviest == Weight::kFinding) {
        return {Result::kFinding};
    }
    if (heaviest == Weight::kRefused) {
        return {Result::kFailed, ErrorCode::kRefused};
    }
    if (failed != nullptr) {
        return failures == report.remotes.size()
                   ? Outcome{Result::kFailed, static_cast<ErrorCode>(failed->error)}
                   : Outcome{Result::kPartly};
    }
    return {heaviest == Weight::kWaits ? Result::kPartly : Result::kDone};
}

}  // namespace

Command sync_command(CLI::App& app) {
    auto request = std::make_shared<SyncRequest>();
    CLI::App* sync = app.add_subcommand("sync", "Exchange with a stick or host");
    sync->group("exchange");
    sync->add_option("REMOTE", request->remote, "Which one (default: all)");
    sync->add_flag("--dry-run", request->dry_run, "Only say what would be exchanged");
    sync->footer(
        "EXAMPLE\n  kua sync stick\n"
        "Takes what is new there, checks all of it, and writes what is new here. Pulled out half\n"
        "way, a stick holds what it held before; run it again. Whatever isn't right is kept aside\n"
        "and named; see kua status.");
    return {sync, [request](CommandContext& context) {
                Vault vault = context.open_vault(request->dry_run ? Access::kRead : Access::kWrite);
                const SyncReport report = vault.sync(*request, context.progress());
                context.output().synced(report);
                return outcome_of_sync(report);
            }};
}

Command send_command(CLI::App& app) {
    auto request = std::make_shared<SendRequest>();
    auto to = std::make_shared<std::string>();
    CLI::App* send = app.add_subcommand("send", "Write what others lack into a file");
    send->group("exchange");
    send->add_option("--to", *to, "A new file")->option_text("FILE")->required();
    send->add_option("--max-size", request->max_bytes,
                     "Of one file; more are written if need be (default: 95M)")
        ->option_text("SIZE")
        ->transform(CLI::AsSizeValue(/*kb_is_1000=*/false));
    send->add_flag("--everything", request->everything, "Also what all members are known to have");
    send->footer(
        "EXAMPLE\n  kua send --to kt17.kua\n"
        "For e-mail, a messenger or a memory card. Whoever gets the files runs kua take. They are\n"
        "sealed to the case: who carries them can't read them.");
    return {send, [request, to](CommandContext& context) {
                Vault vault = context.open_vault(Access::kWrite);
                request->to = *to;
                request->case_name = context.case_name();
                const SendReport report = vault.send(*request, context.progress());
                context.output().sent(report);
                const bool is_damaged = std::ranges::any_of(
                    report.findings,
                    [](const Finding& one) { return weight_of(one.code) == Weight::kFinding; });
                return Outcome{is_damaged                ? Result::kFinding
                               : report.findings.empty() ? Result::kDone
                                                         : Result::kPartly};
            }};
}

Command take_command(CLI::App& app) {
    auto files = std::make_shared<std::vector<std::string>>();
    CLI::App* take = app.add_subcommand("take", "Take in files that somebody sent");
    take->group("exchange");
    take->add_option("FILE", *files, "What kua send wrote, in any order")->required();
    take->footer(
        "EXAMPLE\n  kua take kt17.kua kt17-2.kua\n"
        "Name all files of one sending together. Checks everything; what isn't right is kept "
        "aside\n"
        "and named. Taking a file again does no harm.");
    return {take, [files](CommandContext& context) {
                Vault vault = context.open_vault(Access::kWrite);
                const SyncReport report =
                    vault.take({files->begin(), files->end()}, context.progress());
                context.output().synced(report);
                return outcome_of_sync(report);
            }};
}

std::vector<Command> finding_commands(CLI::App& app) {
    CLI::App* group = app.add_subcommand("finding", "What a sync refused and kept aside");
    group->group("exchange");
    group->require_subcommand(0, 1);
    group->footer("EXAMPLE\n  kua finding list");
    CLI::App* list = group->add_subcommand("list", "List what was kept aside");
    list->footer("EXAMPLE\n  kua finding list");

    struct ExportOptions {
        std::uint64_t number = 0;
        std::string to;
    };
    auto options = std::make_shared<ExportOptions>();
    CLI::App* out = group->add_subcommand(
        "export", "Write out the two histories that one author signed, for others to see");
    out->add_option("NUMBER", options->number, "Of the finding")
        ->required()
        ->check(whole_number(1, 1'000'000'000));
    out->add_option("--to", options->to, "A new folder")->option_text("DIR")->required();
    out->footer("EXAMPLE\n  kua finding export 1 --to fork");
    return {{list,
             [](CommandContext& context) {
                 Vault vault = context.open_vault(Access::kRead);
                 context.output().quarantined(vault.quarantined());
                 return Outcome{};
             }},
            {out, [options](CommandContext& context) {
                 Vault vault = context.open_vault(Access::kRead);
                 vault.export_finding(options->number, options->to);
                 context.output().finding_exported(options->number, options->to);
                 return Outcome{};
             }}};
}

}  // namespace kua::cli
