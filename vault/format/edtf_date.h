// The dates that EDTF texts are made of, alone or as sides of an interval. For edtf.cpp only.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace kua::format {

// Why a text is not read, as advice to whoever typed it.
struct EdtfRefusal {
    std::string_view advice = "write 2017-11-23, 2017-11-23? or 2017-11-23/2017-11-26";
};
template <class Value>
using OrRefusal = std::variant<Value, EdtfRefusal>;

// The part of a date that `~` and `%` widen by.
enum class EdtfUnit : std::uint8_t { kDay, kMonth, kYear, kDecade, kCentury };

struct EdtfDate {
    std::chrono::sys_days first;  // before any widening
    std::chrono::sys_days last;
    EdtfUnit unit = EdtfUnit::kDay;
    bool approximate = false;
    bool has_unknown_digits = false;
};

// A date with its qualifier, if it has one.
OrRefusal<EdtfDate> read_edtf_date(std::string_view text);

// The first and the last second that may be meant, widened if the date is approximate; counted as
// edtf.h says.
std::int64_t earliest_second(const EdtfDate& date);
std::int64_t latest_second(const EdtfDate& date);

// The number that `text` is, all digits; leading zeros belong to the format. Callers pass at most
// four.
std::optional<int> edtf_digits(std::string_view text);

}  // namespace kua::format
