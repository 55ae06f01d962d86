// Time as a seam: nothing in kua reads the system's clock but through this interface, so tests can
// let it stand still, jump or lie. No decision depends on it; wall time is only ever *claimed*.
#pragma once

#include <cstdint>

namespace kua::base {

class Clock {
public:
    virtual ~Clock() = default;
    // Wall time in nanoseconds since 1970-01-01T00:00:00Z, as the device claims it.
    virtual std::int64_t unix_time_ns() const = 0;
    // Minutes that local time is ahead of UTC at `unix_time_ns`, as the device claims.
    virtual int utc_offset_minutes(std::int64_t unix_time_ns) const = 0;
    // Nanoseconds since some fixed point, never going back: for rates and calibration.
    virtual std::uint64_t steady_ns() const = 0;
};

// The device's clock. Lives as long as the process; safe from any thread.
Clock& system_clock();

}  // namespace kua::base
