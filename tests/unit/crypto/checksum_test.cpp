#include "vault/crypto/checksum.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/seeded_random.h"

namespace kua::crypto {
namespace {

TEST_CASE("the checksum is XXH3 of 128 bits", "[crypto]") {
    // Source: the description of XXH3, the hash of nothing with seed 0.
    const Checksum of_nothing{.low = 0x6001c324468d497f, .high = 0x99aa06d3014798d8};
    CHECK(checksum_of({}) == of_nothing);
    CHECK(checksum_anywhere({}) == of_nothing);
}

TEST_CASE("the checksum is the same on every processor", "[crypto]") {
    testing::SeededRandom random{7};
    const base::Bytes bytes = random.bytes(200'000);
    for (const std::size_t size : {1U, 16U, 17U, 128U, 240U, 241U, 1025U, 65'536U, 199'999U}) {
        for (const std::size_t begin : {0U, 1U}) {
            const base::ByteView part = base::ByteView{bytes}.subspan(begin, size);
            CHECK(checksum_of(part) == checksum_anywhere(part));
        }
    }
}

TEST_CASE("one other bit, one other checksum", "[crypto]") {
    testing::SeededRandom random{8};
    base::Bytes bytes = random.bytes(70'000);
    const Checksum before = checksum_of(bytes);
    for (int round = 0; round < 100; ++round) {
        std::byte& changed = bytes.at(random.below(bytes.size()));
        const std::byte bit{static_cast<unsigned char>(1U << random.below(8))};
        changed ^= bit;
        CHECK(checksum_of(bytes) != before);
        changed ^= bit;
    }
    CHECK(checksum_of(bytes) == before);
}

}  // namespace
}  // namespace kua::crypto
