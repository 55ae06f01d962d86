#include "vault/format/edtf_date.h"

#include <array>

#include "vault/base/parse.h"

namespace kua::format {
namespace {

constexpr std::int64_t kDaySeconds = 86400;

std::chrono::sys_days first_of(std::chrono::year_month month) {
    return std::chrono::sys_days{month / 1};
}

std::chrono::sys_days last_of(std::chrono::year_month month) {
    return std::chrono::sys_days{month / std::chrono::last};
}

EdtfDate months(std::chrono::year_month first, std::chrono::year_month last, EdtfUnit unit) {
    return {.first = first_of(first), .last = last_of(last), .unit = unit};
}

EdtfDate years(int first, int last, EdtfUnit unit) {
    return months(std::chrono::year{first} / 1, std::chrono::year{last} / 12, unit);
}

// YYYY, YYYX or YYXX, alone.
OrRefusal<EdtfDate> read_year(std::string_view text) {
    const std::size_t unknown = text.ends_with("XX") ? 2 : text.ends_with('X') ? 1 : 0;
    const std::optional<int> known = edtf_digits(text.substr(0, 4 - unknown));
    if (text.size() != 4 || !known) {
        return EdtfRefusal{};
    }
    constexpr std::array kUnits{EdtfUnit::kYear, EdtfUnit::kDecade, EdtfUnit::kCentury};
    constexpr std::array kYears{1, 10, 100};
    const int first = *known * kYears.at(unknown);
    EdtfDate range = years(first, first + kYears.at(unknown) - 1, kUnits.at(unknown));
    range.has_unknown_digits = unknown > 0;
    return range;
}

// What follows a year of four digits and '-': MM, XX, XX-XX, a season, MM-DD or MM-XX.
OrRefusal<EdtfDate> read_in_year(int year_number, std::string_view text) {
    const std::chrono::year year{year_number};
    const std::string_view month_text = text.substr(0, 2);
    const std::string_view day_text = text.size() == 5 && text[2] == '-' ? text.substr(3) : "";
    if (text == "XX" || text == "XX-XX") {
        EdtfDate range = years(year_number, year_number, EdtfUnit::kYear);
        range.has_unknown_digits = true;
        return range;
    }
    const std::optional<int> number = edtf_digits(month_text);
    if (month_text.size() != 2 || !number || (text.size() != 2 && day_text.empty())) {
        return EdtfRefusal{};
    }
    if (*number >= 21 && *number <= 24 && text.size() == 2) {
        // Spring somewhere is never more than two months outside the year that it is named for.
        return months(year / 1 - std::chrono::months{2}, year / 12 + std::chrono::months{2},
                      EdtfUnit::kMonth);
    }
    if (*number < 1 || *number > 12) {
        return EdtfRefusal{"months run from 01 to 12"};
    }
    const std::chrono::year_month month = year / std::chrono::month{static_cast<unsigned>(*number)};
    if (day_text.empty()) {
        return months(month, month, EdtfUnit::kMonth);
    }
    if (day_text == "XX") {
        EdtfDate range = months(month, month, EdtfUnit::kMonth);
        range.has_unknown_digits = true;
        return range;
    }
    const std::optional<int> day = edtf_digits(day_text);
    if (!day) {
        return EdtfRefusal{};
    }
    const std::chrono::year_month_day date = month / std::chrono::day{static_cast<unsigned>(*day)};
    if (!date.ok()) {
        return EdtfRefusal{"that month has no such day"};
    }
    return EdtfDate{.first = date, .last = date};
}

// The first day of `range`, one unit earlier if it is approximate, or the last, one unit later.
std::chrono::sys_days widened_day(const EdtfDate& range, std::chrono::sys_days day, int sign) {
    if (!range.approximate) {
        return day;
    }
    if (range.unit == EdtfUnit::kDay) {
        return day + std::chrono::days{sign};
    }
    const std::chrono::year_month_day date{day};
    int months = sign;
    if (range.unit == EdtfUnit::kYear) {
        months *= 12;
    } else if (range.unit == EdtfUnit::kDecade) {
        months *= 120;
    } else if (range.unit == EdtfUnit::kCentury) {
        months *= 1200;
    }
    const std::chrono::year_month month = date.year() / date.month() + std::chrono::months{months};
    return sign < 0 ? first_of(month) : last_of(month);
}

}  // namespace

OrRefusal<EdtfDate> read_edtf_date(std::string_view text) {
    const char qualifier = text.empty() ? '\0' : text.back();
    const bool approximate = qualifier == '~' || qualifier == '%';
    if (approximate || qualifier == '?') {
        text.remove_suffix(1);
    }
    if (text.starts_with('Y') || text.starts_with('-')) {
        return EdtfRefusal{"kua reads years 0000 to 9999"};
    }
    OrRefusal<EdtfDate> read = EdtfRefusal{};
    if (text.size() == 4) {
        read = read_year(text);
    } else if (text.size() > 5 && text[4] == '-') {
        if (const std::optional<int> year = edtf_digits(text.substr(0, 4))) {
            read = read_in_year(*year, text.substr(5));
        }
    }
    if (EdtfDate* range = std::get_if<EdtfDate>(&read)) {
        range->approximate = approximate;
    }
    return read;
}

std::int64_t earliest_second(const EdtfDate& range) {
    return widened_day(range, range.first, -1).time_since_epoch().count() * kDaySeconds;
}

std::int64_t latest_second(const EdtfDate& range) {
    const std::chrono::sys_days day = widened_day(range, range.last, 1);
    return day.time_since_epoch().count() * kDaySeconds + kDaySeconds - 1;
}

std::optional<int> edtf_digits(std::string_view text) {
    int value = 0;
    for (const char c : text) {
        if (!base::is_ascii_digit(c)) {
            return std::nullopt;
        }
        value = value * 10 + (c - '0');
    }
    return value;
}

}  // namespace kua::format
