// Small strict readers for text that others wrote: ASCII classes without a locale, decimal numbers
// in their one spelling, lines and fields. They ask, so they return nothing rather than throw; the
// caller knows whether a wrong text is damage or a typing mistake.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kua::base {

constexpr bool is_ascii_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_ascii_lower(char c) noexcept {
    return c >= 'a' && c <= 'z';
}
constexpr bool is_ascii_upper(char c) noexcept {
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_ascii_letter(char c) noexcept {
    return is_ascii_lower(c) || is_ascii_upper(c);
}
constexpr bool is_ascii_alphanumeric(char c) noexcept {
    return is_ascii_letter(c) || is_ascii_digit(c);
}
// Space to tilde.
constexpr bool is_ascii_printable(char c) noexcept {
    return c >= ' ' && c <= '~';
}
// Printable and no space: what age calls VCHAR.
constexpr bool is_ascii_visible(char c) noexcept {
    return c > ' ' && c <= '~';
}
// Only A to Z change; all other bytes, of UTF-8 too, stay as they are.
constexpr char to_ascii_lower(char c) noexcept {
    return is_ascii_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string to_ascii_lower(std::string_view text);

// A decimal number up to `max`, digits only and without leading zeros ("0" itself is one). Nothing
// for anything else: an empty text, a sign, white space, a number too large.
std::optional<std::uint64_t> parse_unsigned(
    std::string_view text, std::uint64_t max = std::numeric_limits<std::uint64_t>::max());

// The same from `min` to `max`, with "-" before negative numbers only; "-0" and "+1" are none.
std::optional<std::int64_t> parse_signed(
    std::string_view text, std::int64_t min = std::numeric_limits<std::int64_t>::min(),
    std::int64_t max = std::numeric_limits<std::int64_t>::max());

// Takes the first line off the front of `rest` and returns it without its LF. Nothing, and `rest`
// unchanged, if no LF is left: an unfinished line is not a line. A CR stays in the line.
std::optional<std::string_view> take_line(std::string_view& rest);

// All lines of `text`, each without its LF. Nothing if the last one lacks its LF or there are more
// than `max_lines`. An empty text has no lines.
std::optional<std::vector<std::string_view>> split_lines(std::string_view text,
                                                         std::size_t max_lines);

// The parts between `separator`s, empty ones included; an empty text is one empty part. Nothing if
// there are more than `max_parts`.
std::optional<std::vector<std::string_view>> split(std::string_view text, char separator,
                                                   std::size_t max_parts);

}  // namespace kua::base
