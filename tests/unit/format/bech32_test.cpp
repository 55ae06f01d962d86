#include "vault/format/bech32.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/seeded_random.h"
#include "vault/base/hex.h"
#include "vault/base/parse.h"
#include "vault/crypto/compare.h"

namespace kua::format {
namespace {

using base::bytes_of;
using testing::code_of;

// The recipient and identity that C2SP age.md shows.
constexpr std::string_view kRecipient =
    "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
constexpr std::string_view kIdentity =
    "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

TEST_CASE("Bech32 reads and writes the keys that age.md shows", "[format]") {
    const auto recipient = decode_bech32("age", kRecipient);
    REQUIRE(recipient);
    CHECK(base::encode_hex(*recipient) ==
          "132c442be010fbd57e72603328aa76e71fccc1503aae219327d14d9c9993f472");
    CHECK(encode_bech32("age", *recipient) == kRecipient);
    const auto identity = decode_secret_bech32("AGE-SECRET-KEY-", bytes_of(kIdentity));
    REQUIRE(identity);
    CHECK(crypto::equal(identity->expose(), base::Bytes(32, std::byte{0x42})));
    CHECK(crypto::equal(encode_secret_bech32("AGE-SECRET-KEY-", identity->expose()).expose(),
                        bytes_of(kIdentity)));
}

TEST_CASE("Bech32 takes any number of bytes there and back", "[format]") {
    testing::SeededRandom random{32};
    for (std::size_t size = 0; size < 100; ++size) {
        const base::Bytes data = random.bytes(size);
        const std::string lower = encode_bech32("age1pq", data);
        CHECK(lower == base::to_ascii_lower(lower));
        REQUIRE(decode_bech32("age1pq", lower) == data);
        const auto upper = encode_secret_bech32("AGE-SECRET-KEY-PQ-", data);
        const auto back = decode_secret_bech32("AGE-SECRET-KEY-PQ-", upper.expose());
        REQUIRE(back);
        REQUIRE(crypto::equal(back->expose(), data));
    }
    const base::Bytes large = random.bytes(20'000);
    CHECK(decode_bech32("age", encode_bech32("age", large)) == large);
}

TEST_CASE("Bech32 refuses every altered character", "[format]") {
    for (std::size_t at = 0; at < kRecipient.size(); ++at) {
        for (int c = 0; c < 256; ++c) {
            std::string altered{kRecipient};
            if (altered[at] == static_cast<char>(c)) {
                continue;
            }
            altered[at] = static_cast<char>(c);
            REQUIRE_FALSE(decode_bech32("age", altered));
        }
    }
}

TEST_CASE("Bech32 refuses text that was cut or extended", "[format]") {
    for (std::size_t size = 0; size < kRecipient.size(); ++size) {
        REQUIRE_FALSE(decode_bech32("age", kRecipient.substr(0, size)));
    }
    const std::string text{kRecipient};
    for (const std::string& bad : {text + "q", text + "\n", text + " ", " " + text}) {
        CHECK_FALSE(decode_bech32("age", bad));
    }
}

TEST_CASE("Bech32 takes one prefix in one case", "[format]") {
    CHECK_FALSE(decode_bech32("age1pq", kRecipient));
    CHECK_FALSE(decode_bech32("ag", kRecipient));
    CHECK_FALSE(decode_bech32("AGE", kRecipient));
    CHECK_FALSE(decode_bech32("agf", kRecipient));
    std::string upper{kRecipient};
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return base::is_ascii_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
    });
    CHECK(decode_bech32("AGE", upper) == decode_bech32("age", kRecipient));
    CHECK_FALSE(decode_bech32("age", upper));
    std::string mixed{kRecipient};
    mixed[10] = 'L';
    CHECK_FALSE(decode_bech32("age", mixed));
    CHECK(code_of([] { return encode_bech32("Age", {}); }) == ErrorCode::kBug);
}

// BIP 173 leaves these to the format above it; two texts for one key would be two fingerprints.
TEST_CASE("Bech32 refuses padding that is not canonical", "[format]") {
    // The checksum of these is right; computed by an independent implementation.
    const std::string_view bit_set = "age1lae6aamz";
    const std::string_view whole_group = "age1luqrr2q7m";
    const std::string_view good = "age1luyvfgxs";
    CHECK(decode_bech32("age", good) == base::Bytes(1, std::byte{0xff}));
    CHECK_FALSE(decode_bech32("age", bit_set));
    CHECK_FALSE(decode_bech32("age", whole_group));
}

}  // namespace
}  // namespace kua::format
