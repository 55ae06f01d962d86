// Lengths of time as ISO 8601 writes them, for tolerances (PT1H: one hour either way) and for how
// far a clock was off (-PT4H12M). Read are weeks alone (P2W), or days, hours, minutes and seconds
// in this order, with any left out (P1DT12H, PT90M), each with up to 9 digits and no fraction,
// after a
// '-' if negative (ISO 8601-2). Years and months have no fixed length, so they are not read.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kua::format {

// In seconds; for what somebody typed: throws kUsage with what to write instead.
std::int64_t parse_duration(std::string_view text);
// For what others have recorded, where a text that is none is kept and shown as it is.
std::optional<std::int64_t> find_duration(std::string_view text);

}  // namespace kua::format
