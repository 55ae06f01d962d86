#include "vault/base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "vault/base/bytes.h"
#include "vault/base/hex.h"

namespace kua::base {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// Sorted. Characters that move the cursor, change the direction of text or can't be seen.
constexpr std::array kUnsafe = std::to_array<Range>({
    {0x0000, 0x001f},    // C0
    {0x007f, 0x009f},    // DEL, C1
    {0x00ad, 0x00ad},    // soft hyphen
    {0x034f, 0x034f},    // combining grapheme joiner
    {0x061c, 0x061c},    // Arabic letter mark
    {0x115f, 0x1160},    // Hangul fillers
    {0x17b4, 0x17b5},    // invisible Khmer vowels
    {0x180b, 0x180f},    // Mongolian selectors and vowel separator
    {0x200b, 0x200f},    // zero width, left-to-right and right-to-left marks
    {0x2028, 0x202e},    // line and paragraph separators, embeddings and overrides
    {0x2060, 0x206f},    // word joiner, invisible operators, isolates
    {0x3164, 0x3164},    // Hangul filler
    {0xfdd0, 0xfdef},    // noncharacters
    {0xfeff, 0xfeff},    // byte order mark
    {0xffa0, 0xffa0},    // half-width Hangul filler
    {0xfff0, 0xfffb},    // interlinear annotation and its neighbours without meaning
    {0x1d173, 0x1d17a},  // musical format controls
    {0xe0000, 0xe0fff},  // tags and supplementary variation selectors
});

bool is_unsafe(char32_t c) noexcept {
    if ((c & 0xfffe) == 0xfffe) {
        return true;  // the last two of every plane are noncharacters
    }
    const auto* range = std::lower_bound(kUnsafe.begin(), kUnsafe.end(), c,
                                         [](const Range& r, char32_t x) { return r.last < x; });
    return range != kUnsafe.end() && range->first <= c;
}

std::string byte_escape(char byte) {
    return "\\x" + encode_hex(bytes_of({&byte, 1}));
}

std::string character_escape(char32_t c) {
    if (c < 0x80) {
        return byte_escape(static_cast<char>(c));
    }
    std::string digits;
    for (; c != 0; c >>= 4) {
        digits.push_back("0123456789abcdef"[c & 0xf]);
    }
    return "\\u{" + std::string(digits.rbegin(), digits.rend()) + "}";
}

// Nothing that anybody would escape: most names are such, and there may be very many of them.
bool is_plain(std::string_view text) noexcept {
    return std::ranges::all_of(
        text, [](char c) { return c >= 0x20 && c < 0x7f && c != '\\' && c != '"'; });
}

// Writes `text` with what `escape` returns (empty: as it is) for each character or stray byte, and
// doubles a backslash where the next thing written starts with one of `continues`.
template <class Escape>
std::string escape_text(std::string_view text, std::string_view continues, Escape escape) {
    if (is_plain(text)) {
        return std::string{text};
    }
    std::string out;
    out.reserve(text.size());
    bool after_backslash = false;
    while (!text.empty()) {
        const std::optional<DecodedCharacter> c = decode_character(text);
        const std::size_t size = c ? c->size_bytes : 1;
        std::string escaped = c ? escape(c->code_point) : byte_escape(text.front());
        const bool is_backslash = text.front() == '\\';
        const std::string_view next = escaped.empty() ? text.substr(0, size) : escaped;
        if (after_backslash && continues.find(next.front()) != std::string_view::npos) {
            out.push_back('\\');
        }
        out += next;
        after_backslash = is_backslash;
        text.remove_prefix(size);
    }
    return out;
}

}  // namespace

std::optional<DecodedCharacter> decode_character(std::string_view text) noexcept {
    if (text.empty()) {
        return std::nullopt;
    }
    const auto byte_at = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
    };
    const std::uint32_t lead = byte_at(0);
    if (lead < 0x80) {
        return DecodedCharacter{static_cast<char32_t>(lead), 1};
    }
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < size) {
        return std::nullopt;
    }
    std::uint32_t c = lead & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte_at(i) & 0xc0) != 0x80) {
            return std::nullopt;
        }
        c = (c << 6) | (byte_at(i) & 0x3f);
    }
    const bool is_overlong = (size == 3 && c < 0x800) || (size == 4 && c < 0x10000);
    const bool is_surrogate = c >= 0xd800 && c <= 0xdfff;
    if (is_overlong || is_surrogate || c > 0x10ffff) {
        return std::nullopt;
    }
    return DecodedCharacter{static_cast<char32_t>(c), size};
}

bool is_valid_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::optional<DecodedCharacter> c = decode_character(text);
        if (!c) {
            return false;
        }
        text.remove_prefix(c->size_bytes);
    }
    return true;
}

std::string escape_for_display(std::string_view text) {
    return escape_text(text, "\\xu",
                       [](char32_t c) { return is_unsafe(c) ? character_escape(c) : ""; });
}

std::string quoted(std::string_view text) {
    return '"' +
           escape_text(
               text, "\\xu",
               [](char32_t c) { return is_unsafe(c) || c == '"' ? character_escape(c) : ""; }) +
           '"';
}

std::string from_file_name(std::string_view name) {
    return escape_text(name, "\\x", [](char32_t) { return std::string{}; });
}

std::optional<std::string> to_file_name(std::string_view text) {
    std::string name;
    for (std::string_view rest = text; !rest.empty();) {
        if (rest.starts_with("\\x")) {
            const std::optional<Bytes> byte = decode_hex(rest.substr(2, 2));
            if (!byte || byte->size() != 1) {
                return std::nullopt;
            }
            name += text_of(*byte);
            rest.remove_prefix(4);
        } else {
            name.push_back(rest.front());
            rest.remove_prefix(rest.starts_with("\\\\") ? 2 : 1);
        }
    }
    // Only the one spelling counts: no escaped byte that is valid where it stands, no needless
    // doubling.
    if (from_file_name(name) != text) {
        return std::nullopt;
    }
    return name;
}

}  // namespace kua::base
