#include <ctime>

#include "vault/base/check.h"
#include "vault/base/clock.h"

namespace kua::base {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

std::int64_t read_clock(clockid_t which) {
    timespec now{};
    KUA_CHECK(::clock_gettime(which, &now) == 0);
    return now.tv_sec * kSecond + now.tv_nsec;
}

class SystemClock final : public Clock {
public:
    SystemClock() { ::tzset(); }  // localtime_r need not read the time zone by itself

    std::int64_t unix_time_ns() const override { return read_clock(CLOCK_REALTIME); }

    int utc_offset_minutes(std::int64_t unix_time_ns) const override {
        const std::int64_t floor = unix_time_ns / kSecond - (unix_time_ns % kSecond < 0 ? 1 : 0);
        const std::time_t seconds{floor};
        std::tm local{};
        KUA_CHECK(::localtime_r(&seconds, &local) != nullptr);
        return static_cast<int>(local.tm_gmtoff / 60);
    }

    std::uint64_t steady_ns() const override {
        return static_cast<std::uint64_t>(read_clock(CLOCK_MONOTONIC));
    }
};

}  // namespace

Clock& system_clock() {
    static SystemClock clock;
    return clock;
}

}  // namespace kua::base
