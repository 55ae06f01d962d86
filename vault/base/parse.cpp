#include "vault/base/parse.h"

#include <algorithm>

namespace kua::base {

std::string to_ascii_lower(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return to_ascii_lower(c); });
    return lower;
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text, std::uint64_t max) {
    if (text.empty() || (text.size() > 1 && text.front() == '0')) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (const char c : text) {
        if (!is_ascii_digit(c)) {
            return std::nullopt;
        }
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (digit > max || value > (max - digit) / 10) {
            return std::nullopt;
        }
        value = value * 10 + digit;
    }
    return value;
}

std::optional<std::int64_t> parse_signed(std::string_view text, std::int64_t min,
                                         std::int64_t max) {
    const bool negative = text.starts_with('-');
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const std::optional<std::uint64_t> magnitude =
        parse_unsigned(negative ? text.substr(1) : text, negative ? kMax + 1 : kMax);
    if (!magnitude || (negative && *magnitude == 0)) {
        return std::nullopt;
    }
    // 0 - magnitude wraps to the two's complement of the negative number, -2^63 included.
    const auto value = static_cast<std::int64_t>(negative ? 0 - *magnitude : *magnitude);
    if (value < min || value > max) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::string_view> take_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
}

std::optional<std::vector<std::string_view>> split_lines(std::string_view text,
                                                         std::size_t max_lines) {
    std::vector<std::string_view> lines;
    while (const std::optional<std::string_view> line = take_line(text)) {
        if (lines.size() == max_lines) {
            return std::nullopt;
        }
        lines.push_back(*line);
    }
    if (!text.empty()) {
        return std::nullopt;
    }
    return lines;
}

std::optional<std::vector<std::string_view>> split(std::string_view text, char separator,
                                                   std::size_t max_parts) {
    std::vector<std::string_view> parts;
    while (true) {
        if (parts.size() == max_parts) {
            return std::nullopt;
        }
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

}  // namespace kua::base
