#include "vault/crypto/hmac.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/seeded_random.h"
#include "tests/unit/crypto/hex_literal.h"

namespace kua::crypto {
namespace {

TEST_CASE("HMAC-SHA256 gives the MAC of RFC 4231, case 2, both ways", "[crypto]") {
    const base::ByteView key = base::bytes_of("Jefe");
    const base::Bytes mac = hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(base::copy_of(hmac_sha256(key, base::bytes_of("what do ya want for nothing?"))) == mac);
    HmacSha256 many{key};
    CHECK(base::copy_of(
              many.of(base::bytes_of("what do ya want "), base::bytes_of("for nothing?"))) == mac);
}

TEST_CASE("a key makes the MACs of many messages, each for itself", "[crypto]") {
    testing::SeededRandom random{3};
    const base::Bytes key = random.bytes(32);
    HmacSha256 many{key};
    for (const std::size_t size : {0U, 1U, 63U, 64U, 65'536U}) {
        const base::Bytes message = random.bytes(size);
        CHECK(many.of(message, {}) == hmac_sha256(key, message));
    }
}

}  // namespace
}  // namespace kua::crypto
