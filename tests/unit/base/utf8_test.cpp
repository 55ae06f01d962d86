#include "vault/base/utf8.h"

#include <array>
#include <map>
#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

#include "vault/base/hex.h"
#include "vault/base/parse.h"

namespace kua::base {
namespace {

using namespace std::string_view_literals;

std::string utf8_of(char32_t c) {  // for any number, surrogates and overlong forms aside
    const auto byte = [](char32_t value) { return static_cast<char>(value); };
    if (c < 0x80) {
        return {byte(c)};
    }
    if (c < 0x800) {
        return {byte(0xc0 | (c >> 6)), byte(0x80 | (c & 0x3f))};
    }
    if (c < 0x10000) {
        return {byte(0xe0 | (c >> 12)), byte(0x80 | ((c >> 6) & 0x3f)), byte(0x80 | (c & 0x3f))};
    }
    return {byte(0xf0 | (c >> 18)), byte(0x80 | ((c >> 12) & 0x3f)), byte(0x80 | ((c >> 6) & 0x3f)),
            byte(0x80 | (c & 0x3f))};
}

// Reads escape_for_display() back, to show that nothing is lost or ambiguous.
std::string unescape(std::string_view shown) {
    std::string text;
    while (!shown.empty()) {
        std::size_t taken = 1;
        if (shown.starts_with("\\\\")) {
            text += '\\';
            taken = 2;
        } else if (shown.starts_with("\\x")) {
            text += text_of(decode_hex(shown.substr(2, 2)).value());
            taken = 4;
        } else if (shown.starts_with("\\u{")) {
            char32_t c = 0;
            for (taken = 3; shown.at(taken) != '}'; ++taken) {
                const char digit = shown[taken];
                c = c * 16 +
                    static_cast<char32_t>(is_ascii_digit(digit) ? digit - '0' : digit - 'a' + 10);
            }
            text += utf8_of(c);
            ++taken;
        } else {
            text += shown.front();
        }
        shown.remove_prefix(taken);
    }
    return text;
}

TEST_CASE("every character is valid UTF-8 but surrogates", "[base][utf8]") {
    for (char32_t c = 0; c <= 0x10ffff; ++c) {
        const std::string text = utf8_of(c);
        const auto decoded = decode_character(text);
        const bool is_surrogate = c >= 0xd800 && c <= 0xdfff;
        if (decoded.has_value() == is_surrogate ||
            (decoded && (decoded->code_point != c || decoded->size_bytes != text.size()))) {
            FAIL("character " << static_cast<std::uint32_t>(c));
        }
    }
}

TEST_CASE("bytes that are not UTF-8 are found", "[base][utf8]") {
    for (const auto text : {"\x80"sv,
                            "\xbf"sv,
                            "\xc0\x80"sv,
                            "\xc1\xbf"sv,
                            "\xc2"sv,
                            "\xc2\x41"sv,
                            "\xe0\x80\x80"sv,
                            "\xe0\x9f\xbf"sv,
                            "\xe2\x82"sv,
                            "\xe2\x28\xa1"sv,
                            "\xed\xa0\x80"sv,
                            "\xed\xbf\xbf"sv,
                            "\xf0\x80\x80\x80"sv,
                            "\xf0\x8f\xbf\xbf"sv,
                            "\xf0\x9f\x99"sv,
                            "\xf4\x90\x80\x80"sv,
                            "\xf5\x80\x80\x80"sv,
                            "\xf8\x88\x80\x80\x80"sv,
                            "\xfe"sv,
                            "\xff"sv,
                            "a\xff"sv}) {
        INFO(encode_hex(bytes_of(text)));
        CHECK_FALSE(is_valid_utf8(text));
        CHECK(is_valid_utf8(escape_for_display(text)));
        CHECK(unescape(escape_for_display(text)) == text);
        CHECK(to_file_name(from_file_name(text)) == text);
    }
    CHECK(is_valid_utf8(""));
    CHECK(is_valid_utf8("қуә 🙂"));
}

TEST_CASE("ordinary text of all scripts is shown as it is", "[base][utf8]") {
    for (const char* text : {"", "clip.mp4", "алаң 23 қараша.jpg", "صورة ١", "北京.txt", "é", "é",
                             "🙂", "a\"b'c", "C:\\photos\\may", "a\\", "\\", "100 %", "~$-"}) {
        INFO(text);
        CHECK(escape_for_display(text) == text);
    }
}

TEST_CASE("what could drive a terminal or deceive a reader is shown as an escape", "[base][utf8]") {
    const std::map<std::string_view, std::string_view> cases{
        {"\x1b[2J", R"(\x1b[2J)"},
        {"\x1b]0;title\x07", R"(\x1b]0;title\x07)"},
        {"\xc2\x9b"
         "31m",
         R"(\u{9b}31m)"},
        {"a\nb", R"(a\x0a)"
                 "b"},
        {"a\rb\tc", R"(a\x0d)"
                    "b"
                    R"(\x09)"
                    "c"},
        {"\x7f", R"(\x7f)"},
        {"photo\xe2\x80\xaegpj.exe", R"(photo\u{202e}gpj.exe)"},
        {"\xe2\x81\xa6x\xe2\x81\xa9", R"(\u{2066}x\u{2069})"},
        {"a\xe2\x80\x8b"
         "b",
         R"(a\u{200b}b)"},
        {"\xef\xbb\xbf", R"(\u{feff})"},
        {"\xd8\x9c", R"(\u{61c})"},
        {"\xe2\x80\xa8\xe2\x80\xa9", R"(\u{2028}\u{2029})"},
        {"\xef\xbf\xbe", R"(\u{fffe})"},
        {"\xf0\x9f\xbf\xbf", R"(\u{1ffff})"},
        {"\xf3\xa0\x81\x81", R"(\u{e0041})"},
        {"caf\xe9.jpg", R"(caf\xe9.jpg)"},
        {"\xf0\x9f\x99", R"(\xf0\x9f\x99)"},
        {R"(\x1b)", R"(\\x1b)"},
        {R"(\u{202e})", R"(\\u{202e})"},
        {R"(\\)", R"(\\\)"},
        {R"(\\server\share)", R"(\\\server\share)"},
        {"\\\x1b", R"(\\\x1b)"},
        {"\\\xff", R"(\\\xff)"},
    };
    for (const auto& [text, shown] : cases) {
        CHECK(escape_for_display(text) == shown);
        CHECK(unescape(shown) == text);
    }
    CHECK(escape_for_display("\0"sv) == R"(\x00)");
}

TEST_CASE("no unsafe character survives, alone or after a backslash", "[base][utf8]") {
    const std::array<std::array<char32_t, 2>, 11> unsafe{{{0x0, 0x1f},
                                                          {0x7f, 0x9f},
                                                          {0x61c, 0x61c},
                                                          {0x200b, 0x200f},
                                                          {0x2028, 0x202e},
                                                          {0x2060, 0x206f},
                                                          {0xfdd0, 0xfdef},
                                                          {0xfeff, 0xfeff},
                                                          {0xfffe, 0xffff},
                                                          {0x10fffe, 0x10ffff},
                                                          {0xe0000, 0xe007f}}};
    for (const auto& [first, last] : unsafe) {
        for (char32_t c = first; c <= last; ++c) {
            for (const std::string& text : {utf8_of(c), "\\" + utf8_of(c)}) {
                const std::string shown = escape_for_display(text);
                INFO("character " << static_cast<std::uint32_t>(c));
                CHECK(shown.find_first_not_of("\\xu{}0123456789abcdef") == std::string::npos);
                CHECK(unescape(shown) == text);
            }
        }
    }
}

TEST_CASE("different texts are always shown and kept differently", "[base][utf8]") {
    const std::string_view letters = "\\xu{}09af\xff\x1b\n\"";
    std::map<std::string, std::string> shown;
    std::map<std::string, std::string> kept;
    std::string text(4, ' ');
    const auto check = [&] {
        const auto [first, is_new] = shown.emplace(escape_for_display(text), text);
        REQUIRE(is_new);
        REQUIRE(unescape(first->first) == text);
        REQUIRE(kept.emplace(from_file_name(text), text).second);
        REQUIRE(to_file_name(from_file_name(text)) == text);
    };
    for (std::size_t i = 0; i < letters.size() * letters.size() * letters.size(); ++i) {
        text[0] = letters[i % letters.size()];
        text[1] = letters[i / letters.size() % letters.size()];
        text[2] = letters[i / letters.size() / letters.size()];
        check();
    }
}

TEST_CASE("quotation marks inside quoted text can't end it", "[base][utf8]") {
    CHECK(quoted("/media/rosa") == "\"/media/rosa\"");
    CHECK(quoted("a\" b") == R"("a\x22 b")");
    CHECK(quoted("a\\\" b") == R"("a\\\x22 b")");
    CHECK(quoted("\n") == R"("\x0a")");
}

TEST_CASE("file names that are UTF-8 are kept as they are", "[base][utf8]") {
    for (const char* name : {"clip.mp4", "алаң 23 қараша.jpg", "a\nb", "\x1b[2J", "..\\..\\etc",
                             "a\\b", "\xe2\x80\xae", "C:\\u{1}", "\\"}) {
        INFO(name);
        CHECK(from_file_name(name) == name);
        CHECK(to_file_name(name) == name);
    }
}

TEST_CASE("file names that are not UTF-8 are kept as text and come back", "[base][utf8]") {
    CHECK(from_file_name("caf\xe9.jpg") == R"(caf\xe9.jpg)");
    CHECK(from_file_name(R"(caf\xe9.jpg)") == R"(caf\\xe9.jpg)");
    CHECK(from_file_name("\\\xe9") == R"(\\\xe9)");
    for (const char* text :
         {R"(\x)", R"(\x4)", R"(\xg0)", R"(\xE9)", R"(\x41)", R"(\xc3\xa9)", R"(a\\b)", R"(\\y)"}) {
        INFO(text);
        CHECK_FALSE(to_file_name(text));
    }
}

}  // namespace
}  // namespace kua::base
