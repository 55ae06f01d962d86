// The real clock and the real randomness, and their stand-ins.
#include <algorithm>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/fake_clock.h"
#include "tests/support/seeded_random.h"
#include "vault/base/clock.h"
#include "vault/base/random.h"

namespace kua::base {
namespace {

TEST_CASE("the system's clock knows the century and never runs back", "[base][clock]") {
    constexpr std::int64_t kYear2017 = 1'483'228'800'000'000'000;
    CHECK(system_clock().unix_time_ns() > kYear2017);
    std::uint64_t last = system_clock().steady_ns();
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t now = system_clock().steady_ns();
        REQUIRE(now >= last);
        last = now;
    }
}

TEST_CASE("offsets from UTC are those of a place on earth", "[base][clock]") {
    for (const std::int64_t time : {std::int64_t{-1}, std::int64_t{0}, testing::kFakeNow,
                                    std::int64_t{-9'000'000'000'000'000'000}}) {
        const int minutes = system_clock().utc_offset_minutes(time);
        CHECK(std::abs(minutes) <= 24 * 60);
    }
}

TEST_CASE("the fake clock moves only when told to", "[base][clock]") {
    testing::FakeClock clock;
    CHECK(clock.unix_time_ns() == testing::kFakeNow);
    const std::uint64_t steady = clock.steady_ns();
    clock.advance_ns(5);
    CHECK(clock.unix_time_ns() == testing::kFakeNow + 5);
    clock.set_unix_time_ns(7);
    CHECK(clock.unix_time_ns() == 7);
    CHECK(clock.steady_ns() == steady + 5);
}

TEST_CASE("the system's randomness fills everything and does not repeat", "[base][random]") {
    Bytes large(1 << 20);
    system_random().fill(large);
    for (std::size_t at = 0; at < large.size(); at += 4096) {
        const ByteView block = ByteView{large}.subspan(at, 4096);
        REQUIRE(std::ranges::count(block, std::byte{0}) < 200);
    }
    std::set<Bytes> seen;
    for (int i = 0; i < 1000; ++i) {
        Bytes nonce(16);
        system_random().fill(nonce);
        seen.insert(nonce);
    }
    CHECK(seen.size() == 1000);
    system_random().fill({});
}

TEST_CASE("a seed replays the same bytes, however they are asked for", "[base][random]") {
    testing::SeededRandom whole(7);
    testing::SeededRandom parts(7);
    const Bytes expected = whole.bytes(100);
    Bytes joined = parts.bytes(1);
    append(joined, parts.bytes(13));
    append(joined, parts.bytes(86));
    CHECK(joined == expected);
    CHECK(testing::SeededRandom(8).bytes(100) != expected);
    CHECK(testing::SeededRandom(0).next() == 0xe220a8397b1dcdaf);
}

}  // namespace
}  // namespace kua::base
