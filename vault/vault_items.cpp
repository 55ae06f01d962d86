#include <algorithm>
#include <utility>

#include "vault/base/hex.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/casework/consent_entries.h"
#include "vault/evidence/casework/custody_view.h"
#include "vault/evidence/casework/description.h"
#include "vault/evidence/casework/things.h"
#include "vault/evidence/consent/consents.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/items.h"
#include "vault/evidence/journal_items.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/members.h"
#include "vault/evidence/outgoing/export.h"
#include "vault/evidence/outgoing/team_gate.h"
#include "vault/evidence/pseudonym.h"
#include "vault/evidence/verify.h"
#include "vault/format/padme.h"
#include "vault/format/sshsig.h"
#include "vault/journal/receive.h"
#include "vault/member_names.h"
#include "vault/store/object_table.h"
#include "vault/vault_state.h"

namespace kua {
namespace {

evidence::CaseKeys keys_of(Vault::State& state, const std::string& case_name) {
    return evidence::load_case_keys(state.catalog(),
                                    evidence::resolve_case(state.catalog(), case_name));
}

std::vector<std::string> resolve_items(Vault::State& state, const std::string& case_id,
                                       const std::vector<std::string>& names) {
    std::vector<std::string> items;
    for (const std::string& name : names) {
        std::string item = evidence::resolve_item(state.catalog(), case_id, name);
        if (std::find(items.begin(), items.end(), item) == items.end()) {
            items.push_back(std::move(item));
        }
    }
    return items;
}

// From the projection; where that is damaged, from the bundles it was made of.
std::vector<ItemSummary> all_items(Vault::State& state, const evidence::CaseKeys& keys,
                                   std::vector<Finding>& findings) {
    try {
        return evidence::list_items(state.catalog(), keys.case_id, {});
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        findings.push_back(
            {FindingCode::kDamaged, "catalog",
             error.during("its list of items can't be read; the journal's was used").what()});
        return evidence::items_of_bundles(state.catalog(), keys);
    }
}

// Others never take what its author may not write, nor anything that this author writes after it.
void require_may_add(Vault::State& state, const evidence::CaseKeys& keys) {
    const auto own = evidence::own_role(state.catalog(), keys.case_id, keys.sealed(),
                                        state.identity.card.fingerprint);
    if (own && !evidence::may_write(*own, "item.added")) {
        throw Error{ErrorCode::kRefused, "a " + std::string{name_of(*own)} +
                                             " of this case adds nothing to it; ask its owner for"
                                             " another role"};
    }
}

// Who gave it and what it was made from are things of the case. A derivative has its original's
// source unless another is named.
void check_origin(Vault::State& state, const evidence::CaseKeys& keys, GivenFacts& facts) {
    const auto source = facts.find("source");
    if (source != facts.end() && source->second.size() == 1) {
        evidence::require_source(state.catalog(), keys, source->second.front());
    }
    const auto derived = facts.find("derived_from");
    if (derived == facts.end()) {
        for (const char* name : {"recipe", "attributes_removed"}) {
            if (facts.contains(name)) {
                throw Error{ErrorCode::kUsage, "say what it was made from: --derived-from ITEM"};
            }
        }
        return;
    }
    if (!facts.contains("recipe") || !facts.contains("attributes_removed")) {
        throw Error{ErrorCode::kUsage,
                    "say how it was made and what that took out: --recipe TEXT"
                    " --attributes-removed time,place"};
    }
    if (keys.sealed()) {
        evidence::refuse_sealed(keys.case_id);
    }
    if (derived->second.size() == 1) {
        const std::string original =
            evidence::resolve_item(state.catalog(), keys.case_id, derived->second.front());
        derived->second.front() = original;
        facts.try_emplace("source",
                          std::vector<std::string>{
                              evidence::load_item(state.catalog(), keys.case_id, original).source});
    }
}

bool is_under_checkpoint(Vault::State& state, const std::string& case_id,
                         const journal::Entry& entry) {
    const std::vector<journal::KnownAuthor> authors =
        evidence::load_authors(state.catalog(), case_id);
    const auto author =
        std::ranges::find(authors, entry.header.author, &journal::KnownAuthor::fingerprint);
    const journal::LogHead head = journal::find_log(state.catalog(), case_id, entry.header.author);
    return author != authors.end() && entry.header.seq <= head.size &&
           format::is_signed_by(author->key, format::SignatureNamespace::kCheckpoint,
                                base::bytes_of(head.checkpoint), head.checkpoint_signature);
}

void read_seal_state(Vault::State& state, ItemDetails& details) {
    store::SealedDigest digest;
    const std::optional<base::Bytes> bytes = base::decode_hex(details.summary.sealed_digest);
    if (!bytes || bytes->size() != digest.bytes.size()) {
        return;
    }
    std::copy(bytes->begin(), bytes->end(), digest.bytes.begin());
    const std::optional<store::ObjectRecord> object = store::find_object(state.catalog(), digest);
    if (!object) {
        return;  // verification names it as missing
    }
    details.sealed_bytes = object->header.size() + object->payload_bytes;
    details.padded_bytes = format::padded_object_size(details.summary.bytes);
    for (const store::Extent& extent : object->extents) {
        details.segments.push_back(extent.segment);
    }
}

}  // namespace

AddReport Vault::add(const AddRequest& request, Progress& progress) {
    evidence::BatchLimits limits = state_->batch_limits;
    if (request.commit_every != 0) {
        limits.inputs = std::min<std::uint64_t>(limits.inputs, request.commit_every);
    }
    const evidence::CaseKeys keys = keys_of(*state_, request.case_name);
    require_may_add(*state_, keys);
    AddRequest checked = request;
    check_origin(*state_, keys, checked.facts);
    if (!keys.sealed()) {
        evidence::resolve_references(state_->catalog(), keys.case_id,
                                     evidence::arrival_fact_rules(), checked.facts);
    }
    if (const auto source = checked.facts.find("source"); source != checked.facts.end()) {
        evidence::require_team_for_source("add", state_->catalog(), keys,
                                          state_->identity.card.fingerprint,
                                          source->second.front());
    }
    AddReport report =
        evidence::add_files(state_->store, state_->identity, keys, checked, limits, progress);
    const auto source = checked.facts.find("source");
    if (!keys.sealed() && source != checked.facts.end() &&
        evidence::is_pseudonym(source->second.front()) &&
        evidence::list_statements(state_->catalog(), keys.case_id, source->second.front())
            .empty()) {
        report.not_asked = source->second.front();
    }
    if (!keys.sealed() && source != checked.facts.end() &&
        !(report.added.empty() && report.known.empty())) {
        const evidence::TakenBackNames taken =
            evidence::names_taken_back(state_->catalog(), keys.case_id,
                                       state_->identity.card.fingerprint, source->second.front());
        report.taken_back = taken.purposes;
        report.taken_back_of = taken.items;
    }
    return report;
}

ItemDetails Vault::show(const std::string& item, const std::string& case_name) {
    const evidence::CaseKeys keys = keys_of(*state_, case_name);
    if (keys.sealed()) {
        evidence::refuse_sealed(keys.case_id);
    }
    const std::string id = evidence::resolve_item(state_->catalog(), keys.case_id, item);
    ItemDetails details;
    details.summary = evidence::load_item(state_->catalog(), keys.case_id, id);
    details.facts = evidence::load_item_facts(state_->catalog(), keys.case_id, id);
    evidence::name_references(state_->catalog(), keys.case_id, details.facts);
    const MemberNames names{*state_, keys.case_id};
    for (const journal::Entry& entry :
         evidence::entries_of_item(state_->catalog(), keys.case_id, id)) {
        if (entry.header.type == "item.added") {
            details.in_signed_checkpoint = is_under_checkpoint(*state_, keys.case_id, entry);
        }
        CustodyEvent& event = details.history.emplace_back(evidence::to_custody_event(entry));
        event.author_name = names.name_of(event.author);
    }
    details.recipient_type =
        keys.recipient.kind() == format::AgeKeyKind::kHybrid ? "mlkem768x25519" : "X25519";
    read_seal_state(*state_, details);
    const evidence::Holders holders = evidence::holders_of(state_->catalog(), keys.case_id,
                                                           state_->identity.card.fingerprint, id);
    for (const std::string& holder : holders.known) {
        details.holders.push_back(names.label_of(holder));
    }
    return details;
}

ExportReport Vault::export_items(const ExportRequest& request, Progress& progress) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), request.case_name);
    const evidence::CaseKeys keys = evidence::load_case_keys(state_->catalog(), case_id);
    std::vector<Finding> findings;
    std::vector<ItemSummary> items;
    std::uint64_t shredded = 0;
    if (request.all) {
        items = all_items(*state_, keys, findings);
        shredded = std::erase_if(items, [](const ItemSummary& item) { return item.shredded; });
    } else {
        for (const std::string& id : resolve_items(*state_, case_id, request.items)) {
            items.push_back(evidence::load_item(state_->catalog(), case_id, id));
        }
        if (items.empty()) {
            throw Error{ErrorCode::kUsage, "say which items to export, or --all"};
        }
    }
    ExportReport report = evidence::export_files(state_->store, state_->identity, keys,
                                                 std::move(items), request, progress);
    report.findings.insert(report.findings.begin(), findings.begin(), findings.end());
    report.shredded = shredded;
    return report;
}

bool VerificationReport::only_not_readable() const noexcept {
    return !findings.empty() && std::ranges::all_of(findings, [](const Finding& finding) {
        return finding.code == FindingCode::kNotReadable;
    });
}

VerificationReport Vault::verify(const VerifyRequest& request, Progress& progress) {
    evidence::VerifyScope scope;
    if (!request.items.empty()) {
        scope.case_id = evidence::resolve_open_case(state_->catalog(), request.case_name);
        scope.items = resolve_items(*state_, scope.case_id, request.items);
    } else if (!request.case_name.empty()) {
        scope.case_id = evidence::resolve_case(state_->catalog(), request.case_name);
    }
    return evidence::verify(state_->store, scope, request.depth, request.threads, progress);
}

std::vector<LogEntry> Vault::log(const LogRequest& request) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), request.case_name);
    evidence::LogQuery query{case_id, std::nullopt, request.newest,
                             request.with_facts || request.item.has_value()};
    if (request.item) {
        query.item = evidence::resolve_end(
            state_->catalog(), evidence::load_case_keys(state_->catalog(), case_id), *request.item);
    }
    std::vector<LogEntry> entries = evidence::read_log(state_->catalog(), query);
    const MemberNames names{*state_, case_id};
    for (LogEntry& entry : entries) {
        entry.author_name = names.name_of(entry.author);
    }
    return entries;
}

}  // namespace kua
