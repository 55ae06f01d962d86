#include "vault/crypto/xwing.h"

#include <sodium.h>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/crypto/init.h"
#include "vault/crypto/octets.h"
#include "vault/crypto/wiped.h"

namespace kua::crypto {

namespace {

std::optional<XWingSent> encapsulate(const XWingPublicKey& recipient,
                                     std::span<const std::byte, 64> randomness) {
    ensure_ready();
    int outcome = 0;
    XWingEncapsulation encapsulation{};
    auto shared_secret = XWingSharedSecret::made_by([&](std::span<std::byte, 32> out) {
        outcome = crypto_kem_xwing_enc_deterministic(octets(encapsulation), octets(out),
                                                     octets(recipient), octets(randomness));
    });
    if (outcome != 0) {
        return std::nullopt;
    }
    return XWingSent{encapsulation, std::move(shared_secret)};
}

}  // namespace

static_assert(std::tuple_size_v<XWingPublicKey> == crypto_kem_xwing_PUBLICKEYBYTES);
static_assert(std::tuple_size_v<XWingEncapsulation> == crypto_kem_xwing_CIPHERTEXTBYTES);
static_assert(XWingSharedSecret::kSizeBytes == crypto_kem_xwing_SHAREDSECRETBYTES);
static_assert(XWingSeed::kSizeBytes == crypto_kem_xwing_SEEDBYTES);
static_assert(XWingSeed::kSizeBytes == crypto_kem_xwing_SECRETKEYBYTES);

XWingPublicKey xwing_public_key(const XWingSeed& seed) {
    ensure_ready();
    XWingPublicKey public_key{};
    WipedArray<crypto_kem_xwing_SECRETKEYBYTES> secret;  // the seed again
    KUA_CHECK(crypto_kem_xwing_seed_keypair(octets(public_key), octets(secret.expose_for_writing()),
                                            octets(seed.expose())) == 0);
    return public_key;
}

XWingSent xwing_encapsulate(const XWingPublicKey& recipient, base::Random& random) {
    WipedArray<64> randomness;
    random.fill(randomness.expose_for_writing());
    std::optional<XWingSent> sent = encapsulate(recipient, randomness.expose());
    if (!sent) {
        throw Error{ErrorCode::kDamaged, "the recipient is not a valid X-Wing public key"};
    }
    return std::move(*sent);
}

bool is_valid_xwing_key(const XWingPublicKey& public_key) {
    return encapsulate(public_key, std::array<std::byte, 64>{}).has_value();
}

std::optional<XWingSharedSecret> xwing_decapsulate(const XWingSeed& seed,
                                                   const XWingEncapsulation& encapsulation) {
    ensure_ready();
    int outcome = 0;
    auto shared_secret = XWingSharedSecret::made_by([&](std::span<std::byte, 32> out) {
        outcome = crypto_kem_xwing_dec(octets(out), octets(encapsulation), octets(seed.expose()));
    });
    if (outcome != 0) {
        return std::nullopt;
    }
    return shared_secret;
}

}  // namespace kua::crypto
