// Randomness that a seed replays, on every machine alike. Not for secrets: who knows the seed knows
// all of it. Never linked into a release build.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "vault/base/random.h"

namespace kua::testing {

// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). Safe from
// any thread; for one history per seed, though, only one thread may use it.
class SeededRandom final : public base::Random {
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

    // The bytes do not depend on how they are cut into calls.
    void fill(base::MutableByteView out) override;

    std::uint64_t next() {
        const std::lock_guard lock(mutex_);
        return next_word();
    }

    // From 0 to `bound` - 1, near enough to evenly for tests. `bound` is not 0.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }

    bool one_in(std::uint64_t bound) { return below(bound) == 0; }

    base::Bytes bytes(std::size_t count) {
        base::Bytes bytes(count);
        fill(bytes);
        return bytes;
    }

private:
    std::uint64_t next_word() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    std::mutex mutex_;
    std::uint64_t state_;
    std::array<std::byte, 8> word_{};
    std::size_t left_ = 0;  // bytes at the end of word_
};

}  // namespace kua::testing
