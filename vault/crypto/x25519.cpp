#include "vault/crypto/x25519.h"

#include <sodium.h>

#include "vault/base/check.h"
#include "vault/crypto/init.h"
#include "vault/crypto/octets.h"

namespace kua::crypto {

X25519PublicKey x25519_public_key(const X25519Secret& secret) {
    ensure_ready();
    X25519PublicKey public_key{};
    KUA_CHECK(crypto_scalarmult_curve25519_base(octets(public_key), octets(secret.expose())) == 0);
    return public_key;
}

std::optional<X25519SharedSecret> x25519(const X25519Secret& ours, const X25519PublicKey& theirs) {
    ensure_ready();
    int outcome = 0;
    auto shared = X25519SharedSecret::made_by([&](std::span<std::byte, 32> out) {
        outcome = crypto_scalarmult_curve25519(octets(out), octets(ours.expose()), octets(theirs));
        if (sodium_is_zero(octets(out), out.size()) == 1) {
            outcome = -1;  // libsodium says so too; RFC 7748, 6.1 leaves the check to us
        }
    });
    if (outcome != 0) {
        return std::nullopt;
    }
    return shared;
}

bool is_valid_x25519_key(const X25519PublicKey& public_key) {
    // Any scalar finds a point of low order, since clamping makes it a multiple of the cofactor.
    return x25519(X25519Secret::copy_of(std::array<std::byte, 32>{}), public_key).has_value();
}

}  // namespace kua::crypto
