#include "vault/crypto/sha256.h"

#include <utility>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/crypto/hex_literal.h"
#include "vault/crypto/hmac.h"

namespace kua::crypto {
namespace {

using base::bytes_of;

const Sha256Digest kEmpty =
    hex_array<32>("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
const Sha256Digest kAbc =
    hex_array<32>("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

TEST_CASE("SHA-256 gives the digests of FIPS 180-4", "[crypto]") {
    CHECK(sha256({}) == kEmpty);
    CHECK(sha256(bytes_of("abc")) == kAbc);
    CHECK(sha256(bytes_of("a"), bytes_of("bc")) == kAbc);
    CHECK(sha256(bytes_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
          hex_array<32>("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
}

TEST_CASE("a message may come in pieces, and the next one begins after finish", "[crypto]") {
    Sha256 hash;
    hash.update(bytes_of("a"));
    hash.update({});
    hash.update(bytes_of("bc"));
    CHECK(hash.finish() == kAbc);
    CHECK(hash.finish() == kEmpty);
    hash.update(bytes_of("ab"));
    Sha256 moved = std::move(hash);
    moved.update(bytes_of("c"));
    CHECK(moved.finish() == kAbc);
}

TEST_CASE("SHA-512 gives the digest of FIPS 180-4", "[crypto]") {
    const Sha512Digest abc = hex_array<64>(
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    CHECK(sha512(bytes_of("abc")) == abc);
    CHECK(sha512({}) != abc);
}

TEST_CASE("HMAC-SHA256 gives the MACs of RFC 4231", "[crypto]") {
    CHECK(hmac_sha256(base::Bytes(20, std::byte{0x0b}), bytes_of("Hi There")) ==
          hex_array<32>("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
    CHECK(hmac_sha256(bytes_of("Jefe"), bytes_of("what do ya want for nothing?")) ==
          hex_array<32>("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    CHECK(hmac_sha256(base::Bytes(131, std::byte{0xaa}),
                      bytes_of("Test Using Larger Than Block-Size Key - Hash Key First")) ==
          hex_array<32>("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
}

}  // namespace
}  // namespace kua::crypto
