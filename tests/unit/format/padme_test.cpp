#include "vault/format/padme.h"

#include <cstdint>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"

using kua::format::kBundleFloorBytes;
using kua::format::kObjectFloorBytes;
using kua::format::padded_bundle_size;
using kua::format::padded_object_size;

TEST_CASE("everything up to the floor has the size of the floor", "[padme]") {
    for (const std::uint64_t size : {0U, 1U, 512U, 4095U, 4096U}) {
        CHECK(padded_object_size(size) == kObjectFloorBytes);
        CHECK(padded_bundle_size(size) == kBundleFloorBytes);
    }
    CHECK(padded_bundle_size(8192) == kBundleFloorBytes);
}

TEST_CASE("sizes worked out by hand from the definition", "[padme]") {
    CHECK(padded_object_size(4097) == 4352);              // E 12, S 4: steps of 256
    CHECK(padded_object_size(8191) == 8192);              // the last step of E 12
    CHECK(padded_object_size(8193) == 8704);              // E 13, S 4: steps of 512
    CHECK(padded_object_size(65536) == 65536);            // E 16, S 5: steps of 2048
    CHECK(padded_object_size(65537) == 67584);            //
    CHECK(padded_object_size(1000000) == 1015808);        // E 19, S 5: steps of 16384
    CHECK(padded_object_size(5368709121) == 5435817984);  // E 32, S 6: steps of 2^26
}

TEST_CASE("padding never shortens, stays under 12 percent, and is stable", "[padme]") {
    std::uint64_t before = 0;
    for (std::uint64_t size = 4096; size < (std::uint64_t{1} << 60); size += size / 7 + 1) {
        const std::uint64_t padded = padded_object_size(size);
        CHECK(padded >= size);
        CHECK(padded - size <= size / 100 * 12 + 12);
        CHECK(padded_object_size(padded) == padded);
        CHECK(padded >= before);
        before = padded;
    }
}

TEST_CASE("every bundle size is a multiple of 512", "[padme]") {
    std::set<std::uint64_t> seen;
    for (std::uint64_t size = 0; size < 300000; size += 97) {
        const std::uint64_t padded = padded_bundle_size(size);
        CHECK(padded % 512 == 0);
        seen.insert(padded);
    }
    CHECK(seen.size() < 150);
}

TEST_CASE("a size that no file has is refused instead of wrapping round", "[padme]") {
    CHECK(padded_object_size(std::uint64_t{1} << 62) == std::uint64_t{1} << 62);
    CHECK_THROWS_AS(padded_object_size((std::uint64_t{1} << 62) + 1), kua::Error);
    CHECK_THROWS_AS(padded_bundle_size(~std::uint64_t{0}), kua::Error);
}
