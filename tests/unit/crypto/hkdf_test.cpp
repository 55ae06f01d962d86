#include "vault/crypto/hkdf.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/unit/crypto/hex_literal.h"
#include "vault/crypto/compare.h"
#include "vault/crypto/keys.h"

namespace kua::crypto {
namespace {

using testing::code_of;

TEST_CASE("HKDF-SHA256 gives the keys of RFC 5869, case 1", "[crypto]") {
    const base::Bytes ikm(22, std::byte{0x0b});
    const auto salt = counting_from<13>(0x00);
    const auto info = counting_from<10>(0xf0);
    std::array<std::byte, 32> prk{};
    hkdf_extract(salt, ikm, prk);
    CHECK(base::copy_of(prk) ==
          hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
    base::Bytes okm(42);
    hkdf_sha256(ikm, salt, info, okm);
    CHECK(okm == hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                     "34007208d5b887185865"));
}

TEST_CASE("HKDF-SHA256 takes an empty salt and info, RFC 5869, case 3", "[crypto]") {
    base::Bytes okm(42);
    hkdf_sha256(base::Bytes(22, std::byte{0x0b}), {}, {}, okm);
    CHECK(okm == hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                     "9d201395faa4b61a96c8"));
}

TEST_CASE("HKDF-SHA256 gives no more than 255 blocks and never nothing", "[crypto]") {
    const std::array<std::byte, 32> prk{};
    base::Bytes most(255 * 32);
    hkdf_expand(prk, {}, most);
    base::Bytes more(255 * 32 + 1);
    CHECK(code_of([&] {
              hkdf_expand(prk, {}, more);
              return 0;
          }) == ErrorCode::kBug);
    CHECK(code_of([&] {
              hkdf_expand(prk, {}, {});
              return 0;
          }) == ErrorCode::kBug);
}

// Changing one of these locks people out of their vaults. Computed by an independent HKDF.
TEST_CASE("the key tree never changes", "[crypto]") {
    const VaultKey vault_key = VaultKey::copy_of(counting_from<32>(0));
    const IdentityRoot root = IdentityRoot::copy_of(counting_from<32>(0));
    const auto is = [](const auto& key, std::string_view digits) {
        return equal(key.expose(), hex(digits));
    };
    CHECK(is(derive_header_mac_key(vault_key),
             "583a4b35df92f1f8457f56187781b550135ee0832f56f8e8dd9ba6eeff4b0e40"));
    CHECK(is(derive_header_directory_key(vault_key),
             "acce3c1f6b36707e3ec22fc7c51207ebd63fb0d5598423f560d0460e82dd9de7"));
    CHECK(is(derive_catalog_key(vault_key),
             "f1868cecb692386bbc96c912ac310704b373d26dc0d624c0e057e9b63b8250ca"));
    CHECK(is(derive_segment_key(vault_key, 1),
             "3ada9873c2244f50826b385fac28f8e825dbad50ea88a8460b1a7323d5e73891"));
    CHECK(is(derive_segment_key(vault_key, 999'999),
             "cc4d7faa53fd84c0c21cd03ec79e7f0ba8e2472e50dc19b6a2cab2d417d57a71"));
    CHECK(is(derive_signing_seed(root),
             "7fb421b38cf9ab1e292ccef906fb8af5a1c7ef8b2e5c9aef63ba93f2d9a0d121"));
    CHECK(is(derive_age_seed(root),
             "6368c354889dd6641e197d2fb1de37afcb1f419d885b664ff574eb902cb43ae9"));
}

TEST_CASE("segments are counted from 1 to 999,999", "[crypto]") {
    const VaultKey vault_key = VaultKey::copy_of(counting_from<32>(0));
    for (const std::uint32_t segment : {0U, 1'000'000U, 4'294'967'295U}) {
        CHECK(code_of([&] { return derive_segment_key(vault_key, segment); }) == ErrorCode::kBug);
    }
}

}  // namespace
}  // namespace kua::crypto
