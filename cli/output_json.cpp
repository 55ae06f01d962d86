#include "cli/output_json.h"

#include <algorithm>

#include "cli/output_json_values.h"

namespace kua::cli {
namespace {

const char* change_name(CaseChange change) noexcept {
    switch (change) {
        case CaseChange::kCreated:
            return "created";
        case CaseChange::kUsed:
            return "used";
    }
    return "";
}

const char* change_name(PassphraseChange change) noexcept {
    switch (change) {
        case PassphraseChange::kAdded:
            return "added";
        case PassphraseChange::kChanged:
            return "changed";
        case PassphraseChange::kRemoved:
            return "removed";
    }
    return "";
}

}  // namespace

void JsonOutput::print(const std::string& text) {
    terminal().write(Stream::kOut, text);
}

template <class Each>
void JsonOutput::print_all(std::string_view name, const std::vector<Each>& values) {
    constexpr std::size_t kAtOnce = std::size_t{64} << 10;
    std::string text = "{\"" + std::string{name} + "\": [";
    std::string_view before = "\n";
    for (const Each& each : values) {
        text += before;
        text += one_line(value_of(each));
        before = ",\n";
        if (text.size() >= kAtOnce) {
            print(text);
            text.clear();
        }
    }
    print(text + (values.empty() ? "]}\n" : "\n]}\n"));
}

void JsonOutput::failure(const Error& error) {
    Json report = {{"error",
                    {{"code", error_name(error.code())},
                     {"number", static_cast<unsigned>(error.code())},
                     {"text", text_of(error)}}}};
    if (!added_.empty() || !known_.empty()) {
        report["added"] = array_of(added_);
        report["known"] = array_of(known_);
    }
    print(document(report));
    Output::failure(error);
}

void JsonOutput::versions(const std::vector<ComponentVersion>& components) {
    Json named = Json::object();
    for (const ComponentVersion& component : components) {
        named[component.name] = component.version;
    }
    print(document({{"versions", named}}));
}

void JsonOutput::vault_created(const StatusReport& vault) {
    print(document({{"vault", vault.directory.native()},
                    {"vault_id", vault.vault_id},
                    {"identity", value_of(vault.identity)},
                    {"cases", array_of(vault.cases)}}));
}

void JsonOutput::item_added(const AddedItem& item) {
    added_.push_back(item);
}

void JsonOutput::item_known(const KnownItem& item) {
    known_.push_back(item);
}

void JsonOutput::input_failed(const FailedInput& /*input*/) {}  // in the report at the end

void JsonOutput::add_done(const AddReport& report) {
    print(document({{"case", report.case_id},
                    {"sealed_case", report.sealed_case},
                    {"added", array_of(report.added)},
                    {"known", array_of(report.known)},
                    {"failed", array_of(report.failed)},
                    {"skipped", array_of(report.skipped)},
                    {"not_inspected", array_of(report.not_inspected)},
                    {"bytes", report.bytes},
                    {"not_asked", text_or_null(report.not_asked)},
                    {"taken_back", report.taken_back},
                    {"taken_back_of", report.taken_back_of}}));
}

void JsonOutput::export_done(const ExportReport& report) {
    Json failed = Json::array();
    for (const FailedInput& item : report.failed) {
        failed.push_back(
            {{"item", item.path}, {"code", error_name(item.code)}, {"text", item.reason}});
    }
    print(document({{"exported", array_of(report.exported)},
                    {"failed", failed},
                    {"shredded", report.shredded},
                    {"findings", value_of(report.findings)}}));
}

void JsonOutput::items(const std::vector<ItemSummary>& items, bool /*all_cases*/) {
    print_all("items", items);
}

void JsonOutput::item(const ItemDetails& details, const Relations& relations) {
    Json item = value_of(details.summary);
    item["facts"] = value_of(details.facts);
    item["history"] = array_of(details.history);
    item["labels"] = array_of(relations.labels);
    item["links"] = array_of(relations.links);
    item["seal"] = {{"recipient_type", details.recipient_type},
                    {"object", details.summary.sealed_digest},
                    {"sealed_bytes", details.sealed_bytes},
                    {"padded_bytes", details.padded_bytes},
                    {"segments", details.segments},
                    {"holders", details.holders},
                    {"in_signed_checkpoint", details.in_signed_checkpoint}};
    print(document({{"item", item}}));
}

void JsonOutput::entries(const std::vector<LogEntry>& entries) {
    print_all("entries", entries);
}

void JsonOutput::verified(const VerificationReport& report, VerifyDepth depth) {
    print(document({{"ok", report.ok()},
                    {"depth", depth == VerifyDepth::kSealed ? "sealed" : "full"},
                    {"checked", report.objects_checked},
                    {"items_checked", report.items_checked},
                    {"bytes_checked", report.bytes_checked},
                    {"entries_checked", report.entries_checked},
                    {"bundles_checked", report.bundles_checked},
                    {"sealed_cases", report.sealed_cases},
                    {"items_shredded", report.items_shredded},
                    {"findings", value_of(report.findings)}}));
}

void JsonOutput::header_repaired(const std::vector<std::string>& mended) {
    print(document({{"mended", mended}}));
}

void JsonOutput::status(const StatusReport& report) {
    print(document({{"vault", report.directory.native()},
                    {"vault_id", report.vault_id},
                    {"identity", value_of(report.identity)},
                    {"cases", array_of(report.cases)},
                    {"holdings", array_of(report.holdings)},
                    {"objects", report.objects},
                    {"object_bytes", report.object_bytes},
                    {"free_bytes", report.free_bytes},
                    {"without_date", report.without_date},
                    {"without_source", report.without_source},
                    {"not_asked", report.not_asked},
                    {"remotes", array_of(report.remotes)},
                    {"invitations", array_of(report.invitations)},
                    {"kept_aside", array_of(report.kept_aside)},
                    {"stopped", array_of(report.stopped)},
                    {"carried_bundles", report.carried_bundles},
                    {"carried_bytes", report.carried_bytes},
                    {"findings", value_of(report.findings)}}));
}

void JsonOutput::rebuilt(const RebuildReport& report) {
    print(document({{"same", report.same},
                    {"cases", report.cases},
                    {"entries", report.entries},
                    {"rows", report.rows},
                    {"sealed_cases", report.sealed_cases},
                    {"findings", value_of(report.findings)}}));
}

void JsonOutput::cases(const std::vector<CaseSummary>& cases) {
    print(document({{"cases", array_of(cases)}}));
}

void JsonOutput::case_shown(const CaseDetails& details) {
    const bool open = !details.summary.sealed;
    Json questions = Json::array();
    for (const QuestionStanding& one : details.questions) {
        questions.push_back(
            {{"tag", one.tag}, {"unverified", one.unverified}, {"verified", one.verified}});
    }
    Json shown = value_of(details.summary);
    shown["facts"] = open ? value_of(details.facts) : Json(nullptr);
    shown["questions"] = open ? questions : Json(nullptr);
    print(document({{"case", shown}}));
}

void JsonOutput::case_changed(CaseChange change, const CaseSummary& now) {
    print(document({{"change", change_name(change)}, {"case", value_of(now)}}));
}

void JsonOutput::case_sealed(const SealCaseReport& report) {
    Json json = {{"change", "sealed"},
                 {"case", {{"id", report.case_id}, {"sealed", true}}},
                 {"items", report.items},
                 {"secret_to", nullptr},
                 {"tried_by_opening", report.tried_by_opening},
                 {"holders", report.holders},
                 {"inviting_remotes", report.inviting_remotes}};
    if (!report.secret_to.empty()) {
        json["secret_to"] = report.secret_to.native();
    }
    print(document(json));
}

void JsonOutput::case_key_written(const SealCaseReport& report) {
    print(document({{"change", "key_written"},
                    {"case", {{"id", report.case_id}, {"sealed", false}}},
                    {"secret_to", report.secret_to.native()},
                    {"tried_by_opening", report.tried_by_opening}}));
}

void JsonOutput::case_unsealed(const UnsealCaseReport& report) {
    print(document({{"change", "unsealed"},
                    {"case", value_of(report.now)},
                    {"findings", value_of(report.findings)}}));
}

void JsonOutput::passphrases(const std::vector<PassphraseSlot>& slots) {
    print(document({{"passphrases", array_of(slots)}}));
}

void JsonOutput::passphrase_changed(PassphraseChange change, unsigned slot) {
    Json report = {{"change", change_name(change)}};
    if (change != PassphraseChange::kChanged) {
        report["slot"] = slot;
    }
    print(document(report));
}

void JsonOutput::keys(const std::vector<RevealedKey>& keys) {
    // The secrets themselves go from locked memory to the descriptor and nowhere else: each
    // document part ends where its secret, which needs no escaping, is to be put in.
    constexpr std::string_view kEndOfObject = "\n}\n";
    terminal().write(Stream::kOut, "{\"keys\": [");
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const std::string about = document({{"purpose", keys[i].purpose},
                                            {"file", text_or_null(keys[i].file)},
                                            {"settings", text_or_null(keys[i].settings)}});
        terminal().write(Stream::kOut, i == 0 ? "\n" : ",\n");
        terminal().write(Stream::kOut,
                         std::string_view{about}.substr(0, about.size() - kEndOfObject.size()));
        terminal().write(Stream::kOut, ",\n  \"secret\": \"");
        terminal().write(Stream::kOut, keys[i].secret.expose());
        terminal().write(Stream::kOut, "\"\n}");
    }
    terminal().write(Stream::kOut, "\n]}\n");
}

}  // namespace kua::cli
