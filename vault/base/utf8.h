// Text that others wrote: is it UTF-8, how is it shown without letting it drive a terminal or
// deceive a reader, and how is a file name kept as text when it is not UTF-8.
//
// Escapes are `\xHH` (a byte: controls below U+0080 and bytes that are not UTF-8) and `\u{H...}` (a
// character), both with lower-case digits. A backslash of the text itself stands as it is, but is
// doubled where it would otherwise be read together with what follows it. So different texts are
// always shown differently, and `C:\photos` still looks like `C:\photos`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kua::base {

// One character and the number of bytes it takes.
struct DecodedCharacter {
    char32_t code_point = 0;
    std::size_t size_bytes = 0;
};

// The character at the front of `text`; nothing if it is empty or no valid UTF-8 (RFC 3629: no
// overlong forms, no surrogates, nothing above U+10FFFF).
std::optional<DecodedCharacter> decode_character(std::string_view text) noexcept;

bool is_valid_utf8(std::string_view text) noexcept;

// `text` on one line, safe to print: valid UTF-8 in which no control character (C0, C1, DEL), line
// or paragraph separator, bidirectional or invisible format character (with the zero-width ones,
// tags and the blank Hangul fillers), noncharacter or stray byte is left; all of these are escaped,
// LF and TAB too. For text of several lines, escape line by line.
std::string escape_for_display(std::string_view text);

// The same between quotation marks, those inside written `\x22`: for paths in messages.
std::string quoted(std::string_view text);

// A file name as valid UTF-8, for facts and JSON: bytes that are not UTF-8 become `\xHH`,
// everything else stays (a backslash is doubled only before `x` and before what is written as a
// backslash).
std::string from_file_name(std::string_view name);

// The bytes that from_file_name() was given; nothing if it can't have made `text`. Show names as
// escape_for_display(*to_file_name(text)), else bytes appear escaped twice.
std::optional<std::string> to_file_name(std::string_view text);

}  // namespace kua::base
