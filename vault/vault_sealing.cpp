// The part of Vault that concerns sealing cases and opening them again.
#include <algorithm>
#include <utility>

#include "kua/progress.h"
#include "vault/base/utf8.h"
#include "vault/evidence/case_seal.h"
#include "vault/evidence/members.h"
#include "vault/evidence/new_case.h"
#include "vault/exchange/carried_opening.h"
#include "vault/exchange/contacts.h"
#include "vault/exchange/inbox.h"
#include "vault/exchange/peers.h"
#include "vault/exchange/remotes.h"
#include "vault/passphrase.h"
#include "vault/vault_state.h"

namespace kua {
namespace {

// The file that is asked for; keeps its passphrase.
class WantedKeyFile {
public:
    WantedKeyFile(Vault::State& state, const SealCaseOptions& options) {
        const int ways = (options.recipient ? 1 : 0) + (options.secret_passphrase ? 1 : 0) +
                         (options.contact ? 1 : 0);
        if (ways != (options.secret_to ? 1 : 0)) {
            throw Error{ErrorCode::kUsage,
                        "seal the case key to a passphrase, to an age recipient or to a contact"};
        }
        if (!options.secret_to) {
            return;
        }
        file_.emplace(evidence::KeyFile{*options.secret_to, {}});
        if (options.secret_passphrase) {
            passphrase_ = secret_of(*options.secret_passphrase);
            file_->to.passphrase = &*passphrase_;
        } else {
            file_->to.recipient = format::AgeRecipient::parse(
                options.recipient ? *options.recipient : recipient_of_contact(state, options));
        }
    }
    WantedKeyFile(const WantedKeyFile&) = delete;
    WantedKeyFile& operator=(const WantedKeyFile&) = delete;
    ~WantedKeyFile() = default;

    const std::optional<evidence::KeyFile>& get() const { return file_; }

private:
    // It opens everything of the case, so it goes to nobody whose card may have been exchanged.
    static std::string recipient_of_contact(Vault::State& state, const SealCaseOptions& options) {
        const exchange::Contact contact =
            exchange::resolve_contact(state.catalog(), *options.contact);
        if (!contact.is_verified() && !options.unverified) {
            throw Error{ErrorCode::kRefused,
                        "the card of " + base::quoted(contact.card.name) +
                            " was never compared, so whoever carried it may have exchanged it;"
                            " compare it first (kua contact verify), or say --unverified"};
        }
        return contact.card.recipient;
    }

    std::optional<crypto::SecretBytes> passphrase_;
    std::optional<evidence::KeyFile> file_;
};

std::vector<format::AgeIdentity> read_key_file(Vault::State& state, const UnsealOptions& options) {
    evidence::SecretOpener opener{options.identity_file, nullptr, nullptr};
    std::optional<crypto::SecretBytes> passphrase;
    if (options.secret_passphrase) {
        passphrase = secret_of(*options.secret_passphrase);
        opener.passphrase = &*passphrase;
    } else if (!options.identity_file) {
        opener.own = &state.identity.age;
    }
    return evidence::open_secret(state.store.environment().files, *options.secret_from, opener);
}

SealingOutlook look_ahead(Vault::State& state, const std::string& case_id, bool with_file) {
    SealingOutlook outlook;
    outlook.holders =
        exchange::list_holders(state.catalog(), case_id, state.identity.card.fingerprint);
    if (!with_file && outlook.holders.empty()) {
        throw Error{ErrorCode::kRefused,
                    "nobody else is known to hold the key and all that was entered in this case"
                    " (kua status counts originals alone). Sync, let another member sync, and sync"
                    " again; or name a file for the key: --secret-to FILE"};
    }
    outlook.invited =
        evidence::owner_of(state.catalog(), case_id) != state.identity.card.fingerprint;
    outlook.inviting_remotes =
        exchange::list_inviting_remotes(state.catalog(), state.identity, case_id);
    return outlook;
}

// What is asked of a case that is open fails without a change; whoever reads that on the road must
// not take it for sealed.
template <class Body>
auto or_say_not_sealed(Vault::State& state, const std::string& case_id, Body&& body) try {
    return body();
} catch (const Error& error) {
    if (evidence::load_case_keys(state.catalog(), case_id).sealed()) {
        throw;
    }
    throw error.during("case " + case_id.substr(0, 8) +
                       " is NOT sealed and can still be read here");
}

}  // namespace

SealingOutlook Vault::check_sealing(const std::string& name,
                                    const std::optional<std::filesystem::path>& secret_to) {
    const std::string case_id = evidence::resolve_case(state_->catalog(), name);
    return or_say_not_sealed(*state_, case_id, [&] {
        evidence::require_open(evidence::load_case_keys(state_->catalog(), case_id));
        SealingOutlook outlook = look_ahead(*state_, case_id, secret_to.has_value());
        if (secret_to) {
            check_key_file(*secret_to);
        }
        return outlook;
    });
}

SealCaseReport Vault::seal_case(const std::string& name, const SealCaseOptions& options,
                                Progress& progress) {
    const std::string case_id = evidence::resolve_case(state_->catalog(), name);
    return or_say_not_sealed(*state_, case_id, [&] {
        const evidence::CaseKeys keys = evidence::load_case_keys(state_->catalog(), case_id);
        const WantedKeyFile file{*state_, options};
        exchange::sweep_unfinished(state_->store);
        evidence::require_open(keys);
        SealingOutlook outlook = look_ahead(*state_, case_id, file.get().has_value());
        SealCaseReport report = evidence::seal_case(state_->store, keys, file.get(),
                                                    state_->identity.card.fingerprint, progress);
        report.holders = std::move(outlook.holders);
        report.inviting_remotes = std::move(outlook.inviting_remotes);
        return report;
    });
}

SealCaseReport Vault::write_case_key(const std::string& name, const SealCaseOptions& options) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), name);
    const WantedKeyFile file{*state_, options};
    if (!file.get()) {
        throw Error{ErrorCode::kUsage, "name a file for the key of the case"};
    }
    return evidence::write_case_key(
        state_->store, evidence::load_case_keys(state_->catalog(), case_id), *file.get());
}

void Vault::check_key_file(const std::filesystem::path& file) {
    evidence::check_key_file(state_->store, file);
}

bool Vault::wants_passphrase(const std::filesystem::path& key_file) {
    return evidence::wants_passphrase(state_->store.environment().files, key_file);
}

UnsealCaseReport Vault::unseal_case(const UnsealOptions& options) {
    if (options.identity_file && options.secret_passphrase) {
        throw Error{ErrorCode::kUsage, "a passphrase or an age identity file opens the case key"};
    }
    if (!options.secret_from && options.remote.empty()) {
        throw Error{ErrorCode::kUsage, "name the file with the key of the case, or a remote"};
    }
    std::vector<format::AgeIdentity> identities;
    std::string case_id;
    if (options.secret_from) {
        identities = read_key_file(*state_, options);
        case_id = evidence::find_case_of(state_->catalog(), identities,
                                         base::quoted(options.secret_from->native()));
    } else {
        case_id = evidence::resolve_case(state_->catalog(), options.case_name);
    }
    if (!options.remote.empty()) {
        const RemoteSummary remote = exchange::load_remote(state_->catalog(), options.remote);
        auto granted = exchange::fetch_granted(
            state_->catalog(), state_->identity,
            *exchange::open_remote(state_->store, remote, no_progress()), case_id);
        if (granted.empty() && identities.empty()) {
            throw Error{ErrorCode::kNotFound, "this remote has no key of case " +
                                                  case_id.substr(0, 8) +
                                                  " for this vault; nothing was changed"};
        }
        std::ranges::move(granted, std::back_inserter(identities));
    }
    evidence::UnsealedCase opened = evidence::unseal_case(state_->store, case_id, identities);
    exchange::CarriedTaken taken;
    try {
        taken = exchange::take_in_carried(state_->store, state_->identity, opened.case_id,
                                          no_progress());
    } catch (const Error& error) {
        throw error.during("the case is open now; what was carried for it is not in yet");
    }
    std::ranges::move(taken.findings, std::back_inserter(opened.findings));
    return {evidence::summarize_case(state_->catalog(), opened.case_id),
            std::move(opened.findings)};
}

}  // namespace kua
