#include "vault/crypto/pbkdf2.h"

#include <openssl/evp.h>

#include "kua/error.h"
#include "vault/crypto/octets.h"

namespace kua::crypto {

void pbkdf2_sha512(base::ByteView secret, base::ByteView salt, int iterations,
                   base::MutableByteView out) {
    if (PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(secret.data()),
                          static_cast<int>(secret.size()), octets(salt),
                          static_cast<int>(salt.size()), iterations, EVP_sha512(),
                          static_cast<int>(out.size()), octets(out)) != 1) {
        throw Error{ErrorCode::kFailed, "OpenSSL could not derive a key"};
    }
}

}  // namespace kua::crypto
