#include "vault/crypto/hmac.h"

#include <array>
#include <span>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/seeded_random.h"
#include "tests/unit/crypto/hex_literal.h"

namespace kua::crypto {
namespace {

TEST_CASE("HMAC-SHA256 gives the MAC of RFC 4231, case 2, both ways", "[crypto]") {
    const base::ByteView key = base::bytes_of("Jefe");
    const base::Bytes mac = hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(base::copy_of(hmac_sha256(key, base::bytes_of("what do ya want for nothing?"))) == mac);
    std::array<Sha256Digest, 1> macs{};
    HmacSha256{key}.of(std::array{HmacSha256::Message{base::bytes_of("what do ya want "),
                                                      base::bytes_of("for nothing?")}},
                       macs);
    CHECK(base::copy_of(macs.front()) == mac);
}

TEST_CASE("a key makes the MACs of many messages side by side, each for itself", "[crypto]") {
    testing::SeededRandom random{3};
    for (const std::size_t key_size : {0U, 1U, 32U, 64U, 65U, 200U}) {
        const base::Bytes key = random.bytes(key_size);
        const HmacSha256 many{key};
        const std::array<base::Bytes, 4> messages{random.bytes(0), random.bytes(63),
                                                  random.bytes(64), random.bytes(65'536)};
        for (std::size_t count = 1; count <= messages.size(); ++count) {
            std::array<HmacSha256::Message, 4> asked{};
            std::array<Sha256Digest, 4> macs{};
            for (std::size_t i = 0; i < count; ++i) {
                const base::ByteView whole{messages[i]};
                asked[i] = {whole.first(whole.size() / 3), whole.subspan(whole.size() / 3)};
            }
            many.of(std::span{asked}.first(count), std::span{macs}.first(count));
            for (std::size_t i = 0; i < count; ++i) {
                CHECK(macs[i] == hmac_sha256(key, messages[i]));
            }
        }
    }
}

}  // namespace
}  // namespace kua::crypto
