#include "vault/base/parse.h"

#include <limits>
#include <string>

#include <catch2/catch_test_macros.hpp>

namespace kua::base {
namespace {

using Lines = std::vector<std::string_view>;

TEST_CASE("unsigned numbers have one spelling and a bound", "[base][parse]") {
    CHECK(parse_unsigned("0") == 0U);
    CHECK(parse_unsigned("7") == 7U);
    CHECK(parse_unsigned("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
    CHECK(parse_unsigned("255", 255) == 255U);
    CHECK_FALSE(parse_unsigned("256", 255));
    CHECK_FALSE(parse_unsigned("1000", 255));
    CHECK(parse_unsigned("0", 0) == 0U);
    CHECK_FALSE(parse_unsigned("1", 0));
    for (const char* text :
         {"", "00", "01", "+1", "-1", "-0", " 1", "1 ", "1\n", "1.0", "1e3", "0x1", "a", "1a",
          "18446744073709551616", "99999999999999999999", "184467440737095516150", "\xd9\xa1"}) {
        INFO(text);
        CHECK_FALSE(parse_unsigned(text));
    }
    CHECK_FALSE(parse_unsigned(std::string("1\0", 2)));
    CHECK_FALSE(parse_unsigned(std::string(1000000, '9')));
}

TEST_CASE("signed numbers have one spelling and two bounds", "[base][parse]") {
    CHECK(parse_signed("0") == 0);
    CHECK(parse_signed("-1") == -1);
    CHECK(parse_signed("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
    CHECK(parse_signed("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
    CHECK(parse_signed("-12", -12, 12) == -12);
    CHECK_FALSE(parse_signed("-13", -12, 12));
    CHECK_FALSE(parse_signed("13", -12, 12));
    for (const char* text : {"", "-", "-0", "--1", "+1", "- 1", "-01", "9223372036854775808",
                             "-9223372036854775809", "-18446744073709551615"}) {
        INFO(text);
        CHECK_FALSE(parse_signed(text));
    }
}

TEST_CASE("only A to Z become lower case", "[base][parse]") {
    CHECK(to_ascii_lower("AGE-Secret[Z]\xc3\x84@`{") == "age-secret[z]\xc3\x84@`{");
    CHECK_FALSE(is_ascii_letter('\xc4'));
    CHECK_FALSE(is_ascii_visible(' '));
    CHECK_FALSE(is_ascii_printable('\x7f'));
    CHECK_FALSE(is_ascii_printable('\n'));
    CHECK(is_ascii_printable('~'));
}

TEST_CASE("a line is a line only with its LF", "[base][parse]") {
    std::string_view rest = "one\n\ntwo\r\nthree";
    CHECK(take_line(rest) == "one");
    CHECK(take_line(rest) == "");
    CHECK(take_line(rest) == "two\r");
    CHECK_FALSE(take_line(rest));
    CHECK(rest == "three");
    CHECK(split_lines("a\nb\n", 2) == Lines{"a", "b"});
    CHECK(split_lines("", 0) == Lines{});
    CHECK(split_lines("\n", 1) == Lines{""});
    CHECK_FALSE(split_lines("a\nb", 2));
    CHECK_FALSE(split_lines("a\nb\n", 1));
    CHECK_FALSE(split_lines(std::string(1000000, '\n'), 64));
}

TEST_CASE("fields keep their empty parts and their number is bounded", "[base][parse]") {
    CHECK(split("a,,b,", ',', 4) == Lines{"a", "", "b", ""});
    CHECK(split("", ',', 1) == Lines{""});
    CHECK_FALSE(split("a,b", ',', 1));
    CHECK_FALSE(split("", ',', 0));
}

}  // namespace
}  // namespace kua::base
