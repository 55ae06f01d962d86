// PBKDF2-HMAC-SHA512 (RFC 8018) by OpenSSL: how SQLCipher derives the key of a page's MAC.
// Passwords go through Argon2id (argon2.h), never through this.
#pragma once

#include "vault/base/bytes.h"

namespace kua::crypto {

// Fills `out`. Throws kFailed if OpenSSL can't.
void pbkdf2_sha512(base::ByteView secret, base::ByteView salt, int iterations,
                   base::MutableByteView out);

}  // namespace kua::crypto
