// scrypt (RFC 7914) with r = 8 and p = 1 by libsodium, as age files with a passphrase use it.
#pragma once

#include <cstdint>

#include "vault/base/bytes.h"
#include "vault/crypto/key.h"

namespace kua::crypto {

// 2^20 needs 1 GiB and some seconds; whatever asks for more is refused before it runs.
inline constexpr std::uint32_t kScryptMaxLogN = 20;

using ScryptKey = Key<struct ScryptKeyRole>;

// N = 2^log_n. Throws kDamaged if `log_n` is 0 or over the cap (before doing anything), kFailed if
// the system has not enough memory.
ScryptKey derive_scrypt_key(const SecretBytes& passphrase, base::ByteView salt,
                            std::uint32_t log_n);

}  // namespace kua::crypto
