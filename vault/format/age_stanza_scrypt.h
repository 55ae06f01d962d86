// The scrypt stanza: the file key sealed under a passphrase, always alone in its file.
// Source: C2SP age.md, The scrypt recipient type.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "vault/base/random.h"
#include "vault/crypto/key.h"
#include "vault/crypto/scrypt.h"
#include "vault/format/age_header.h"

namespace kua::format {

inline constexpr std::string_view kAgeScryptType = "scrypt";
inline constexpr std::uint32_t kAgeScryptLogN = 18;  // what age writes: about a second

// Takes 2^log_n x 1 KiB of memory. kDamaged if `log_n` is 0 or over crypto::kScryptMaxLogN.
AgeStanza wrap_scrypt(const crypto::FileKey& file_key, const crypto::SecretBytes& passphrase,
                      std::uint32_t log_n, base::Random& random);

// Nothing if the stanza is of another type or the passphrase is not the one. Throws kDamaged if it
// is of this type and malformed: other than a salt of 16 bytes and a decimal work factor up to our
// cap, a body other than 32 bytes. All that is checked before scrypt runs.
std::optional<crypto::FileKey> unwrap_scrypt(const AgeStanza& stanza,
                                             const crypto::SecretBytes& passphrase);

}  // namespace kua::format
