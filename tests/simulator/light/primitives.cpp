// Cheap stand-ins for what costs a simulation most and what it isn't about: curves, the encryption
// of catalog pages, memory that is locked. README.md, "Two programs", says what still holds with
// them.
//
// The linker puts them in place of the libraries' functions (CMakeLists.txt: --wrap), so that
// nothing but this program can have them. They keep no secret: whoever knows a public key can sign
// with it. What they do keep is that only what fits together fits: a changed bit, another key or
// another message make a signature, a shared secret or a page's MAC another one.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

#define XXH_INLINE_ALL
#include <sodium.h>
#include <xxhash.h>
extern "C" {
struct Parse;  // SQLite's own, named by the header
#include <sqlcipher/sqlcipher.h>
}

#include "tests/support/seeded_random.h"

namespace {

using Octets = std::span<const unsigned char>;

// Fills `out` from what was hashed into `state`: its digest, then what follows from that.
void squeeze(XXH3_state_t& state, std::span<unsigned char> out) {
    auto words = std::bit_cast<std::array<std::uint64_t, 2>>(XXH3_128bits_digest(&state));
    for (kua::testing::SeededRandom more{words[0] ^ std::rotl(words[1], 32)}; !out.empty();) {
        const std::size_t size = std::min(out.size(), sizeof words);
        std::memcpy(out.data(), words.data(), size);
        out = out.subspan(size);
        words = {more.next(), more.next()};
    }
}

void hash(std::initializer_list<Octets> parts, std::span<unsigned char> out) {
    XXH3_state_t state;
    XXH3_128bits_reset(&state);
    for (const Octets part : parts) {
        XXH3_128bits_update(&state, part.data(), part.size());
    }
    squeeze(state, out);
}

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;

// Diffie and Hellman's exchange as they had it, with numbers below 2^61 - 1: the first eight bytes
// of a key; the rest follows from them.
constexpr std::uint64_t kPrime = (std::uint64_t{1} << 61) - 1;
constexpr std::uint64_t kGenerator = 37;

std::uint64_t times(std::uint64_t one, std::uint64_t other) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>(static_cast<Wide>(one) * other % kPrime);
}

std::uint64_t power(std::uint64_t base, std::uint64_t exponent) {
    std::uint64_t result = 1;
    for (; exponent != 0; exponent >>= 1U) {
        if ((exponent & 1U) != 0) {
            result = times(result, base);
        }
        base = times(base, base);
    }
    return result;
}

std::uint64_t number_of(const unsigned char* key) {
    std::uint64_t number = 0;
    std::memcpy(&number, key, sizeof number);
    return number;
}

int put_power(unsigned char* out, std::uint64_t base, const unsigned char* secret) {
    const std::uint64_t number = power(base % kPrime, number_of(secret) >> 3U | 1U);
    if (number <= 1) {
        return -1;  // as a point of low order
    }
    std::memcpy(out, &number, sizeof number);
    hash({Octets{out, sizeof number}}, {out + sizeof number, kKeyBytes - sizeof number});
    return 0;
}

// What somebody with the secret of `other` finds, too. All of what `recipient` is known by and of
// the message counts, though the power needs no more than the beginning of a key.
int put_shared(std::span<unsigned char> out, const unsigned char* other,
               const unsigned char* secret, Octets recipient, Octets message) {
    std::array<unsigned char, kKeyBytes> shared{};
    const int outcome = put_power(shared.data(), number_of(other), secret);
    hash({shared, recipient, message}, out);
    return outcome;
}

void put_public_key(std::span<unsigned char> out, const unsigned char* secret) {
    put_power(out.data(), kGenerator, secret);
    hash({out.first(kKeyBytes)}, out.subspan(kKeyBytes));
}

// What SQLCipher does with each page, for catalogs and segments.
int cipher_page(void*, int, unsigned char* key, int key_bytes, unsigned char* iv, unsigned char* in,
                int in_bytes, unsigned char* out) {
    constexpr int kBlock = 16;
    std::array<std::uint64_t, 2> mask{};
    hash({Octets{key, static_cast<std::size_t>(key_bytes)}, Octets{iv, kBlock}},
         {reinterpret_cast<unsigned char*>(mask.data()), kBlock});
    for (int at = 0; at < in_bytes; at += kBlock) {
        std::array<std::uint64_t, 2> block{};
        std::memcpy(block.data(), in + at, kBlock);
        block[0] ^= mask[0];
        block[1] ^= mask[1];
        std::memcpy(out + at, block.data(), kBlock);
    }
    return SQLITE_OK;
}

int mac_page(void*, int algorithm, unsigned char* key, int key_bytes, unsigned char* in,
             int in_bytes, unsigned char* in2, int in2_bytes, unsigned char* out) {
    hash({Octets{key, static_cast<std::size_t>(key_bytes)},
          Octets{in, static_cast<std::size_t>(in_bytes)},
          Octets{in2, static_cast<std::size_t>(in2_bytes)}},
         {out, algorithm == SQLCIPHER_HMAC_SHA512 ? crypto_auth_hmacsha512_BYTES
                                                  : crypto_auth_hmacsha256_BYTES});
    return SQLITE_OK;
}

// The salts and IVs of pages.
int fill(void*, void* buffer, int bytes) {
    static kua::testing::SeededRandom random{1};
    random.fill(std::as_writable_bytes(
        std::span{static_cast<unsigned char*>(buffer), static_cast<std::size_t>(bytes)}));
    return SQLITE_OK;
}

// libsodium's state has no room for it; a thread has one message under way (vault/crypto/hmac.cpp).
XXH3_state_t& mac_state() {
    static thread_local XXH3_state_t only;
    return only;
}

}  // namespace

extern "C" {

int __wrap_crypto_sign_seed_keypair(unsigned char* public_key, unsigned char* secret,
                                    const unsigned char* seed) {
    hash({Octets{seed, kKeyBytes}}, {public_key, kKeyBytes});
    std::copy_n(seed, kKeyBytes, secret);
    std::copy_n(public_key, kKeyBytes, secret + kKeyBytes);
    return 0;
}

int __wrap_crypto_sign_detached(unsigned char* signature, unsigned long long*,
                                const unsigned char* message, unsigned long long bytes,
                                const unsigned char* secret) {
    hash({Octets{secret + kKeyBytes, kKeyBytes}, Octets{message, bytes}},
         {signature, kSignatureBytes});
    return 0;
}

int __wrap_crypto_sign_verify_detached(const unsigned char* signature, const unsigned char* message,
                                       unsigned long long bytes, const unsigned char* public_key) {
    std::array<unsigned char, kSignatureBytes> expected{};
    hash({Octets{public_key, kKeyBytes}, Octets{message, bytes}}, expected);
    return std::equal(expected.begin(), expected.end(), signature) ? 0 : -1;
}

int __wrap_crypto_core_ed25519_is_valid_point(const unsigned char*) {
    return 1;
}

int __wrap_crypto_scalarmult_curve25519_base(unsigned char* out, const unsigned char* secret) {
    return put_power(out, kGenerator, secret);
}

int __wrap_crypto_scalarmult_curve25519(unsigned char* out, const unsigned char* secret,
                                        const unsigned char* public_key) {
    return put_power(out, number_of(public_key), secret);
}

int __wrap_crypto_kem_mlkem768_seed_keypair(unsigned char* public_key, unsigned char* secret,
                                            const unsigned char* seed) {
    std::fill_n(secret, crypto_kem_mlkem768_SECRETKEYBYTES, 0);
    std::copy_n(seed, kKeyBytes, secret);
    put_public_key({public_key, crypto_kem_mlkem768_PUBLICKEYBYTES}, secret);
    return 0;
}

int __wrap_crypto_kem_mlkem768_dec(unsigned char* shared, const unsigned char* sent,
                                   const unsigned char* secret) {
    std::array<unsigned char, crypto_kem_mlkem768_PUBLICKEYBYTES> own{};
    put_public_key(own, secret);
    static_cast<void>(put_shared({shared, crypto_kem_mlkem768_SHAREDSECRETBYTES}, sent, secret, own,
                                 {sent, crypto_kem_mlkem768_CIPHERTEXTBYTES}));
    return 0;
}

// As vault/crypto/xwing.cpp takes it apart.
int __wrap_crypto_kem_xwing_enc_deterministic(unsigned char* sent, unsigned char* shared,
                                              const unsigned char* public_key,
                                              const unsigned char* randomness) {
    constexpr std::array<unsigned char, 6> kLabel = {0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c};
    const std::span<unsigned char> kem{sent, crypto_kem_mlkem768_CIPHERTEXTBYTES};
    unsigned char* const curve = sent + kem.size();
    const unsigned char* const curve_key = public_key + crypto_kem_mlkem768_PUBLICKEYBYTES;
    put_public_key(kem, randomness);
    std::array<unsigned char, 2 * kKeyBytes> both{};
    const Octets recipient{public_key, crypto_kem_mlkem768_PUBLICKEYBYTES};
    if (put_shared(std::span{both}.first(kKeyBytes), public_key, randomness, recipient, kem) != 0 ||
        __wrap_crypto_scalarmult_curve25519(both.data() + kKeyBytes, randomness + kKeyBytes,
                                            curve_key) != 0 ||
        __wrap_crypto_scalarmult_curve25519_base(curve, randomness + kKeyBytes) != 0) {
        return -1;
    }
    crypto_hash_sha3256_state state;
    crypto_hash_sha3256_init(&state);
    for (const Octets part :
         {Octets{both}, Octets{curve, kKeyBytes}, Octets{curve_key, kKeyBytes}, Octets{kLabel}}) {
        crypto_hash_sha3256_update(&state, part.data(), part.size());
    }
    return crypto_hash_sha3256_final(&state, shared);
}

int __wrap_crypto_auth_hmacsha512_init(crypto_auth_hmacsha512_state*, const unsigned char* key,
                                       std::size_t bytes) {
    XXH3_128bits_reset(&mac_state());
    XXH3_128bits_update(&mac_state(), key, bytes);
    return 0;
}

int __wrap_crypto_auth_hmacsha512_update(crypto_auth_hmacsha512_state*,
                                         const unsigned char* message, unsigned long long bytes) {
    XXH3_128bits_update(&mac_state(), message, bytes);
    return 0;
}

int __wrap_crypto_auth_hmacsha512_final(crypto_auth_hmacsha512_state*, unsigned char* out) {
    squeeze(mac_state(), {out, crypto_auth_hmacsha512_BYTES});
    return 0;
}

// Who asks gets a copy: what kua would put in (vault/store/sqlite/codec_hook.h) is not used then.
sqlcipher_provider* __real_sqlcipher_get_provider();
sqlcipher_provider* __wrap_sqlcipher_get_provider() {
    static sqlcipher_provider copy{};
    if (sqlcipher_provider* const provider = __real_sqlcipher_get_provider()) {
        provider->cipher = cipher_page;
        provider->hmac = mac_page;
        provider->random = fill;
        copy = *provider;
        return &copy;
    }
    return nullptr;
}

int __wrap_mlock(const void*, std::size_t) {
    return 0;
}

int __wrap_munlock(const void*, std::size_t) {
    return 0;
}
}
