#include "vault/format/edtf.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <variant>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/base/parse.h"
#include "vault/base/utf8.h"

namespace kua::format {
namespace {

constexpr std::int64_t kDaySeconds = 86400;
constexpr std::string_view kWriteInstead = "write 2017-11-23, 2017-11-23? or 2017-11-23/2017-11-26";

// Why a text is not read, as advice to whoever typed it.
struct Refusal {
    std::string_view advice = kWriteInstead;
};
template <class Value>
using OrRefusal = std::variant<Value, Refusal>;

// The part of a date that `~` and `%` widen by.
enum class Unit : std::uint8_t { kDay, kMonth, kYear, kDecade, kCentury };

// One date: first and last day (days since 1970), before any widening.
struct DateRange {
    std::chrono::sys_days first;
    std::chrono::sys_days last;
    Unit unit = Unit::kDay;
    bool approximate = false;
    bool has_unknown_digits = false;
};

// Two or four digits; nothing for anything else. Leading zeros belong to the format.
std::optional<int> digits_of(std::string_view text) {
    int value = 0;
    for (const char c : text) {
        if (!base::is_ascii_digit(c)) {
            return std::nullopt;
        }
        value = value * 10 + (c - '0');
    }
    return value;
}

std::chrono::sys_days first_of(std::chrono::year_month month) {
    return std::chrono::sys_days{month / 1};
}

std::chrono::sys_days last_of(std::chrono::year_month month) {
    return std::chrono::sys_days{month / std::chrono::last};
}

DateRange months(std::chrono::year_month first, std::chrono::year_month last, Unit unit) {
    return {.first = first_of(first), .last = last_of(last), .unit = unit};
}

DateRange years(int first, int last, Unit unit) {
    return months(std::chrono::year{first} / 1, std::chrono::year{last} / 12, unit);
}

// YYYY, YYYX or YYXX, alone.
OrRefusal<DateRange> read_year(std::string_view text) {
    const std::size_t unknown = text.ends_with("XX") ? 2 : text.ends_with('X') ? 1 : 0;
    const std::optional<int> known = digits_of(text.substr(0, 4 - unknown));
    if (text.size() != 4 || !known) {
        return Refusal{};
    }
    constexpr std::array kUnits{Unit::kYear, Unit::kDecade, Unit::kCentury};
    constexpr std::array kYears{1, 10, 100};
    const int first = *known * kYears.at(unknown);
    DateRange range = years(first, first + kYears.at(unknown) - 1, kUnits.at(unknown));
    range.has_unknown_digits = unknown > 0;
    return range;
}

// What follows a year of four digits and '-': MM, XX, XX-XX, a season, MM-DD or MM-XX.
OrRefusal<DateRange> read_in_year(int year_number, std::string_view text) {
    const std::chrono::year year{year_number};
    const std::string_view month_text = text.substr(0, 2);
    const std::string_view day_text = text.size() == 5 && text[2] == '-' ? text.substr(3) : "";
    if (text == "XX" || text == "XX-XX") {
        DateRange range = years(year_number, year_number, Unit::kYear);
        range.has_unknown_digits = true;
        return range;
    }
    const std::optional<int> number = digits_of(month_text);
    if (month_text.size() != 2 || !number || (text.size() != 2 && day_text.empty())) {
        return Refusal{};
    }
    if (*number >= 21 && *number <= 24 && text.size() == 2) {
        // Spring somewhere is never more than two months outside the year that it is named for.
        return months(year / 1 - std::chrono::months{2}, year / 12 + std::chrono::months{2},
                      Unit::kMonth);
    }
    if (*number < 1 || *number > 12) {
        return Refusal{"months run from 01 to 12"};
    }
    const std::chrono::year_month month = year / std::chrono::month{static_cast<unsigned>(*number)};
    if (day_text.empty()) {
        return months(month, month, Unit::kMonth);
    }
    if (day_text == "XX") {
        DateRange range = months(month, month, Unit::kMonth);
        range.has_unknown_digits = true;
        return range;
    }
    const std::optional<int> day = digits_of(day_text);
    if (!day) {
        return Refusal{};
    }
    const std::chrono::year_month_day date = month / std::chrono::day{static_cast<unsigned>(*day)};
    if (!date.ok()) {
        return Refusal{"that month has no such day"};
    }
    return DateRange{.first = date, .last = date};
}

// A date with its qualifier, if it has one.
OrRefusal<DateRange> read_date(std::string_view text) {
    const char qualifier = text.empty() ? '\0' : text.back();
    const bool approximate = qualifier == '~' || qualifier == '%';
    if (approximate || qualifier == '?') {
        text.remove_suffix(1);
    }
    if (text.starts_with('Y') || text.starts_with('-')) {
        return Refusal{"kua reads years 0000 to 9999"};
    }
    OrRefusal<DateRange> read = Refusal{};
    if (text.size() == 4) {
        read = read_year(text);
    } else if (text.size() > 5 && text[4] == '-') {
        if (const std::optional<int> year = digits_of(text.substr(0, 4))) {
            read = read_in_year(*year, text.substr(5));
        }
    }
    if (DateRange* range = std::get_if<DateRange>(&read)) {
        range->approximate = approximate;
    }
    return read;
}

// The first day of `range`, one unit earlier if it is approximate, or the last, one unit later.
std::chrono::sys_days widened_day(const DateRange& range, std::chrono::sys_days day, int sign) {
    if (!range.approximate) {
        return day;
    }
    if (range.unit == Unit::kDay) {
        return day + std::chrono::days{sign};
    }
    const std::chrono::year_month_day date{day};
    int months = sign;
    if (range.unit == Unit::kYear) {
        months *= 12;
    } else if (range.unit == Unit::kDecade) {
        months *= 120;
    } else if (range.unit == Unit::kCentury) {
        months *= 1200;
    }
    const std::chrono::year_month month = date.year() / date.month() + std::chrono::months{months};
    return sign < 0 ? first_of(month) : last_of(month);
}

std::int64_t earliest_second(const DateRange& range) {
    return widened_day(range, range.first, -1).time_since_epoch().count() * kDaySeconds;
}

std::int64_t latest_second(const DateRange& range) {
    const std::chrono::sys_days day = widened_day(range, range.last, 1);
    return day.time_since_epoch().count() * kDaySeconds + kDaySeconds - 1;
}

// Z, +HH or +HH:MM (or with '-'), in minutes ahead of UTC.
std::optional<int> read_offset(std::string_view text) {
    if (text == "Z") {
        return 0;
    }
    if ((text.size() != 3 && text.size() != 6) || (text[0] != '+' && text[0] != '-')) {
        return std::nullopt;
    }
    const std::optional<int> hours = digits_of(text.substr(1, 2));
    const std::optional<int> minutes = text.size() == 3 ? 0 : digits_of(text.substr(4));
    if (!hours || *hours > 23 || !minutes || *minutes > 59 ||
        (text.size() == 6 && text[3] != ':')) {
        return std::nullopt;
    }
    const int total = *hours * 60 + *minutes;
    if (text[0] == '+') {
        return total;
    }
    return total == 0 ? std::nullopt : std::optional{-total};  // ISO 8601 has no -00:00
}

// YYYY-MM-DDThh:mm:ss and an offset.
OrRefusal<TimeSpan> read_second(std::string_view text) {
    constexpr std::size_t kUpToSeconds = 19;
    constexpr std::string_view kWriteTime = "write 2017-11-23T15:04:31+05:00";
    if (text.size() < kUpToSeconds || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
        return Refusal{kWriteTime};
    }
    const OrRefusal<DateRange> date = read_date(text.substr(0, 10));
    if (const Refusal* refusal = std::get_if<Refusal>(&date)) {
        return *refusal;
    }
    const DateRange& day = std::get<DateRange>(date);
    const std::optional<int> hour = digits_of(text.substr(11, 2));
    const std::optional<int> minute = digits_of(text.substr(14, 2));
    const std::optional<int> second = digits_of(text.substr(17, 2));
    if (day.unit != Unit::kDay || day.approximate || !hour || !minute || !second) {
        return Refusal{kWriteTime};
    }
    if (*hour > 23 || *minute > 59 || *second > 59) {
        return Refusal{"times run from 00:00:00 to 23:59:59"};
    }
    const std::string_view offset_text = text.substr(kUpToSeconds);
    const std::optional<int> offset = read_offset(offset_text);
    if (offset_text.empty()) {
        return Refusal{"say how far the clock was ahead of UTC: 2017-11-23T15:04:31+05:00"};
    }
    if (!offset) {
        return Refusal{std::string_view{"?~%"}.find(offset_text.back()) == std::string_view::npos
                           ? kWriteTime
                           : "a time of day takes no ?, ~ or %; give a tolerance, PT1H"};
    }
    const std::int64_t at = earliest_second(day) + *hour * 3600 + *minute * 60 + *second;
    return TimeSpan{at, at, offset};
}

// One side of an interval; nothing for an open or unknown one.
OrRefusal<std::optional<DateRange>> read_side(std::string_view text) {
    if (text.empty() || text == "..") {
        return std::optional<DateRange>{};
    }
    if (text.find('T') != std::string_view::npos) {
        return Refusal{"intervals know no time of day; write 2017-11-23/2017-11-26"};
    }
    const OrRefusal<DateRange> date = read_date(text);
    if (const Refusal* refusal = std::get_if<Refusal>(&date)) {
        return *refusal;
    }
    if (std::get<DateRange>(date).has_unknown_digits) {
        return Refusal{"intervals take no X; write 2017-11/2017-12"};
    }
    return std::get<DateRange>(date);
}

OrRefusal<TimeSpan> read_interval(std::string_view first_text, std::string_view last_text) {
    const auto first_side = read_side(first_text);
    if (const Refusal* refusal = std::get_if<Refusal>(&first_side)) {
        return *refusal;
    }
    const auto last_side = read_side(last_text);
    if (const Refusal* refusal = std::get_if<Refusal>(&last_side)) {
        return *refusal;
    }
    const auto& first = std::get<std::optional<DateRange>>(first_side);
    const auto& last = std::get<std::optional<DateRange>>(last_side);
    if (!first && !last) {
        return Refusal{"an interval needs at least one date"};
    }
    if (first && last && first->first > last->last) {
        return Refusal{"the interval ends before it begins"};
    }
    TimeSpan span;
    if (first) {
        span.earliest_s = earliest_second(*first);
    }
    if (last) {
        span.latest_s = latest_second(*last);
    }
    return span;
}

OrRefusal<Edtf> read_edtf(std::string_view text) {
    if (text.empty() || text.size() > kMaxEdtfBytes) {
        return Refusal{};
    }
    EdtfKind kind = EdtfKind::kDate;
    OrRefusal<TimeSpan> span = Refusal{};
    const std::size_t slash = text.find('/');
    if (slash != std::string_view::npos) {
        kind = EdtfKind::kInterval;
        span = read_interval(text.substr(0, slash), text.substr(slash + 1));
    } else if (text.size() > 10 && text[10] == 'T') {
        kind = EdtfKind::kSecond;
        span = read_second(text);
    } else {
        const OrRefusal<DateRange> date = read_date(text);
        if (const Refusal* refusal = std::get_if<Refusal>(&date)) {
            return *refusal;
        }
        const DateRange& range = std::get<DateRange>(date);
        span = TimeSpan{earliest_second(range), latest_second(range), std::nullopt};
    }
    if (const Refusal* refusal = std::get_if<Refusal>(&span)) {
        return *refusal;
    }
    return Edtf{std::string{text}, kind, std::get<TimeSpan>(span)};
}

std::string shown(std::string_view text) {
    return text.size() <= kMaxEdtfBytes ? base::quoted(text) : "so long a text";
}

std::optional<std::int64_t> to_utc(std::optional<std::int64_t> wall_s, std::optional<int> offset) {
    return wall_s ? std::optional{*wall_s - std::int64_t{60} * offset.value_or(0)} : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> TimeSpan::earliest_utc_s() const {
    return to_utc(earliest_s, utc_offset_minutes);
}

std::optional<std::int64_t> TimeSpan::latest_utc_s() const {
    return to_utc(latest_s, utc_offset_minutes);
}

Edtf parse_edtf(std::string_view text) {
    OrRefusal<Edtf> read = read_edtf(text);
    if (const Refusal* refusal = std::get_if<Refusal>(&read)) {
        throw Error{ErrorCode::kUsage,
                    shown(text) + " is not a date kua reads; " + std::string{refusal->advice}};
    }
    return std::get<Edtf>(std::move(read));
}

std::optional<Edtf> find_edtf(std::string_view text) {
    OrRefusal<Edtf> read = read_edtf(text);
    return std::holds_alternative<Edtf>(read) ? std::optional{std::get<Edtf>(std::move(read))}
                                              : std::nullopt;
}

TimeSpan widen(const TimeSpan& span, std::int64_t tolerance_s) {
    KUA_CHECK(tolerance_s >= 0);
    TimeSpan wide = span;
    if (wide.earliest_s) {
        *wide.earliest_s -= tolerance_s;
    }
    if (wide.latest_s) {
        *wide.latest_s += tolerance_s;
    }
    return wide;
}

bool overlap(const TimeSpan& one, const TimeSpan& other) {
    const bool in_utc = one.utc_offset_minutes && other.utc_offset_minutes;
    const auto not_after = [](std::optional<std::int64_t> early, std::optional<std::int64_t> late) {
        return !early || !late || *early <= *late;
    };
    if (in_utc) {
        return not_after(one.earliest_utc_s(), other.latest_utc_s()) &&
               not_after(other.earliest_utc_s(), one.latest_utc_s());
    }
    return not_after(one.earliest_s, other.latest_s) && not_after(other.earliest_s, one.latest_s);
}

std::string coarsen_to_day(const Edtf& edtf) {
    return edtf.kind == EdtfKind::kSecond ? edtf.text.substr(0, 10) : edtf.text;
}

std::optional<std::string> format_edtf(std::int64_t unix_time_s, int utc_offset_minutes) {
    // 0000-01-01 and 9999-12-31, a day inwards, so that no offset leaves the years that EDTF has.
    constexpr std::int64_t kFirst_s = -62167132800;
    constexpr std::int64_t kLast_s = 253402214399;
    constexpr int kDayMinutes = 1440;
    if (unix_time_s < kFirst_s || unix_time_s > kLast_s || utc_offset_minutes <= -kDayMinutes ||
        utc_offset_minutes >= kDayMinutes) {
        return std::nullopt;
    }
    const std::chrono::sys_seconds shown_at{
        std::chrono::seconds{unix_time_s + std::int64_t{60} * utc_offset_minutes}};
    const auto day = std::chrono::floor<std::chrono::days>(shown_at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{shown_at - day};
    const auto padded = [](std::int64_t number, std::size_t digits) {
        const std::string text = std::to_string(number);
        return std::string(digits - text.size(), '0') + text;
    };
    std::string text = padded(static_cast<int>(date.year()), 4) + "-" +
                       padded(static_cast<unsigned>(date.month()), 2) + "-" +
                       padded(static_cast<unsigned>(date.day()), 2) + "T" +
                       padded(time.hours().count(), 2) + ":" + padded(time.minutes().count(), 2) +
                       ":" + padded(time.seconds().count(), 2);
    if (utc_offset_minutes == 0) {
        return text + "Z";
    }
    const int minutes = std::abs(utc_offset_minutes);
    return text + (utc_offset_minutes < 0 ? "-" : "+") + padded(minutes / 60, 2) + ":" +
           padded(minutes % 60, 2);
}

}  // namespace kua::format
