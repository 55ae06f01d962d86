// When something happened, as people and devices claim it: EDTF (ISO 8601-2, Annex A), levels 0 and
// 1, with the calendar of ISO 8601-1 (Gregorian, also before it existed). Read are
//   2017-11-23T15:04:31+05:00   a second, with its offset from UTC (also Z and +05)
//   2017-11-23  2017-11  2017   a day, month, year
//   2017-11-XX  2017-XX  2017-XX-XX  201X  20XX   digits nobody knows
//   2017-21 .. 2017-24          a season: spring, summer, autumn, winter
//   2017-05~ 2017? 201X%        any of these dates: approximate, uncertain, both
//   2017-11-23/2017-11-26~      an interval of days, months, years or seasons; a side may be ".."
//                               (open) or empty (not known), not both
// and nothing else. Left out of level 1: negative years and years over 9999. A time of day without
// offset names no moment: people are asked for it, of devices that know none it is read
// (find_edtf). The text is kept as written, never rewritten. Source: "Extended Date/Time Format
// (EDTF) Specification", Library of Congress, 2019-02-04.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kua::format {

// From the earliest to the latest second that is meant, both included, as a calendar and clock in
// the zone of the text show them: counted from 1970-01-01T00:00:00 there, without leap seconds.
// Nothing where a side is open or not known.
struct TimeSpan {
    std::optional<std::int64_t> earliest_s;
    std::optional<std::int64_t> latest_s;
    // How many minutes that zone is ahead of UTC; nothing for days, months and so on and for a
    // second without offset, which are those of whatever place is meant.
    std::optional<int> utc_offset_minutes;
    bool operator==(const TimeSpan&) const = default;

    // The same seconds since 1970-01-01T00:00:00Z, for sorting; without offset taken as if in UTC.
    std::optional<std::int64_t> earliest_utc_s() const;
    std::optional<std::int64_t> latest_utc_s() const;
};

enum class EdtfKind : std::uint8_t { kSecond, kDate, kInterval };

struct Edtf {
    std::string text;
    EdtfKind kind = EdtfKind::kDate;
    // Unknown digits span all their values; `~` and `%` widen by one unit of the last part that is
    // written in digits (a day, month, year, decade, century) on both sides; `?` does not. No
    // hemisphere is known, so a season spans its year and two months on either side.
    TimeSpan span;
};

constexpr std::size_t kMaxEdtfBytes = 64;

// For what somebody typed: throws kUsage with what to write instead.
Edtf parse_edtf(std::string_view text);
// For what others and devices have recorded, also a second without offset (2017-11-23T15:04:31), in
// the zone of whatever place is meant; a text that is no date is kept and shown as it is.
std::optional<Edtf> find_edtf(std::string_view text);

// `span` with a tolerance to both sides, "about three o'clock" being a second and PT1H. A negative
// tolerance is a bug (kBug).
TimeSpan widen(const TimeSpan& span, std::int64_t tolerance_s);

// Whether some moment may lie in both. Two spans with offsets are compared in UTC; otherwise days
// count in the zone written in the one that has an offset.
bool overlap(const TimeSpan& one, const TimeSpan& other);

// `captured` -> `captured_day`: the day of a second in its own zone; every other text as it is.
std::string coarsen_to_day(const Edtf& edtf);

// The second `unix_time_s` as shown by a clock `utc_offset_minutes` ahead of UTC, as EDTF; with "Z"
// if the offset is 0. Nothing outside years 0000 to 9999 or for an offset of a day or more, which
// file systems and environments can both claim.
std::optional<std::string> format_edtf(std::int64_t unix_time_s, int utc_offset_minutes);

}  // namespace kua::format
