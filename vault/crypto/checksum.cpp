#include "vault/crypto/checksum.h"

#include <xxhash.h>

#if defined(KUA_CHECKSUM_AVX2)
extern "C" void kua_checksum_avx2(const void* bytes, size_t size_bytes, XXH64_hash_t* low_and_high);
#endif

namespace kua::crypto {

Checksum checksum_of(base::ByteView bytes) noexcept {
#if defined(KUA_CHECKSUM_AVX2)
    static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
    if (has_avx2) {
        XXH64_hash_t low_and_high[2] = {};
        kua_checksum_avx2(bytes.data(), bytes.size(), low_and_high);
        return {low_and_high[0], low_and_high[1]};
    }
#endif
    return checksum_anywhere(bytes);
}

Checksum checksum_anywhere(base::ByteView bytes) noexcept {
    const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
    return {hash.low64, hash.high64};
}

}  // namespace kua::crypto
