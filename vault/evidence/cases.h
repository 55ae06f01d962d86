// The cases of this vault: their keys, which one is meant by a name, and which one is current.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kua/case.h"
#include "vault/format/age_keys.h"
#include "vault/journal/log.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::evidence {

// The keys of one case as this vault has them.
struct CaseKeys {
    std::string case_id;
    format::AgeRecipient recipient;
    // Of all epochs, the current one first; empty in a sealed case.
    std::vector<format::AgeIdentity> identities;
    std::uint64_t epoch = 1;
    std::uint64_t roster = 1;

    bool sealed() const noexcept { return identities.empty(); }
    journal::CaseChannel channel() const { return {case_id, recipient, epoch, roster}; }
};

// New keys under a new random id, written to the catalog; the case has no entries yet.
CaseKeys create_case_keys(store::Transaction& write, format::AgeKeyKind kind, base::Random& random);

// What takes the owner's vault, restored from an older copy, into the epochs begun since: nobody
// else has it, and while the case is sealed this vault hasn't, either. Drawn with the case; anew,
// if it isn't there, by ensure_restore_key().
void ensure_restore_key(store::Transaction& write, const CaseKeys& keys, base::Random& random);
std::optional<format::AgeIdentity> load_restore_key(store::Connection& catalog,
                                                    const std::string& case_id);

// kNotFound.
CaseKeys load_case_keys(store::Connection& catalog, const std::string& case_id);
std::vector<std::string> list_case_ids(store::Connection& catalog);

// Takes the secret halves out of the catalog, the restore key too, or puts those back that belong
// to an epoch of the case; kRefused if one epoch's is missing among them.
void remove_case_identities(store::Transaction& write, const std::string& case_id);
void restore_case_identities(store::Transaction& write, const std::string& case_id,
                             const std::vector<format::AgeIdentity>& identities);
// The recipients of all epochs, the current one first.
std::vector<format::AgeRecipient> list_case_recipients(store::Connection& catalog,
                                                       const std::string& case_id);

// The id of the case called `name`: its id, a prefix of at least 4 digits, its title or its
// reference code. Empty: the current case, else the only one. kNotFound if none or several fit.
std::string resolve_case(store::Connection& catalog, const std::string& name);

// The same for everything that reads: a sealed case is refused with the way back named.
std::string resolve_open_case(store::Connection& catalog, const std::string& name);

void set_current_case(store::Transaction& write, const std::string& case_id);
std::optional<std::string> current_case(store::Connection& catalog);

// Ids of the cases whose identity isn't here.
std::vector<std::string> list_sealed_cases(store::Connection& catalog);

// The message of every refusal in sealed cases: says the way back.
[[noreturn]] void refuse_sealed(const std::string& case_id);
[[noreturn]] void refuse_all_sealed(const std::vector<std::string>& case_ids);

}  // namespace kua::evidence
