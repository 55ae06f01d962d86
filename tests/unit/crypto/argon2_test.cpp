#include "vault/crypto/argon2.h"

#include <limits>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/unit/crypto/hex_literal.h"
#include "vault/crypto/compare.h"

namespace kua::crypto {
namespace {

using base::bytes_of;
using testing::code_of;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr Argon2Cost kCheap{64 * 1024, 1};
const std::array<std::byte, 16> kSalt = counting_from<16>(0);

PassphraseKey derive(std::string_view passphrase, const Argon2Cost& cost = kCheap) {
    return derive_passphrase_key(SecretBytes::copy_of(bytes_of(passphrase)), kSalt, cost);
}

// A clock that each look moves on.
class SteppingClock final : public base::Clock {
public:
    explicit SteppingClock(std::uint64_t step_ns) : step_ns_(step_ns) {}
    std::int64_t unix_time_ns() const override { return 0; }
    int utc_offset_minutes(std::int64_t) const override { return 0; }
    std::uint64_t steady_ns() const override { return now_ns_ += step_ns_; }

private:
    std::uint64_t step_ns_;
    mutable std::uint64_t now_ns_ = 0;
};

// Computed by OpenSSL's Argon2id.
TEST_CASE("the key from a passphrase never changes", "[crypto]") {
    const PassphraseKey derived = derive("correct horse", {256 * 1024, 3});
    CHECK(equal(derived.key.expose(),
                hex("928e845e2b0856fa38132425b2bb84d01eb207423aa1d9e72d4f33608481c2e5")));
    CHECK(equal(derived.commitment,
                hex("1208ec6b8ae94a301b5dc35040a5f15986f8c572311b468a044fc517438584dc")));
}

TEST_CASE("passphrase, salt and each cost change both halves", "[crypto]") {
    const PassphraseKey reference = derive("correct horse");
    auto other_salt = kSalt;
    other_salt[15] ^= std::byte{1};
    const PassphraseKey others[] = {
        derive("correct horsf"), derive(""), derive("correct horse", {128 * 1024, 1}),
        derive("correct horse", {64 * 1024, 2}),
        derive_passphrase_key(SecretBytes::copy_of(bytes_of("correct horse")), other_salt, kCheap)};
    for (const PassphraseKey& other : others) {
        CHECK_FALSE(equal(other.key.expose(), reference.key.expose()));
        CHECK_FALSE(equal(other.commitment, reference.commitment));
    }
    CHECK_FALSE(equal(reference.key.expose(), reference.commitment));
}

TEST_CASE("a cost out of bounds is refused before it costs anything [T45]", "[crypto]") {
    constexpr std::uint64_t kGiB = 1024 * kMiB;
    const Argon2Cost bad[] = {{2 * kGiB + 1024, 1},
                              {std::numeric_limits<std::uint64_t>::max(), 1},
                              {4096 * kGiB, 4},
                              {kMiB, 0},
                              {kMiB, 17},
                              {kMiB, std::numeric_limits<std::uint32_t>::max()},
                              {0, 1},
                              {4 * 1024, 1},
                              {kMiB + 1, 1}};
    for (const Argon2Cost& cost : bad) {
        CHECK_FALSE(within_caps(cost));
        CHECK(code_of([&] { return derive("x", cost); }) == ErrorCode::kDamaged);
    }
    CHECK(within_caps({2 * kGiB, 16}));
    CHECK(within_caps({8 * 1024, 1}));
}

TEST_CASE("calibration fills the time on any device", "[crypto]") {
    for (std::uint64_t trial_ms = 1; trial_ms < 5000; ++trial_ms) {
        for (const MemoryUse use : {MemoryUse::kNormal, MemoryUse::kLow}) {
            const std::uint64_t least_memory = use == MemoryUse::kLow ? 64 * kMiB : 256 * kMiB;
            const Argon2Cost cost = choose_argon2_cost(trial_ms * 1'000'000, use);
            REQUIRE(within_caps(cost));
            REQUIRE(cost.passes >= 3);
            REQUIRE(cost.memory_bytes >= least_memory);
            REQUIRE((use == MemoryUse::kNormal || cost.memory_bytes == least_memory));
            const std::uint64_t expected_ms =
                trial_ms * (cost.memory_bytes / least_memory) * cost.passes / 3;
            const bool at_least = cost == Argon2Cost{least_memory, 3};
            REQUIRE((expected_ms >= 900 || cost.passes == 16));
            REQUIRE((expected_ms <= 1'250 || at_least));
        }
    }
}

TEST_CASE("a clock that stands still or jumps gives a cost within the caps", "[crypto]") {
    CHECK(within_caps(choose_argon2_cost(0, MemoryUse::kNormal)));
    CHECK(choose_argon2_cost(std::numeric_limits<std::uint64_t>::max(), MemoryUse::kNormal) ==
          Argon2Cost{256 * kMiB, 3});
}

TEST_CASE("calibration measures by the given clock", "[crypto]") {
    CHECK(calibrate_argon2(SteppingClock{2'000'000'000}, MemoryUse::kLow) ==
          Argon2Cost{64 * kMiB, 3});
    CHECK(calibrate_argon2(SteppingClock{375'000'000}, MemoryUse::kLow) ==
          Argon2Cost{64 * kMiB, 10});
}

}  // namespace
}  // namespace kua::crypto
