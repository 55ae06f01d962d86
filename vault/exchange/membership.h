// Who is let into a case and out of it: the owner's side, and that of the invited.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "vault/base/environment.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/consent/refusals.h"
#include "vault/evidence/consent/restrictions.h"
#include "vault/evidence/identity.h"
#include "vault/exchange/grant.h"
#include "vault/store/store.h"

namespace kua::exchange {

// Adds a member and writes the grant that the next sync leaves in his inbox. kRefused if this
// vault isn't the owner's, the case is sealed here, the card is or was a member already.
void add_member(store::Store& store, const evidence::Identity& identity, const std::string& case_id,
                const format::Card& card, evidence::Role role);

// What somebody who is out could read until now, and what of him counts.
struct Exposure {
    evidence::Member member;
    std::uint64_t epoch = 0;            // the last one that he has the keys of
    std::uint64_t items = 0;            // that he could read: 0 for a depositor
    std::uint64_t entries = 0;          // likewise
    std::uint64_t seen = 0;             // entries of others that he is known to have received
    std::uint64_t last_seq = 0;         // his last entry that counts
    std::uint64_t set_aside = 0;        // entries of his that are here and don't count any more
    std::vector<std::string> refusing;  // sources whose refusals in those were entered anew
    std::vector<std::string> keep;      // who took back `keep` in those: not entered anew
    // What those held back in other ways, which was entered anew (consent/restrictions.h).
    std::vector<std::string> restricted;
    std::uint64_t left_out = 0;
    std::optional<Finding> damage;  // what is set aside still shows (rebuild.h)
};

enum class RepeatRefusals : std::uint8_t { kNo, kYes };

// What of the entries that are set aside is entered again in the owner's name.
struct Repeated {
    evidence::RepeatedRefusals refusals;
    evidence::RepeatedRestrictions restrictions;
};

// Removes a member: his entries count up to `last_seq` (all that are here, if nothing), the case
// gets new keys, and all others new grants. With kYes, what later ones refused or held back is
// entered again. kRefused as add_member(), kNotFound if he isn't one. What it refuses,
// check_removal() refuses before anything is changed; that tells what would be entered again.
Exposure remove_member(store::Store& store, const evidence::Identity& identity,
                       const std::string& case_id, const std::string& fingerprint,
                       std::optional<std::uint64_t> last_seq, RepeatRefusals repeat);
Repeated check_removal(store::Connection& catalog, const evidence::Identity& identity,
                       const std::string& case_id, const std::string& fingerprint,
                       std::optional<std::uint64_t> last_seq);

// A grant for a case that isn't in this vault.
struct Invitation {
    Grant grant;
    std::string arrived;    // claimed time
    bool declined = false;  // not shown any more, but can still be accepted
};
// Those from contacts: one whose card was removed since is left out until it is there again.
std::vector<Invitation> list_invitations(store::Connection& catalog,
                                         const evidence::Identity& identity);

enum class GrantOutcome : std::uint8_t {
    kInvited,   // waits for being accepted
    kApplied,   // new keys or members of a case that is here
    kKnown,     // nothing new, a replay for instance
    kLater,     // the case is sealed here
    kUnopened,  // this vault's own, and it lacks the restore key; nothing can be added to the case
    kRefused,   // not from the owner of that case
};
// Keeps what a grant from `sender` brings, as far as it is newer than what is here. This vault's
// own brings epochs that were begun after the copy that it was restored from.
GrantOutcome take_grant(store::Transaction& write, const evidence::Identity& identity,
                        const journal::KnownAuthor& sender, base::ByteView sealed,
                        const base::Clock& clock);

// Newer grants of that sender for that case are kept, and shown no more.
void decline_invitation(store::Transaction& write, const Invitation& invitation);

// Brings the case of an invitation into this vault; the next sync fetches it. Returns its id.
std::string accept_invitation(store::Transaction& write, const evidence::Identity& identity,
                              const Invitation& invitation);

}  // namespace kua::exchange
