#include "vault/crypto/aead.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/unit/crypto/hex_literal.h"
#include "vault/crypto/compare.h"

namespace kua::crypto {
namespace {

using base::bytes_of;
using testing::code_of;

constexpr std::string_view kSunscreen =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    "sunscreen would be it.";

struct Sealed {
    std::array<std::byte, 32> key = counting_from<32>(0x80);
    std::array<std::byte, 24> nonce = counting_from<24>(0x40);
    base::Bytes about = hex("50515253c0c1c2c3c4c5c6c7");
    base::Bytes bytes = seal(key, nonce, AssociatedData{about}, bytes_of(kSunscreen));

    bool opens() const { return open(key, nonce, AssociatedData{about}, bytes).has_value(); }
};

TEST_CASE("XChaCha20-Poly1305 gives the ciphertext of its draft, A.3.1", "[crypto]") {
    const Sealed sealed;
    CHECK(sealed.bytes ==
          hex("bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
              "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
              "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
              "21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49"));
    const auto opened = open(sealed.key, sealed.nonce, AssociatedData{sealed.about}, sealed.bytes);
    REQUIRE(opened);
    CHECK(equal(opened->expose(), bytes_of(kSunscreen)));
}

TEST_CASE("nothing opens if one bit of anything differs", "[crypto]") {
    const Sealed good;
    REQUIRE(good.opens());
    for (std::size_t i = 0; i < good.bytes.size(); ++i) {
        Sealed bad = good;
        bad.bytes[i] ^= std::byte{0x01};
        CHECK_FALSE(bad.opens());
    }
    Sealed other_key = good;
    other_key.key[31] ^= std::byte{0x80};
    CHECK_FALSE(other_key.opens());
    Sealed other_nonce = good;
    other_nonce.nonce[0] ^= std::byte{0x80};
    CHECK_FALSE(other_nonce.opens());
    Sealed other_place = good;
    other_place.about.back() ^= std::byte{0x01};
    CHECK_FALSE(other_place.opens());
}

TEST_CASE("nothing opens that was cut", "[crypto]") {
    const Sealed good;
    for (std::size_t size = 0; size < good.bytes.size(); ++size) {
        Sealed cut = good;
        cut.bytes.resize(size);
        CHECK_FALSE(cut.opens());
    }
}

TEST_CASE("associated data can't be left out", "[crypto]") {
    CHECK(code_of([] { return AssociatedData{{}}.bytes().size(); }) == ErrorCode::kBug);
}

TEST_CASE("an empty secret can be sealed", "[crypto]") {
    const Sealed any;
    const base::Bytes sealed = seal(any.key, any.nonce, AssociatedData{any.about}, {});
    REQUIRE(sealed.size() == kAeadTagBytes);
    const auto opened = open(any.key, any.nonce, AssociatedData{any.about}, sealed);
    REQUIRE(opened);
    CHECK(opened->empty());
}

}  // namespace
}  // namespace kua::crypto
