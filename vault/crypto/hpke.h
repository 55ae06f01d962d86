// HPKE (RFC 9180) in base mode, one message per encapsulation, in the one suite that age's
// mlkem768x25519 stanza uses: X-Wing (0x647a), HKDF-SHA256 (0x0001), ChaCha20-Poly1305 (0x0003).
#pragma once

#include <optional>

#include "vault/base/bytes.h"
#include "vault/base/random.h"
#include "vault/crypto/chacha20poly1305.h"
#include "vault/crypto/xwing.h"

namespace kua::crypto {

struct HpkeSealed {
    XWingEncapsulation encapsulation;
    base::Bytes ciphertext;  // 16 bytes longer than the plaintext
};

// SealBase. Throws kDamaged if `recipient` is no public key.
HpkeSealed hpke_seal(const XWingPublicKey& recipient, base::ByteView info,
                     base::ByteView associated_data, base::ByteView plaintext,
                     base::Random& random);

// OpenBase. Nothing if the message is for another recipient or was altered; throws kDamaged if
// `encapsulation` has an X25519 part of low order, which no honest sender makes.
[[nodiscard]] std::optional<SecretBytes> hpke_open(const XWingSecretKey& key,
                                                   const XWingEncapsulation& encapsulation,
                                                   base::ByteView info,
                                                   base::ByteView associated_data,
                                                   base::ByteView ciphertext);

// What both sides derive (RFC 9180, 5.1): the key, and the nonce of the message with sequence 0.
struct HpkeContext {
    Key<struct HpkeKeyRole, kChaChaKeyBytes> key;
    std::array<std::byte, kChaChaNonceBytes> base_nonce;
};
HpkeContext hpke_context(const XWingSharedSecret& shared_secret, base::ByteView info);

}  // namespace kua::crypto
