// Ed25519 signatures (RFC 8032) by libsodium, with one strict rule for verifying them.
#pragma once

#include <array>

#include "vault/base/bytes.h"
#include "vault/crypto/key.h"

namespace kua::crypto {

using Ed25519PublicKey = std::array<std::byte, 32>;
using Ed25519Signature = std::array<std::byte, 64>;

// Signs. Callers pass only texts that they built themselves and that begin with a context
// (format/sshsig), never bytes that somebody else chose. May be used from many threads.
class Ed25519Signer {
public:
    explicit Ed25519Signer(const SigningSeed& seed);

    const Ed25519PublicKey& public_key() const noexcept { return public_key_; }
    Ed25519Signature sign(base::ByteView message) const;

private:
    using Expanded =
        Key<struct Ed25519ExpandedRole, 64>;  // seed || public key, as libsodium has it

    Ed25519PublicKey public_key_{};
    Expanded expanded_;
};

// The one strict rule: libsodium accepts, and A and R are canonical points of the prime-order
// group. Signatures that some verifiers accept and others refuse are refused here, so that a
// dossier can't verify in one place and fail in another. Vectors: ed25519/, 1 of 914 passes.
[[nodiscard]] bool is_valid_signature(const Ed25519PublicKey& public_key, base::ByteView message,
                                      const Ed25519Signature& signature);

// Whether `public_key` could verify anything under that rule; for reading cards.
[[nodiscard]] bool is_valid_public_key(const Ed25519PublicKey& public_key);

}  // namespace kua::crypto
