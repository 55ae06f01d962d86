#include "vault/crypto/checksum.h"

#include <xxhash.h>

namespace kua::crypto {

Checksum checksum_of(base::ByteView bytes) noexcept {
    const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
    return {hash.low64, hash.high64};
}

}  // namespace kua::crypto
