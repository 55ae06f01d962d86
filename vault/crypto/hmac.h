// HMAC-SHA256 (RFC 2104) by libsodium.
#pragma once

#include "vault/base/bytes.h"
#include "vault/crypto/sha256.h"

namespace kua::crypto {

// The MAC of `message` under `key` of any size. Compare MACs with equal() only.
Sha256Digest hmac_sha256(base::ByteView key, base::ByteView message);

}  // namespace kua::crypto
