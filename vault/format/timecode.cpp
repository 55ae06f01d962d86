#include "vault/format/timecode.h"

#include <algorithm>

#include "vault/base/parse.h"

namespace kua::format {
namespace {

constexpr std::uint64_t kMsPerSecond = 1000;
constexpr std::uint64_t kSixty = 60;

// Exactly so many digits, up to `max`.
std::optional<std::uint64_t> digits(std::string_view text, std::size_t count, std::uint64_t max) {
    if (text.size() != count) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (const char c : text) {
        if (!base::is_ascii_digit(c)) {
            return std::nullopt;
        }
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value <= max ? std::optional{value} : std::nullopt;
}

std::string padded(std::uint64_t number, std::size_t width) {
    std::string text = std::to_string(number);
    return std::string(width - std::min(width, text.size()), '0') + text;
}

}  // namespace

std::optional<std::uint64_t> parse_timecode(std::string_view text) {
    constexpr std::size_t kShort = 9;  // MM:SS.mmm
    constexpr std::size_t kLong = 12;
    std::optional<std::uint64_t> hours = 0;
    if (text.size() == kLong && text[2] == ':') {
        hours = digits(text.substr(0, 2), 2, 99);
        text.remove_prefix(3);
    }
    if (text.size() != kShort || text[2] != ':' || (text[5] != '.' && text[5] != ',')) {
        return std::nullopt;
    }
    const auto minutes = digits(text.substr(0, 2), 2, kSixty - 1);
    const auto seconds = digits(text.substr(3, 2), 2, kSixty - 1);
    const auto milliseconds = digits(text.substr(6), 3, kMsPerSecond - 1);
    if (!hours || !minutes || !seconds || !milliseconds) {
        return std::nullopt;
    }
    return ((*hours * kSixty + *minutes) * kSixty + *seconds) * kMsPerSecond + *milliseconds;
}

std::string write_timecode(std::uint64_t milliseconds) {
    const std::uint64_t seconds = milliseconds / kMsPerSecond;
    return padded(seconds / (kSixty * kSixty), 2) + ':' + padded(seconds / kSixty % kSixty, 2) +
           ':' + padded(seconds % kSixty, 2) + '.' + padded(milliseconds % kMsPerSecond, 3);
}

}  // namespace kua::format
