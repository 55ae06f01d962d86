#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "vault/base/hex.h"
#include "vault/crypto/keys.h"
#include "vault/crypto/wiped.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/holdings.h"
#include "vault/evidence/members.h"
#include "vault/evidence/new_case.h"
#include "vault/evidence/verify.h"
#include "vault/exchange/carried.h"
#include "vault/journal/going_on.h"
#include "vault/journal/ids.h"
#include "vault/member_names.h"
#include "vault/passphrase.h"
#include "vault/vault_state.h"

namespace kua {
namespace {

constexpr std::string_view kCatalogSettings = "";  // SQLCipher 4 defaults
constexpr std::string_view kSegmentSettings =
    "PRAGMA cipher_page_size = 65536; PRAGMA cipher_hmac_algorithm = HMAC_SHA256;";

// x'...', as `PRAGMA key` takes a raw key.
SecretText raw_key_text(std::span<const std::byte, 32> key) {
    crypto::WipedBuffer text{2 * key.size() + 3};
    const std::span<char> characters = base::characters_of(text.bytes());
    characters[0] = 'x';
    characters[1] = '\'';
    base::encode_hex_into(key, characters.subspan(2, 2 * key.size()));
    characters.back() = '\'';
    return SecretText{std::string_view{characters.data(), characters.size()}};
}

std::string kind_of(store::SlotKind kind) {
    switch (kind) {
        case store::SlotKind::kPassphrase:
            return "passphrase";
        case store::SlotKind::kRecovery:
            return "recovery";
    }
    return "unknown";
}

}  // namespace

std::vector<PassphraseSlot> Vault::passphrases() {
    const store::KeySlots& slots = state_->store.key_slots();
    std::vector<PassphraseSlot> all;
    for (const store::SlotInfo& slot : slots.slots()) {
        all.push_back(
            {slot.slot + 1, kind_of(slot.kind), slot.label, slots.opened_by() == slot.slot});
    }
    return all;
}

unsigned Vault::add_passphrase(const Passphrase& fresh, const std::string& label) {
    const crypto::SecretBytes secret = secret_of(fresh);
    return state_->store.key_slots().add({secret, store::SlotKind::kPassphrase, label}) + 1;
}

void Vault::change_passphrase(const Passphrase& fresh) {
    store::KeySlots& slots = state_->store.key_slots();
    if (!slots.opened_by()) {
        throw Error{ErrorCode::kRefused, "this vault was not opened with a passphrase"};
    }
    slots.change(*slots.opened_by(), secret_of(fresh));
}

void Vault::remove_passphrase(unsigned number) {
    if (number == 0 || number > store::kSlotCount) {
        throw Error{ErrorCode::kNotFound, "passphrases are numbered from 1 to 8"};
    }
    state_->store.key_slots().remove(number - 1);
}

std::vector<RevealedKey> Vault::reveal_keys(const std::string& case_name) {
    std::vector<RevealedKey> keys;
    const crypto::VaultKey& vault_key = state_->store.key_slots().vault_key();
    std::vector<std::string> cases = evidence::list_case_ids(state_->catalog());
    if (case_name.empty()) {
        keys.push_back({"catalog", "catalog.db",
                        raw_key_text(crypto::derive_catalog_key(vault_key).expose()),
                        std::string{kCatalogSettings}});
        for (const store::SegmentState& segment : state_->store.objects().segments()) {
            const std::string file =
                "objects/" +
                state_->store.objects().segment_path(segment.number).filename().string();
            keys.push_back(
                {"objects", file,
                 raw_key_text(crypto::derive_segment_key(vault_key, segment.number).expose()),
                 std::string{kSegmentSettings}});
        }
    } else {
        cases = {evidence::resolve_case(state_->catalog(), case_name)};
    }
    for (const std::string& case_id : cases) {
        const evidence::CaseKeys one = evidence::load_case_keys(state_->catalog(), case_id);
        if (!one.sealed()) {
            for (const format::AgeIdentity& identity : one.identities) {
                keys.push_back({"case " + case_id, "",
                                SecretText{base::text_of(identity.reveal().expose())}, ""});
            }
        } else if (!case_name.empty()) {
            evidence::refuse_sealed(case_id);
        }
    }
    return keys;
}

namespace {

CaseHolding holding_of(Vault::State& state, const CaseSummary& of) {
    const evidence::Holding found =
        evidence::find_holding(state.catalog(), evidence::load_case_keys(state.catalog(), of.id),
                               state.identity.card.fingerprint);
    CaseHolding holding{of.id, of.sealed, found.originals, found.only_here, found.own_entries, {}};
    const MemberNames names{state, of.id};
    for (const evidence::MemberHolding& member : found.members) {
        holding.members.push_back(
            {names.label_of(member.fingerprint), member.originals, member.own_entries});
    }
    return holding;
}

// Of a case of which too much is damaged nobody knows; verification names the damage.
bool was_removed(Vault::State& state, const std::string& case_id, const std::string& who) try {
    const auto member = evidence::find_member(state.catalog(), case_id, who);
    return member && member->removed != 0;
} catch (const Error& error) {
    if (error.code() != ErrorCode::kDamaged) {
        throw;
    }
    return false;
}

// Whoever the owner removed since is no trouble any more.
std::vector<StoppedAuthor> list_stopped(Vault::State& state, const std::string& case_id) {
    std::vector<StoppedAuthor> all;
    const MemberNames names{state, case_id};
    for (journal::Stopped& one : journal::list_stopped(state.catalog(), case_id)) {
        if (!was_removed(state, case_id, one.author)) {
            const bool self = one.author == state.identity.card.fingerprint;
            all.push_back(
                {case_id, one.author, names.name_of(one.author), self, std::move(one.at)});
        }
    }
    return all;
}

}  // namespace

std::vector<CaseHolding> Vault::holdings() {
    std::vector<CaseHolding> all;
    for (const CaseSummary& one : cases()) {
        try {
            all.push_back(holding_of(*state_, one));
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kDamaged) {
                throw;
            }  // nothing is known of it; verification names the damage
        }
    }
    return all;
}

StatusReport Vault::status(const std::string& case_name) {
    StatusReport report;
    std::optional<std::string> only;
    if (!case_name.empty()) {
        only = evidence::resolve_case(state_->catalog(), case_name);
    }
    report.directory = state_->store.dir();
    report.vault_id = base::encode_hex(state_->store.key_slots().vault_id());
    report.identity = identity();
    report.cases = cases();
    report.findings = evidence::check_header(state_->store);
    report.free_bytes = state_->store.environment().files.free_bytes(report.directory);
    const auto count = [this](std::string_view sql) {
        return static_cast<std::uint64_t>(state_->catalog().query_integer(sql).value_or(0));
    };
    const auto count_in_cases = [&](const std::string& sql) {
        const std::optional<std::int64_t> counted =
            only ? state_->catalog().query_integer(sql + " AND case_id = ?1",
                                                   journal::blob_of(*only))
                 : state_->catalog().query_integer(sql);
        return static_cast<std::uint64_t>(counted.value_or(0));
    };
    report.objects = count("SELECT COUNT(*) FROM object");
    report.object_bytes =
        count("SELECT COALESCE(SUM(payload_bytes + length(header)), 0) FROM object");
    report.without_date =
        count_in_cases("SELECT COUNT(*) FROM item WHERE captured_basis IN ('', 'file_time')");
    report.not_asked = count_in_cases(
        "SELECT COUNT(*) FROM thing WHERE kind = 'source' AND NOT EXISTS (SELECT 1 FROM consent"
        " WHERE consent.case_id = thing.case_id AND consent.source = thing.thing)");
    report.without_source =
        count_in_cases("SELECT COUNT(*) FROM item WHERE source IN ('', 'unknown')");
    report.holdings = holdings();
    if (only) {
        std::erase_if(report.cases, [&](const CaseSummary& one) { return one.id != *only; });
        std::erase_if(report.holdings,
                      [&](const CaseHolding& one) { return one.case_id != *only; });
    }
    report.remotes = remotes();
    report.invitations = invitations();
    report.kept_aside = quarantined();
    for (const CaseSummary& one : report.cases) {
        std::ranges::move(list_stopped(*state_, one.id), std::back_inserter(report.stopped));
    }
    const exchange::CarriedTotal carried = exchange::count_carried(state_->catalog());
    report.carried_bundles = carried.bundles;
    report.carried_bytes = carried.bytes;
    for (const store::SegmentState& segment : state_->store.objects().segments()) {
        const auto path = state_->store.objects().segment_path(segment.number);
        const auto status = state_->store.environment().files.status(path);
        const std::string subject = "segment " + std::to_string(segment.number);
        if (!status) {
            report.findings.push_back({FindingCode::kMissing, subject, "its file is not there"});
        } else if (status->size_bytes == 0) {
            report.findings.push_back({FindingCode::kDamaged, subject, "its file is empty"});
        }
    }
    return report;
}

std::vector<std::string> Vault::repair_header() {
    std::vector<std::string> mended;
    for (const Finding& finding : evidence::check_header(state_->store)) {
        mended.push_back(finding.subject);
    }
    if (!mended.empty()) {
        state_->store.key_slots().repair_copies();
    }
    return mended;
}

}  // namespace kua
