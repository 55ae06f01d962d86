// Where something is in a recording: HH:MM:SS.mmm, as WebVTT writes it (there the hours may be left
// out) and SubRip (with a comma).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kua::format {

constexpr std::uint64_t kMaxTimecodeMs = std::uint64_t{100} * 60 * 60 * 1000 - 1;

// In milliseconds; nothing if the text is none, or past 99 hours.
std::optional<std::uint64_t> parse_timecode(std::string_view text);
std::string write_timecode(std::uint64_t milliseconds);

struct TimeRange {
    std::uint64_t start_ms = 0;
    std::uint64_t end_ms = 0;  // not before start
    bool operator==(const TimeRange&) const = default;
};

}  // namespace kua::format
