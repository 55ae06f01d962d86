// X25519 (RFC 7748) by libsodium.
#pragma once

#include <array>
#include <optional>

#include "vault/base/bytes.h"
#include "vault/crypto/key.h"

namespace kua::crypto {

using X25519PublicKey = std::array<std::byte, 32>;
using X25519SharedSecret = Key<struct X25519SharedSecretRole>;

X25519PublicKey x25519_public_key(const X25519Secret& secret);

// Nothing if the result is all zero, which means that `theirs` is a point of low order and that no
// secret is shared with anybody.
[[nodiscard]] std::optional<X25519SharedSecret> x25519(const X25519Secret& ours,
                                                       const X25519PublicKey& theirs);

// Whether a secret can be shared with `public_key`: false for points of low order.
[[nodiscard]] bool is_valid_x25519_key(const X25519PublicKey& public_key);

}  // namespace kua::crypto
