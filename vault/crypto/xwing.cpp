#include "vault/crypto/xwing.h"

#include <algorithm>
#include <utility>

#include <sodium.h>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/crypto/init.h"
#include "vault/crypto/octets.h"
#include "vault/crypto/wiped.h"

namespace kua::crypto {
namespace {

constexpr std::size_t kMlKemSeedBytes = crypto_kem_mlkem768_SEEDBYTES;
constexpr std::size_t kMlKemSecretBytes = crypto_kem_mlkem768_SECRETKEYBYTES;
constexpr std::size_t kMlKemPublicBytes = crypto_kem_mlkem768_PUBLICKEYBYTES;
constexpr std::size_t kMlKemEncapsulationBytes = crypto_kem_mlkem768_CIPHERTEXTBYTES;
constexpr std::size_t kMlKemSharedBytes = crypto_kem_mlkem768_SHAREDSECRETBYTES;
constexpr std::size_t kX25519Bytes = crypto_scalarmult_curve25519_BYTES;
// XWingLabel: "\.//^\".
constexpr std::array<std::byte, 6> kLabel = {std::byte{0x5c}, std::byte{0x2e}, std::byte{0x2f},
                                             std::byte{0x2f}, std::byte{0x5e}, std::byte{0x5c}};

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
static_assert(std::tuple_size_v<XWingPublicKey> == kMlKemPublicBytes + kX25519Bytes);
static_assert(std::tuple_size_v<XWingEncapsulation> == kMlKemEncapsulationBytes + kX25519Bytes);

// The draft's expandDecapsulationKey(): SHAKE256 of the seed gives the seeds of both
// halves.
XWingSecretKey::XWingSecretKey(XWingSeed seed) : seed_(std::move(seed)) {
    ensure_ready();
    WipedArray<kMlKemSeedBytes + kX25519Bytes> seeds;
    KUA_CHECK(crypto_xof_shake256(octets(seeds.expose_for_writing()), seeds.expose().size(),
                                  octets(seed_.expose()), XWingSeed::kSizeBytes) == 0);
    halves_ = SecretBytes{kMlKemSecretBytes + kX25519Bytes};
    const base::MutableByteView ml_kem = halves_.expose_for_writing().first(kMlKemSecretBytes);
    const base::MutableByteView x25519 = halves_.expose_for_writing().last(kX25519Bytes);
    std::ranges::copy(seeds.expose().last<kX25519Bytes>(), x25519.begin());
    KUA_CHECK(crypto_kem_mlkem768_seed_keypair(octets(public_key_), octets(ml_kem),
                                               octets(seeds.expose())) == 0);
    KUA_CHECK(crypto_scalarmult_curve25519_base(octets(public_key_) + kMlKemPublicBytes,
                                                octets(x25519)) == 0);
}

// The draft's Decapsulate() and Combiner(): both shared secrets, then what was sent by X25519 and
// to whom.
std::optional<XWingSharedSecret> XWingSecretKey::decapsulate(
    const XWingEncapsulation& encapsulation) const {
    const base::ByteView sent = base::ByteView{encapsulation}.subspan(kMlKemEncapsulationBytes);
    const base::ByteView own = base::ByteView{public_key_}.subspan(kMlKemPublicBytes);
    WipedArray<kMlKemSharedBytes + kX25519Bytes> both;
    const base::MutableByteView from_ml_kem = both.expose_for_writing().first<kMlKemSharedBytes>();
    const base::MutableByteView from_x25519 = both.expose_for_writing().last<kX25519Bytes>();
    KUA_CHECK(crypto_kem_mlkem768_dec(octets(from_ml_kem), octets(encapsulation),
                                      octets(halves_.expose())) == 0);
    if (crypto_scalarmult_curve25519(
            octets(from_x25519), octets(halves_.expose().last(kX25519Bytes)), octets(sent)) != 0) {
        return std::nullopt;
    }
    crypto_hash_sha3256_state state;
    KUA_CHECK(crypto_hash_sha3256_init(&state) == 0);
    for (const base::ByteView part :
         std::array<base::ByteView, 4>{both.expose(), sent, own, kLabel}) {
        KUA_CHECK(crypto_hash_sha3256_update(&state, octets(part), part.size()) == 0);
    }
    auto shared_secret = XWingSharedSecret::made_by([&](std::span<std::byte, 32> out) {
        KUA_CHECK(crypto_hash_sha3256_final(&state, octets(out)) == 0);
    });
    wipe(std::as_writable_bytes(std::span{&state, 1}));
    return shared_secret;
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

}  // namespace kua::crypto
