// Cards: the public half of an identity, as one text file that people compare, pass on and print.
//
//   kua-card-v1
//   name: Rosa
//   sign: ssh-ed25519 AAAA...
//   seal: age1pq1...
//   inbox: 32 hex digits
//   -----BEGIN SSH SIGNATURE-----   (SSHSIG over the five lines above, namespace kua-card-v1)
//
// The fingerprint is the SHA-256 of the five signed lines and not of the signature, whose armor
// could be spelled differently. Source: docs/formats.md, "Card".
#pragma once

#include <string>
#include <string_view>

#include "vault/base/random.h"
#include "vault/crypto/ed25519.h"
#include "vault/crypto/keys.h"

namespace kua::format {

constexpr std::size_t kMaxCardBytes = 8192;
constexpr std::size_t kMaxCardNameBytes = 100;

struct Card {
    std::string text;         // as received, signature included
    std::string fingerprint;  // 64 hex digits
    std::string name;         // chosen by its owner; may be a pseudonym; untrusted
    crypto::Ed25519PublicKey signing_key{};
    std::string recipient;  // age1pq1...
    std::string inbox;      // 32 hex digits
};

// Throws kUsage if `name` is empty, too long, not UTF-8 or holds a character that isn't shown as
// itself (line breaks, bidi controls).
void check_card_name(std::string_view name);

// Makes and signs a card for the identity that `root` stands for; the inbox token is random.
Card make_card(std::string_view name, const crypto::IdentityRoot& root, base::Random& random);

// Reads a card strictly and checks its signature. Throws kDamaged.
Card parse_card(std::string_view text);

// Reads a card that parse_card() has accepted before, from the encrypted and authenticated catalog:
// its keys and its signature, which cost a quarter of a millisecond, aren't checked again. Throws
// kDamaged if a line is malformed.
Card read_stored_card(std::string_view text);

}  // namespace kua::format
