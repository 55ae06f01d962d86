// Grants: what brings a member into a case, and into each new epoch of it. An age file to the
// member's own recipient around a tar archive of what the owner signed and of the secrets.
// Source: docs/formats.md, "Grant".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vault/crypto/key.h"
#include "vault/evidence/members.h"
#include "vault/format/age_keys.h"
#include "vault/journal/check.h"

namespace kua::exchange {

constexpr std::size_t kMaxGrantBytes = std::size_t{8} << 20;

// The keys of one epoch.
struct GrantedEpoch {
    std::uint64_t epoch = 1;
    format::AgeRecipient recipient;
    crypto::ChannelSecret channel;
    std::optional<format::AgeIdentity> identity;  // nothing for a depositor
};

struct Grant {
    std::string case_id;
    std::string from;  // fingerprint of the owner, who signs
    std::string to;
    std::string title;  // of the case, so that the invited knows what it is
    evidence::Role role = evidence::Role::kReader;
    std::uint64_t roster = 1;
    std::vector<GrantedEpoch> epochs;  // all so far, the oldest first
    std::vector<evidence::Member> members;
};

// Signed by the owner and sealed to the member's card.
base::Bytes seal_grant(const Grant& grant, const crypto::Ed25519Signer& owner,
                       const format::AgeRecipient& to, base::Random& random);

// kWrongKey if it isn't sealed to `own`, kDamaged if anything in it is malformed, is for another
// card than `own_fingerprint`, or isn't signed by `owner`.
Grant open_grant(base::ByteView sealed, const format::AgeIdentity& own,
                 const std::string& own_fingerprint, const journal::KnownAuthor& owner);

// A grant of the owner's to himself, which takes a restored vault into the epochs since. In it the
// case identities are sealed once more, to the restore key of the case.
base::Bytes seal_own_grant(const Grant& grant, const crypto::Ed25519Signer& owner,
                           const format::AgeRecipient& own, const format::AgeRecipient& restore_key,
                           base::Random& random);
struct OwnGrant {
    Grant grant;  // its epochs have no identities until they are opened
    base::Bytes sealed_identities;
};
// As open_grant().
OwnGrant open_own_grant(base::ByteView sealed, const format::AgeIdentity& own,
                        const format::Card& card);
// kWrongKey if that key doesn't open them, kDamaged if they aren't those of the epochs.
Grant open_identities(OwnGrant own, const format::AgeIdentity& restore_key);

}  // namespace kua::exchange
