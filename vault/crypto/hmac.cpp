#include "vault/crypto/hmac.h"

#include <sodium.h>

#include "vault/crypto/init.h"
#include "vault/crypto/octets.h"

namespace kua::crypto {

Sha256Digest hmac_sha256(base::ByteView key, base::ByteView message) {
    ensure_ready();
    Sha256Digest mac{};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, octets(key), key.size());
    crypto_auth_hmacsha256_update(&state, octets(message), message.size());
    crypto_auth_hmacsha256_final(&state, octets(mac));
    sodium_memzero(&state, sizeof state);
    return mac;
}

}  // namespace kua::crypto
