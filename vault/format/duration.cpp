#include "vault/format/duration.h"

#include <array>
#include <string>

#include "kua/error.h"
#include "vault/base/parse.h"
#include "vault/base/utf8.h"

namespace kua::format {
namespace {

struct Unit {
    char letter;
    std::int64_t seconds;
};
constexpr std::array kDateUnits{Unit{'D', 86400}};
constexpr std::array kWeekUnits{Unit{'W', 604800}};
constexpr std::array kTimeUnits{Unit{'H', 3600}, Unit{'M', 60}, Unit{'S', 1}};
constexpr std::size_t kMaxDigits = 9;

// The sum of `text`, numbers each followed by one of `units`, in their order; at least one.
template <std::size_t Count>
std::optional<std::int64_t> read_parts(std::string_view text,
                                       const std::array<Unit, Count>& units) {
    std::int64_t seconds = 0;
    std::size_t next_unit = 0;
    if (text.empty()) {
        return std::nullopt;
    }
    while (!text.empty()) {
        std::size_t digits = 0;
        std::int64_t number = 0;
        while (digits < text.size() && base::is_ascii_digit(text[digits])) {
            if (digits == kMaxDigits) {
                return std::nullopt;
            }
            number = number * 10 + (text[digits] - '0');
            ++digits;
        }
        if (digits == 0 || digits == text.size()) {
            return std::nullopt;
        }
        while (next_unit < Count && units.at(next_unit).letter != text[digits]) {
            ++next_unit;
        }
        if (next_unit == Count) {
            return std::nullopt;
        }
        seconds += number * units.at(next_unit).seconds;
        ++next_unit;
        text.remove_prefix(digits + 1);
    }
    return seconds;
}

std::optional<std::int64_t> read_positive(std::string_view text) {
    if (!text.starts_with('P')) {
        return std::nullopt;
    }
    text.remove_prefix(1);
    if (text.ends_with('W')) {
        return read_parts(text, kWeekUnits);
    }
    const std::size_t t = text.find('T');
    if (t == std::string_view::npos) {
        return read_parts(text, kDateUnits);
    }
    const std::optional<std::int64_t> days = t == 0 ? 0 : read_parts(text.substr(0, t), kDateUnits);
    const std::optional<std::int64_t> rest = read_parts(text.substr(t + 1), kTimeUnits);
    return days && rest ? std::optional{*days + *rest} : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> find_duration(std::string_view text) {
    if (!text.starts_with('-')) {
        return read_positive(text);
    }
    const std::optional<std::int64_t> seconds = read_positive(text.substr(1));
    return seconds ? std::optional{-*seconds} : std::nullopt;
}

std::int64_t parse_duration(std::string_view text) {
    const std::optional<std::int64_t> seconds = find_duration(text);
    if (!seconds) {
        constexpr std::size_t kShownBytes = 64;
        const std::string shown =
            text.size() <= kShownBytes ? base::quoted(text) : "so long a text";
        throw Error{ErrorCode::kUsage, shown + " is not a duration; write PT4H or -PT30M"};
    }
    return *seconds;
}

}  // namespace kua::format
