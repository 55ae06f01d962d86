#include "vault/format/edtf.h"

#include <chrono>
#include <cstdlib>
#include <variant>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/base/parse.h"
#include "vault/base/utf8.h"
#include "vault/format/edtf_date.h"

namespace kua::format {
namespace {

// Z, +HH or +HH:MM (or with '-'), in minutes ahead of UTC.
std::optional<int> read_offset(std::string_view text) {
    if (text == "Z") {
        return 0;
    }
    if ((text.size() != 3 && text.size() != 6) || (text[0] != '+' && text[0] != '-')) {
        return std::nullopt;
    }
    const std::optional<int> hours = edtf_digits(text.substr(1, 2));
    const std::optional<int> minutes = text.size() == 3 ? 0 : edtf_digits(text.substr(4));
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

// Whether a second may come without its offset. Who types one is asked for it; a device that had
// none left it out.
enum class Offset : std::uint8_t { kNeeded, kOptional };

// YYYY-MM-DDThh:mm:ss and an offset.
OrRefusal<TimeSpan> read_second(std::string_view text, Offset need) {
    constexpr std::size_t kUpToSeconds = 19;
    constexpr std::string_view kWriteTime = "write 2017-11-23T15:04:31+05:00";
    if (text.size() < kUpToSeconds || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
        return EdtfRefusal{kWriteTime};
    }
    const OrRefusal<EdtfDate> date = read_edtf_date(text.substr(0, 10));
    if (const EdtfRefusal* refusal = std::get_if<EdtfRefusal>(&date)) {
        return *refusal;
    }
    const EdtfDate& day = std::get<EdtfDate>(date);
    const std::optional<int> hour = edtf_digits(text.substr(11, 2));
    const std::optional<int> minute = edtf_digits(text.substr(14, 2));
    const std::optional<int> second = edtf_digits(text.substr(17, 2));
    if (day.unit != EdtfUnit::kDay || day.approximate || !hour || !minute || !second) {
        return EdtfRefusal{kWriteTime};
    }
    if (*hour > 23 || *minute > 59 || *second > 59) {
        return EdtfRefusal{"times run from 00:00:00 to 23:59:59"};
    }
    const std::int64_t at = earliest_second(day) + *hour * 3600 + *minute * 60 + *second;
    const std::string_view offset_text = text.substr(kUpToSeconds);
    const std::optional<int> offset = read_offset(offset_text);
    if (offset_text.empty() && need == Offset::kOptional) {
        return TimeSpan{at, at, std::nullopt};
    }
    if (offset_text.empty()) {
        return EdtfRefusal{"say how far the clock was ahead of UTC: 2017-11-23T15:04:31+05:00"};
    }
    if (!offset) {
        return EdtfRefusal{std::string_view{"?~%"}.find(offset_text.back()) ==
                                   std::string_view::npos
                               ? kWriteTime
                               : "a time of day takes no ?, ~ or %; give a tolerance, PT1H"};
    }
    return TimeSpan{at, at, offset};
}

// One side of an interval; nothing for an open or unknown one.
OrRefusal<std::optional<EdtfDate>> read_side(std::string_view text) {
    if (text.empty() || text == "..") {
        return std::optional<EdtfDate>{};
    }
    if (text.find('T') != std::string_view::npos) {
        return EdtfRefusal{"intervals know no time of day; write 2017-11-23/2017-11-26"};
    }
    const OrRefusal<EdtfDate> date = read_edtf_date(text);
    if (const EdtfRefusal* refusal = std::get_if<EdtfRefusal>(&date)) {
        return *refusal;
    }
    if (std::get<EdtfDate>(date).has_unknown_digits) {
        return EdtfRefusal{"intervals take no X; write 2017-11/2017-12"};
    }
    return std::get<EdtfDate>(date);
}

OrRefusal<TimeSpan> read_interval(std::string_view first_text, std::string_view last_text) {
    const auto first_side = read_side(first_text);
    if (const EdtfRefusal* refusal = std::get_if<EdtfRefusal>(&first_side)) {
        return *refusal;
    }
    const auto last_side = read_side(last_text);
    if (const EdtfRefusal* refusal = std::get_if<EdtfRefusal>(&last_side)) {
        return *refusal;
    }
    const auto& first = std::get<std::optional<EdtfDate>>(first_side);
    const auto& last = std::get<std::optional<EdtfDate>>(last_side);
    if (!first && !last) {
        return EdtfRefusal{"an interval needs at least one date"};
    }
    if (first && last && first->first > last->last) {
        return EdtfRefusal{"the interval ends before it begins"};
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

OrRefusal<Edtf> read_edtf(std::string_view text, Offset need) {
    if (text.empty() || text.size() > kMaxEdtfBytes) {
        return EdtfRefusal{};
    }
    EdtfKind kind = EdtfKind::kDate;
    OrRefusal<TimeSpan> span = EdtfRefusal{};
    const std::size_t slash = text.find('/');
    if (slash != std::string_view::npos) {
        kind = EdtfKind::kInterval;
        span = read_interval(text.substr(0, slash), text.substr(slash + 1));
    } else if (text.size() > 10 && text[10] == 'T') {
        kind = EdtfKind::kSecond;
        span = read_second(text, need);
    } else {
        const OrRefusal<EdtfDate> date = read_edtf_date(text);
        if (const EdtfRefusal* refusal = std::get_if<EdtfRefusal>(&date)) {
            return *refusal;
        }
        const EdtfDate& range = std::get<EdtfDate>(date);
        span = TimeSpan{earliest_second(range), latest_second(range), std::nullopt};
    }
    if (const EdtfRefusal* refusal = std::get_if<EdtfRefusal>(&span)) {
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
    OrRefusal<Edtf> read = read_edtf(text, Offset::kNeeded);
    if (const EdtfRefusal* refusal = std::get_if<EdtfRefusal>(&read)) {
        throw Error{ErrorCode::kUsage,
                    shown(text) + " is not a date kua reads; " + std::string{refusal->advice}};
    }
    return std::get<Edtf>(std::move(read));
}

std::optional<Edtf> find_edtf(std::string_view text) {
    OrRefusal<Edtf> read = read_edtf(text, Offset::kOptional);
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
    constexpr std::int64_t kFirstSecond = -62167132800;
    constexpr std::int64_t kLastSecond = 253402214399;
    constexpr int kDayMinutes = 1440;
    if (unix_time_s < kFirstSecond || unix_time_s > kLastSecond ||
        utc_offset_minutes <= -kDayMinutes || utc_offset_minutes >= kDayMinutes) {
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
