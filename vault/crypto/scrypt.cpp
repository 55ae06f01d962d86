#include "vault/crypto/scrypt.h"

#include <sodium.h>

#include "kua/error.h"
#include "vault/crypto/init.h"
#include "vault/crypto/octets.h"

namespace kua::crypto {

ScryptKey derive_scrypt_key(const SecretBytes& passphrase, base::ByteView salt,
                            std::uint32_t log_n) {
    if (log_n == 0 || log_n > kScryptMaxLogN) {
        throw Error{ErrorCode::kDamaged, "the scrypt work factor is out of bounds"};
    }
    ensure_ready();
    return ScryptKey::made_by([&](std::span<std::byte, 32> out) {
        const base::ByteView secret = passphrase.expose();
        if (crypto_pwhash_scryptsalsa208sha256_ll(octets(secret), secret.size(), octets(salt),
                                                  salt.size(), std::uint64_t{1} << log_n,
                                                  /*r=*/8, /*p=*/1, octets(out), out.size()) != 0) {
            throw Error{ErrorCode::kFailed, "not enough memory for scrypt"};
        }
    });
}

}  // namespace kua::crypto
