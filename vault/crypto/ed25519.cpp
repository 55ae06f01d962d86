#include "vault/crypto/ed25519.h"

#include <algorithm>
#include <utility>

#include <sodium.h>

#include "vault/base/check.h"
#include "vault/crypto/init.h"
#include "vault/crypto/octets.h"

namespace kua::crypto {

Ed25519Signer::Ed25519Signer(const SigningSeed& seed)
    : expanded_(Expanded::made_by([&](std::span<std::byte, 64> out) {
          ensure_ready();
          KUA_CHECK(crypto_sign_seed_keypair(octets(public_key_), octets(out),
                                             octets(seed.expose())) == 0);
      })) {}

Ed25519Signature Ed25519Signer::sign(base::ByteView message) const {
    Ed25519Signature signature{};
    KUA_CHECK(crypto_sign_detached(octets(signature), /*siglen_p=*/nullptr, octets(message),
                                   message.size(), octets(expanded_.expose())) == 0);
    return signature;
}

bool is_valid_signature(const Ed25519PublicKey& public_key, base::ByteView message,
                        const Ed25519Signature& signature) {
    ensure_ready();
    const std::span<const std::byte> r = std::span{signature}.first<32>();
    return crypto_core_ed25519_is_valid_point(octets(public_key)) == 1 &&
           crypto_core_ed25519_is_valid_point(octets(r)) == 1 &&
           crypto_sign_verify_detached(octets(signature), octets(message), message.size(),
                                       octets(public_key)) == 0;
}

bool is_valid_public_key(const Ed25519PublicKey& public_key) {
    ensure_ready();
    return crypto_core_ed25519_is_valid_point(octets(public_key)) == 1;
}

}  // namespace kua::crypto
