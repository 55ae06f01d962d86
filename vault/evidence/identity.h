// The identity of this vault: one person on one device. Its root lies in the catalog; the signing
// key and the age identity derive from it.
#pragma once

#include <string>
#include <string_view>

#include "vault/crypto/ed25519.h"
#include "vault/crypto/key.h"
#include "vault/format/age_keys.h"
#include "vault/format/card.h"
#include "vault/journal/check.h"
#include "vault/journal/log.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::evidence {

struct Identity {
    format::Card card;
    crypto::Ed25519Signer signer;
    format::AgeIdentity age;  // opens what is sealed to the card
    crypto::OwnInboxSecret own_inbox;

    journal::Author author() const { return {card.fingerprint, signer}; }
    journal::KnownAuthor known() const { return {card.fingerprint, card.signing_key}; }
};

// Makes the vault's one identity. kUsage if `name` can't be on a card.
void create_identity(store::Transaction& write, std::string_view name, base::Random& random);

// kDamaged if it is missing or its card isn't signed by its own key.
Identity load_identity(store::Connection& catalog);

}  // namespace kua::evidence
