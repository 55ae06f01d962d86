#include "cli/idle_watch.h"

#include <algorithm>
#include <charconv>

namespace kua::cli {
namespace {

// The two clocks are read one after the other, so they may differ by a little without a suspension.
constexpr std::uint64_t kNoticedMs = 1000;
constexpr std::uint64_t kSecondMs = 1000;
constexpr std::uint64_t kMinuteMs = 60 * kSecondMs;
constexpr std::uint64_t kHourMs = 60 * kMinuteMs;
constexpr std::uint64_t kLongestMs = 24 * kHourMs;

std::uint64_t suspended_ms(const ClockReading& now) noexcept {
    return now.elapsed_ms - std::min(now.elapsed_ms, now.awake_ms);
}

// A number at the front of `text`, which loses it. At most six digits, so sums don't overflow.
std::optional<std::uint64_t> take_number(std::string_view& text) noexcept {
    std::uint64_t number = 0;
    const std::string_view front = text.substr(0, 6);
    const auto [end, error] = std::from_chars(front.data(), front.data() + front.size(), number);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - front.data()));
    return number;
}

std::optional<std::uint64_t> parse_iso(std::string_view text) noexcept {
    std::uint64_t total = 0;
    std::string_view units = "HMS";
    while (!text.empty()) {
        const std::optional<std::uint64_t> number = take_number(text);
        const std::size_t unit = text.empty() ? text.npos : units.find(text.front());
        if (!number || unit == text.npos) {
            return std::nullopt;
        }
        const char name = text.front();
        total += *number * (name == 'H' ? kHourMs : name == 'M' ? kMinuteMs : kSecondMs);
        units.remove_prefix(unit + 1);
        text.remove_prefix(1);
    }
    return total;
}

}  // namespace

IdleWatch::IdleWatch(std::uint64_t idle_ms, const ClockReading& now) noexcept
    : idle_ms_(idle_ms), active_ms_(now.awake_ms), suspended_ms_(cli::suspended_ms(now)) {}

void IdleWatch::active(const ClockReading& now) noexcept {
    active_ms_ = now.awake_ms;
}

TimeToLock IdleWatch::look(const ClockReading& now) noexcept {
    if (found_ == TimeToLock::kNo) {
        if (cli::suspended_ms(now) >= suspended_ms_ + kNoticedMs) {
            found_ = TimeToLock::kSuspended;
        } else if (now.awake_ms >= active_ms_ + idle_ms_) {
            found_ = TimeToLock::kIdle;
        }
    }
    return found_;
}

std::optional<std::uint64_t> parse_idle_time(std::string_view typed) noexcept {
    std::optional<std::uint64_t> parsed;
    if (typed.starts_with("PT") && typed.size() > 2) {
        parsed = parse_iso(typed.substr(2));
    } else if (const auto minutes = take_number(typed); minutes && typed.empty()) {
        parsed = *minutes * kMinuteMs;
    }
    if (!parsed || *parsed < kSecondMs || *parsed > kLongestMs) {
        return std::nullopt;
    }
    return parsed;
}

}  // namespace kua::cli
