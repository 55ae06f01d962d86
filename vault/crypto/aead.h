// XChaCha20-Poly1305 for small secrets that kua stores itself: key slots and the slot directory.
// Source: draft-irtf-cfrg-xchacha-03, by libsodium. Its 192-bit nonces may be chosen at random.
#pragma once

#include <array>
#include <optional>

#include "vault/base/bytes.h"
#include "vault/crypto/secret_bytes.h"

namespace kua::crypto {

inline constexpr std::size_t kAeadKeyBytes = 32;
inline constexpr std::size_t kAeadNonceBytes = 24;
inline constexpr std::size_t kAeadTagBytes = 16;

using AeadKey = std::span<const std::byte, kAeadKeyBytes>;
using AeadNonce = std::span<const std::byte, kAeadNonceBytes>;

// What a ciphertext is bound to: type, version and position, so that it can't be moved elsewhere.
// A type of its own and never empty (else kBug), so that nobody leaves it out by accident.
class AssociatedData {
public:
    explicit AssociatedData(base::ByteView bytes);
    base::ByteView bytes() const noexcept { return bytes_; }

private:
    base::ByteView bytes_;  // valid while the caller's bytes are
};

// Ciphertext and tag, 16 bytes longer than `plaintext`. The nonce comes fresh from a base::Random.
base::Bytes seal(AeadKey key, AeadNonce nonce, AssociatedData associated_data,
                 base::ByteView plaintext);

// The plaintext, or nothing if any of the four is not what it was when sealed.
[[nodiscard]] std::optional<SecretBytes> open(AeadKey key, AeadNonce nonce,
                                              AssociatedData associated_data,
                                              base::ByteView sealed);

}  // namespace kua::crypto
