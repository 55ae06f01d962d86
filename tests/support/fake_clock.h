// A clock that stands still until it is told to move. Safe from any thread.
#pragma once

#include <atomic>
#include <cstdint>

#include "vault/base/clock.h"

namespace kua::testing {

// 2017-11-23T09:12:00Z, so that dates in tests look like dates.
inline constexpr std::int64_t kFakeNow = 1'511'428'320'000'000'000;

class FakeClock final : public base::Clock {
public:
    explicit FakeClock(std::int64_t unix_time_ns = kFakeNow, int utc_offset_minutes = 360)
        : unix_time_ns_(unix_time_ns), utc_offset_minutes_(utc_offset_minutes) {}

    std::int64_t unix_time_ns() const override { return unix_time_ns_; }
    int utc_offset_minutes(std::int64_t) const override { return utc_offset_minutes_; }
    std::uint64_t steady_ns() const override { return steady_ns_; }

    // Both clocks move on.
    void advance_ns(std::uint64_t by_ns) {
        unix_time_ns_ += static_cast<std::int64_t>(by_ns);
        steady_ns_ += by_ns;
    }
    // Wall time jumps, also back; steady time does not.
    void set_unix_time_ns(std::int64_t unix_time_ns) { unix_time_ns_ = unix_time_ns; }
    void set_utc_offset_minutes(int minutes) { utc_offset_minutes_ = minutes; }

private:
    std::atomic<std::int64_t> unix_time_ns_;
    std::atomic<std::uint64_t> steady_ns_{1};
    std::atomic<int> utc_offset_minutes_;
};

}  // namespace kua::testing
