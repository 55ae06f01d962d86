#include "vault/crypto/x25519.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/crypto/hex_literal.h"
#include "vault/crypto/compare.h"

namespace kua::crypto {
namespace {

// RFC 7748, 6.1
const X25519PublicKey kAlicePublic =
    hex_array<32>("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
const X25519PublicKey kBobPublic =
    hex_array<32>("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");

X25519Secret bob() {
    return X25519Secret::copy_of(
        hex_array<32>("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
}

TEST_CASE("X25519 gives the keys of RFC 7748, 6.1", "[crypto]") {
    CHECK(x25519_public_key(bob()) == kBobPublic);
    const auto shared = x25519(bob(), kAlicePublic);
    REQUIRE(shared);
    CHECK(equal(shared->expose(),
                hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")));
}

TEST_CASE("X25519 shares nothing with points of low order", "[crypto]") {
    const std::string_view low_order[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
    for (const std::string_view point : low_order) {
        CHECK_FALSE(x25519(bob(), hex_array<32>(point)));
        CHECK_FALSE(is_valid_x25519_key(hex_array<32>(point)));
    }
    CHECK(is_valid_x25519_key(kBobPublic));
}

}  // namespace
}  // namespace kua::crypto
