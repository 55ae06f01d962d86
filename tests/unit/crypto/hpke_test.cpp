#include "vault/crypto/hpke.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <sodium.h>

#include "tests/support/errors.h"
#include "tests/support/scripted_random.h"
#include "tests/support/seeded_random.h"
#include "tests/support/vectors.h"
#include "tests/unit/crypto/hex_literal.h"
#include "vault/crypto/compare.h"
#include "vault/crypto/octets.h"

namespace kua::crypto {
namespace {

using base::bytes_of;
using testing::code_of;
using testing::ScriptedRandom;

// Randomness for one encapsulation.
ScriptedRandom one_encapsulation() {
    return ScriptedRandom{base::Bytes(64, std::byte{0x42})};
}

XWingSecretKey key_of(unsigned first) {
    return XWingSecretKey{XWingSeed::copy_of(counting_from<32>(first))};
}

TEST_CASE("X-Wing and HPKE follow the vectors of age's suite at each step", "[crypto][vectors]") {
    const base::Bytes file = testing::read_vector(testing::find_vectors("hpke/hpke-pq.json"));
    const nlohmann::json suites = nlohmann::json::parse(base::text_of(file));
    REQUIRE(suites.size() == 13);
    const nlohmann::json& suite = suites.at(4);
    REQUIRE(suite.at("kem_id").get<int>() == 0x647a);
    REQUIRE(suite.at("kdf_id").get<int>() == 1);
    REQUIRE(suite.at("aead_id").get<int>() == 3);
    const auto field = [&](const char* name) { return hex(suite.at(name).get<std::string>()); };

    const XWingSecretKey key{
        XWingSeed::copy_of(hex_array<32>(suite.at("skRm").get<std::string>()))};
    const XWingPublicKey recipient = key.public_key();
    CHECK(base::copy_of(recipient) == field("pkRm"));
    CHECK(is_valid_xwing_key(recipient));

    ScriptedRandom random{field("ikmE")};
    const XWingSent sent = xwing_encapsulate(recipient, random);
    CHECK(random.left() == 0);
    CHECK(base::copy_of(sent.encapsulation) == field("enc"));
    CHECK(equal(sent.shared_secret.expose(), field("shared_secret")));
    const auto received = key.decapsulate(sent.encapsulation);
    REQUIRE(received);
    CHECK(equal(received->expose(), field("shared_secret")));

    const base::Bytes info = field("info");
    const HpkeContext context = hpke_context(*received, info);
    CHECK(equal(context.key.expose(), field("key")));
    CHECK(base::copy_of(context.base_nonce) == field("base_nonce"));

    std::size_t count = 0;
    for (const auto& message : suite.at("encryptions")) {
        const auto part = [&](const char* name) {
            return hex(message.at(name).get<std::string>());
        };
        std::array<std::byte, kChaChaNonceBytes> nonce = context.base_nonce;
        nonce.back() ^= static_cast<std::byte>(count);
        CHECK(base::copy_of(nonce) == part("nonce"));
        CHECK(chacha20poly1305_seal(context.key.expose(), nonce, part("aad"), part("pt")) ==
              part("ct"));
        if (count == 0) {
            ScriptedRandom again{field("ikmE")};
            const HpkeSealed sealed = hpke_seal(recipient, info, part("aad"), part("pt"), again);
            CHECK(sealed.ciphertext == part("ct"));
            const auto opened =
                hpke_open(key, sealed.encapsulation, info, part("aad"), sealed.ciphertext);
            REQUIRE(opened);
            CHECK(equal(opened->expose(), part("pt")));
        }
        ++count;
    }
    CHECK(count == 10);
}

TEST_CASE("an HPKE message opens for its recipient, info and data alone", "[crypto]") {
    ScriptedRandom random = one_encapsulation();
    const base::ByteView info = bytes_of("info");
    const base::ByteView about = bytes_of("about");
    const HpkeSealed sealed =
        hpke_seal(key_of(1).public_key(), info, about, bytes_of("secret"), random);
    const auto opens = [&](const XWingSecretKey& key, const XWingEncapsulation& encapsulation,
                           base::ByteView with_info, base::ByteView with_data) {
        return hpke_open(key, encapsulation, with_info, with_data, sealed.ciphertext).has_value();
    };
    CHECK(opens(key_of(1), sealed.encapsulation, info, about));
    CHECK_FALSE(opens(key_of(2), sealed.encapsulation, info, about));
    CHECK_FALSE(opens(key_of(1), sealed.encapsulation, bytes_of("inf0"), about));
    CHECK_FALSE(opens(key_of(1), sealed.encapsulation, info, {}));
    for (const std::size_t at : {0U, 500U, 1087U, 1088U, 1119U}) {
        XWingEncapsulation altered = sealed.encapsulation;
        altered.at(at) ^= std::byte{0x04};
        CHECK_FALSE(opens(key_of(1), altered, info, about));
    }
}

TEST_CASE("an X25519 part of low order is damage, not another's message", "[crypto]") {
    ScriptedRandom random = one_encapsulation();
    HpkeSealed sealed = hpke_seal(key_of(1).public_key(), {}, {}, bytes_of("secret"), random);
    std::fill(sealed.encapsulation.begin() + 1088, sealed.encapsulation.end(), std::byte{0});
    CHECK_FALSE(key_of(1).decapsulate(sealed.encapsulation));
    CHECK(code_of([&] {
              return hpke_open(key_of(1), sealed.encapsulation, {}, {}, sealed.ciphertext);
          }) == ErrorCode::kDamaged);
}

TEST_CASE("X-Wing public keys that are none are refused", "[crypto]") {
    XWingPublicKey big_coefficient = key_of(1).public_key();
    big_coefficient[0] = std::byte{0xff};
    big_coefficient[1] = std::byte{0xff};
    XWingPublicKey low_order = key_of(1).public_key();
    std::fill(low_order.begin() + 1184, low_order.end(), std::byte{0});
    for (const XWingPublicKey& bad : {big_coefficient, low_order}) {
        CHECK_FALSE(is_valid_xwing_key(bad));
        ScriptedRandom random = one_encapsulation();
        CHECK(code_of([&] { return xwing_encapsulate(bad, random); }) == ErrorCode::kDamaged);
    }
}

TEST_CASE("decapsulation by parts gives what libsodium's X-Wing gives", "[crypto]") {
    testing::SeededRandom random{20111216};
    for (int round = 0; round < 50; ++round) {
        const base::Bytes seed = random.bytes(32);
        const XWingSecretKey key{XWingSeed::copy_of(base::ByteView{seed}.first<32>())};
        XWingEncapsulation sent = xwing_encapsulate(key.public_key(), random).encapsulation;
        if (round % 5 == 1) {
            sent.at(random.below(sent.size())) ^= std::byte{0x10};  // rejected without a word
        } else if (round % 5 == 2) {
            random.fill(sent);
        }
        std::array<std::byte, 32> expected{};
        REQUIRE(crypto_kem_xwing_dec(octets(expected), octets(sent), octets(seed)) == 0);
        const auto received = key.decapsulate(sent);
        REQUIRE(received);
        CHECK(equal(received->expose(), expected));
    }
}

}  // namespace
}  // namespace kua::crypto
