// The checksum of checksum.cpp for processors with AVX2, which need a third of the time. Compiled
// for those only (vault/CMakeLists.txt). It includes nothing of ours and of C++: an inline function
// compiled here could be the one that the linker keeps for all, also where there is no AVX2.
#include <xxhash.h>

// Declared in checksum.cpp.
extern "C" void kua_checksum_avx2(const void* bytes, size_t size_bytes,
                                  XXH64_hash_t* low_and_high) {
    const XXH128_hash_t hash = XXH3_128bits(bytes, size_bytes);
    low_and_high[0] = hash.low64;
    low_and_high[1] = hash.high64;
}
