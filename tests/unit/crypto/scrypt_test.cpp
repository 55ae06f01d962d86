#include "vault/crypto/scrypt.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/unit/crypto/hex_literal.h"
#include "vault/crypto/compare.h"

namespace kua::crypto {
namespace {

using base::bytes_of;
using testing::code_of;

TEST_CASE("scrypt gives the key of RFC 7914, section 12", "[crypto]") {
    const ScryptKey key = derive_scrypt_key(SecretBytes::copy_of(bytes_of("pleaseletmein")),
                                            bytes_of("SodiumChloride"), 14);
    CHECK(equal(key.expose(),
                hex("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")));
}

TEST_CASE("an scrypt work factor out of bounds is refused before it costs anything [T45]",
          "[crypto]") {
    const SecretBytes passphrase = SecretBytes::copy_of(bytes_of("x"));
    for (const std::uint32_t log_n : {0U, 21U, 23U, 30U, 63U, 64U, 4'294'967'295U}) {
        CHECK(code_of([&] { return derive_scrypt_key(passphrase, bytes_of("salt"), log_n); }) ==
              ErrorCode::kDamaged);
    }
}

}  // namespace
}  // namespace kua::crypto
