// The mlkem768x25519 stanza: the file key sealed by HPKE to an X-Wing key.
// Source: C2SP age.md, The MLKEM768-X25519 hybrid post-quantum recipient type.
#pragma once

#include <optional>
#include <string_view>

#include "vault/base/random.h"
#include "vault/crypto/key.h"
#include "vault/crypto/xwing.h"
#include "vault/format/age_header.h"

namespace kua::format {

inline constexpr std::string_view kAgeHybridType = "mlkem768x25519";

AgeStanza wrap_hybrid(const crypto::FileKey& file_key, const crypto::XWingPublicKey& recipient,
                      base::Random& random);

// Nothing if the stanza is of another type or for somebody else. Throws kDamaged if it is of this
// type and malformed: other than one argument of 1,120 bytes, a body other than 32 bytes (checked
// before decrypting, against partitioning oracles), an X25519 part of low order.
std::optional<crypto::FileKey> unwrap_hybrid(const AgeStanza& stanza,
                                             const crypto::XWingSecretKey& identity);

}  // namespace kua::format
