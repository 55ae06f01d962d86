#include "vault/crypto/hkdf.h"

#include <sodium.h>

#include "vault/base/check.h"
#include "vault/crypto/init.h"
#include "vault/crypto/octets.h"

namespace kua::crypto {

static_assert(kHkdfKeyBytes == crypto_kdf_hkdf_sha256_KEYBYTES);

void hkdf_extract(base::ByteView salt, base::ByteView input_key_material,
                  std::span<std::byte, kHkdfKeyBytes> pseudorandom_key) {
    ensure_ready();
    // The one-shot function refuses a null pointer, which an empty view may hold; this one takes it
    // as a message of no bytes.
    crypto_kdf_hkdf_sha256_state state;
    crypto_kdf_hkdf_sha256_extract_init(&state, octets(salt), salt.size());
    if (!input_key_material.empty()) {
        crypto_kdf_hkdf_sha256_extract_update(&state, octets(input_key_material),
                                              input_key_material.size());
    }
    crypto_kdf_hkdf_sha256_extract_final(&state, octets(pseudorandom_key));
    sodium_memzero(&state, sizeof state);
}

void hkdf_expand(std::span<const std::byte, kHkdfKeyBytes> pseudorandom_key, base::ByteView info,
                 base::MutableByteView out) {
    ensure_ready();
    KUA_CHECK(!out.empty() && out.size() <= crypto_kdf_hkdf_sha256_BYTES_MAX);
    const auto* context = base::text_of(info).data();
    KUA_CHECK(crypto_kdf_hkdf_sha256_expand(octets(out), out.size(), context, info.size(),
                                            octets(pseudorandom_key)) == 0);
}

void hkdf_sha256(base::ByteView input_key_material, base::ByteView salt, base::ByteView info,
                 base::MutableByteView out) {
    WipedArray<kHkdfKeyBytes> pseudorandom_key;
    hkdf_extract(salt, input_key_material, pseudorandom_key.expose_for_writing());
    hkdf_expand(pseudorandom_key.expose(), info, out);
}

}  // namespace kua::crypto
