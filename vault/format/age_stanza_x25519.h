// The X25519 stanza: the file key sealed under a key shared with an X25519 key.
// Source: C2SP age.md, The X25519 recipient type.
#pragma once

#include <optional>
#include <string_view>

#include "vault/base/random.h"
#include "vault/crypto/key.h"
#include "vault/crypto/x25519.h"
#include "vault/format/age_header.h"

namespace kua::format {

inline constexpr std::string_view kAgeX25519Type = "X25519";

// Throws kDamaged if `recipient` is of low order, which no AgeRecipient is.
AgeStanza wrap_x25519(const crypto::FileKey& file_key, const crypto::X25519PublicKey& recipient,
                      base::Random& random);

// Nothing if the stanza is of another type or for somebody else. Throws kDamaged if it is of this
// type and malformed: other than one argument of 32 bytes, a body other than 32 bytes (checked
// before decrypting, against partitioning oracles), a share of low order.
std::optional<crypto::FileKey> unwrap_x25519(const AgeStanza& stanza,
                                             const crypto::X25519Secret& identity);

}  // namespace kua::format
