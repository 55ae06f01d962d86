// When kua shell locks by itself: nobody typed for so long, or the machine was suspended.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "cli/terminal.h"

namespace kua::cli {

enum class TimeToLock : std::uint8_t { kNo, kIdle, kSuspended };

// Reads no clock itself: every reading is handed in.
class IdleWatch {
public:
    IdleWatch(std::uint64_t idle_ms, const ClockReading& now) noexcept;

    // Somebody typed, or a command ended. A suspension that wasn't looked for yet is not forgotten.
    void active(const ClockReading& now) noexcept;
    // Once it is time it stays so.
    TimeToLock look(const ClockReading& now) noexcept;

private:
    std::uint64_t idle_ms_;
    std::uint64_t active_ms_;
    std::uint64_t suspended_ms_;
    TimeToLock found_ = TimeToLock::kNo;
};

// "10" (minutes), "PT30M", "PT1H30M", "PT45S": one second to a day, in milliseconds; nothing for
// anything else.
std::optional<std::uint64_t> parse_idle_time(std::string_view typed) noexcept;

}  // namespace kua::cli
