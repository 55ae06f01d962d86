// X-Wing, the hybrid of ML-KEM-768 and X25519 (draft-connolly-cfrg-xwing-kem; HPKE calls it
// MLKEM768-X25519, KEM 0x647a) by libsodium. Secure while either half is.
#pragma once

#include <array>
#include <optional>

#include "vault/base/bytes.h"
#include "vault/base/random.h"
#include "vault/crypto/key.h"

namespace kua::crypto {

using XWingPublicKey = std::array<std::byte, 1216>;      // ML-KEM-768, then X25519
using XWingEncapsulation = std::array<std::byte, 1120>;  // the same order
using XWingSharedSecret = Key<struct XWingSharedSecretRole>;

struct XWingSent {
    XWingEncapsulation encapsulation;
    XWingSharedSecret shared_secret;
};

// The secret half, its parts derived from the seed once and for all messages: that costs more than
// a decapsulation. Move-only, unprintable; may be used from many threads.
class XWingSecretKey {
public:
    explicit XWingSecretKey(XWingSeed seed);

    const XWingSeed& seed() const noexcept { return seed_; }
    const XWingPublicKey& public_key() const noexcept { return public_key_; }

    // Nothing if the X25519 part is of low order. An ML-KEM part that was altered gives a secret
    // that nobody shares, not an error, so a match shows only in what the secret then opens.
    [[nodiscard]] std::optional<XWingSharedSecret> decapsulate(
        const XWingEncapsulation& encapsulation) const;

private:
    XWingSeed seed_;
    XWingPublicKey public_key_{};
    SecretBytes halves_;  // the decapsulation key of ML-KEM, then the X25519 secret
};

// A fresh shared secret, from 64 bytes of `random`: the ML-KEM message, then the X25519 secret.
// Throws kDamaged if `recipient` is no public key: an ML-KEM part with coefficients out of range
// or an X25519 part of low order.
XWingSent xwing_encapsulate(const XWingPublicKey& recipient, base::Random& random);

// Whether xwing_encapsulate() would accept `public_key`, found out by trying.
[[nodiscard]] bool is_valid_xwing_key(const XWingPublicKey& public_key);

}  // namespace kua::crypto
