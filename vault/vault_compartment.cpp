// The part of Vault that concerns the identity compartment.
#include <utility>

#include "vault/evidence/casework/compartment.h"
#include "vault/member_names.h"
#include "vault/passphrase.h"
#include "vault/vault_state.h"

namespace kua {

IdentityKeySummary Vault::create_identity_key(const IdentityKeyRequest& request) {
    const evidence::CaseKeys keys = evidence::load_case_keys(
        state_->catalog(), evidence::resolve_case(state_->catalog(), request.case_name));
    return evidence::create_identity_key(state_->store, state_->identity, keys, request.to,
                                         secret_of(request.passphrase), request.replace);
}

IdentityKeySummary Vault::identity_key(const std::string& case_name) {
    IdentityKeySummary summary;
    summary.case_id = evidence::resolve_open_case(state_->catalog(), case_name);
    if (const auto recipient =
            evidence::find_identity_recipient(state_->catalog(), summary.case_id)) {
        summary.recipient = recipient->text();
    }
    return summary;
}

IdentityAdded Vault::add_identity(const IdentityRequest& request) {
    const evidence::CaseKeys keys = evidence::load_case_keys(
        state_->catalog(), evidence::resolve_case(state_->catalog(), request.case_name));
    evidence::add_identity(state_->store, state_->identity, keys, request);
    return {request.pseudonym, keys.case_id, keys.sealed()};
}

IdentityReport Vault::identify(const std::string& pseudonym, const std::string& case_name,
                               const std::filesystem::path& key_file,
                               const Passphrase& passphrase) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), case_name);
    IdentityReport report = evidence::open_identities(state_->store, case_id, pseudonym, key_file,
                                                      secret_of(passphrase));
    const MemberNames names{*state_, case_id};
    for (IdentityRecord& record : report.records) {
        record.author_name = names.label_of(record.author);
    }
    return report;
}

}  // namespace kua
