// HKDF-SHA256 (RFC 5869) by libsodium.
#pragma once

#include "vault/base/bytes.h"
#include "vault/crypto/wiped.h"

namespace kua::crypto {

inline constexpr std::size_t kHkdfKeyBytes = 32;

// HKDF-Extract into `pseudorandom_key`. An empty `salt` counts as 32 zero bytes (RFC 5869, 2.2).
void hkdf_extract(base::ByteView salt, base::ByteView input_key_material,
                  std::span<std::byte, kHkdfKeyBytes> pseudorandom_key);

// HKDF-Expand; `out` takes at most 8,160 bytes (255 blocks), else kBug.
void hkdf_expand(std::span<const std::byte, kHkdfKeyBytes> pseudorandom_key, base::ByteView info,
                 base::MutableByteView out);

// Both steps in one.
void hkdf_sha256(base::ByteView input_key_material, base::ByteView salt, base::ByteView info,
                 base::MutableByteView out);

}  // namespace kua::crypto
