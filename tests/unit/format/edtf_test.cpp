#include "vault/format/edtf.h"

#include <cstdint>
#include <limits>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"
#include "tests/support/errors.h"

namespace {

using kua::ErrorCode;
using kua::format::coarsen_to_day;
using kua::format::Edtf;
using kua::format::EdtfKind;
using kua::format::find_edtf;
using kua::format::format_edtf;
using kua::format::overlap;
using kua::format::parse_edtf;
using kua::format::TimeSpan;
using kua::format::widen;
using kua::testing::code_of;
using kua::testing::message_of;

// A second as text, so that expectations can be read; years 0000 to 9999.
std::string shown(std::optional<std::int64_t> second) {
    return second ? format_edtf(*second, 0).value() : "open";
}

std::string span_of(std::string_view text) {
    const TimeSpan span = parse_edtf(text).span;
    return shown(span.earliest_s) + " " + shown(span.latest_s);
}

std::string days(std::string_view first, std::string_view last) {
    return std::string{first} + "T00:00:00Z " + std::string{last} + "T23:59:59Z";
}

bool matches(std::string_view fact, std::string_view filter) {
    return overlap(parse_edtf(fact).span, parse_edtf(filter).span);
}

}  // namespace

TEST_CASE("dates span from their first to their last second", "[edtf]") {
    CHECK(span_of("2017-11-23") == days("2017-11-23", "2017-11-23"));
    CHECK(span_of("2017-11") == days("2017-11-01", "2017-11-30"));
    CHECK(span_of("2017") == days("2017-01-01", "2017-12-31"));
    CHECK(span_of("2016-02") == days("2016-02-01", "2016-02-29"));
    CHECK(span_of("1900-02") == days("1900-02-01", "1900-02-28"));
    CHECK(parse_edtf("1970-01-01").span.earliest_s == 0);
    CHECK(parse_edtf("1969-12-31").span.latest_s == -1);
    CHECK(!parse_edtf("2017-11-23").span.utc_offset_minutes);
    CHECK(parse_edtf("2017-11-23").kind == EdtfKind::kDate);
}

TEST_CASE("digits nobody knows span all their values", "[edtf]") {
    CHECK(span_of("2017-11-XX") == days("2017-11-01", "2017-11-30"));
    CHECK(span_of("2017-XX") == days("2017-01-01", "2017-12-31"));
    CHECK(span_of("2017-XX-XX") == days("2017-01-01", "2017-12-31"));
    CHECK(span_of("201X") == days("2010-01-01", "2019-12-31"));
    CHECK(span_of("20XX") == days("2000-01-01", "2099-12-31"));
}

TEST_CASE("the signs ~ and % widen by one unit of precision on both sides, ? does not", "[edtf]") {
    CHECK(span_of("2017-11-23?") == days("2017-11-23", "2017-11-23"));
    CHECK(span_of("2017-11-23~") == days("2017-11-22", "2017-11-24"));
    CHECK(span_of("2017-11-23%") == days("2017-11-22", "2017-11-24"));
    CHECK(span_of("2017-05~") == days("2017-04-01", "2017-06-30"));
    CHECK(span_of("2017-12~") == days("2017-11-01", "2018-01-31"));
    CHECK(span_of("2017-01%") == days("2016-12-01", "2017-02-28"));
    CHECK(span_of("2017~") == days("2016-01-01", "2018-12-31"));
    CHECK(span_of("2017?") == days("2017-01-01", "2017-12-31"));
    CHECK(span_of("201X~") == days("2000-01-01", "2029-12-31"));
    CHECK(span_of("20XX~") == days("1900-01-01", "2199-12-31"));
    CHECK(span_of("2017-11-XX~") == days("2017-10-01", "2017-12-31"));
    CHECK(span_of("2017-XX-XX~") == days("2016-01-01", "2018-12-31"));
    CHECK(span_of("2016-03-01~") == days("2016-02-29", "2016-03-02"));
}

TEST_CASE("a season spans all that it can be in either hemisphere", "[edtf]") {
    for (const std::string season : {"2017-21", "2017-22", "2017-23", "2017-24", "2017-24?"}) {
        CHECK(span_of(season) == days("2016-11-01", "2018-02-28"));
    }
    CHECK(span_of("2017-21~") == days("2016-10-01", "2018-03-31"));
    CHECK(!find_edtf("2017-25"));
    CHECK(!find_edtf("2017-20"));
    CHECK(!find_edtf("2017-21-01"));
}

TEST_CASE("intervals take the outer ends, and may be open or half known", "[edtf]") {
    CHECK(span_of("2017-11-23/2017-11-26") == days("2017-11-23", "2017-11-26"));
    CHECK(span_of("2017-05~/2017-11-23") == days("2017-04-01", "2017-11-23"));
    CHECK(span_of("2017-11-23/2017-11-26~") == days("2017-11-23", "2017-11-27"));
    CHECK(span_of("2017/2018-02") == days("2017-01-01", "2018-02-28"));
    CHECK(span_of("2017-11-23/2017-11-23") == days("2017-11-23", "2017-11-23"));
    CHECK(span_of("2017-11-23/2017") == days("2017-11-23", "2017-12-31"));
    CHECK(span_of("2017-11-23/..") == "2017-11-23T00:00:00Z open");
    CHECK(span_of("2017-11-23/") == "2017-11-23T00:00:00Z open");
    CHECK(span_of("../2017-11-23") == "open 2017-11-23T23:59:59Z");
    CHECK(span_of("/2017-11-23%") == "open 2017-11-24T23:59:59Z");
    CHECK(parse_edtf("2017-11-23/..").kind == EdtfKind::kInterval);
}

TEST_CASE("a second is a point with an offset", "[edtf]") {
    const Edtf second = parse_edtf("2017-11-23T15:04:31+05:00");
    CHECK(second.kind == EdtfKind::kSecond);
    CHECK(second.text == "2017-11-23T15:04:31+05:00");
    CHECK(second.span.earliest_s == second.span.latest_s);
    CHECK(second.span.utc_offset_minutes == 300);
    CHECK(second.span.earliest_utc_s() == 1511431471);
    CHECK(second.span.latest_utc_s() == 1511431471);
    CHECK(parse_edtf("2017-11-23T10:04:31Z").span.earliest_utc_s() == 1511431471);
    CHECK(parse_edtf("2017-11-23T15:04:31+05").span == second.span);
    CHECK(parse_edtf("2017-11-23T06:34:31-03:30").span.earliest_utc_s() == 1511431471);
}

TEST_CASE("what the text says is never rewritten", "[edtf]") {
    for (const std::string text : {"2017-11-23T15:04:31+05", "2017-11-23%", "/2017", "0000"}) {
        CHECK(parse_edtf(text).text == text);
    }
}

constexpr const char* kNoDates[] = {"",
                                    " ",
                                    "?",
                                    "/",
                                    "../..",
                                    "/..",
                                    "../",
                                    "//",
                                    "X",
                                    "23.11.17",
                                    "23.11.2017",
                                    "11/23/2017",
                                    "20171123",
                                    "2017-1-2",
                                    "2017-11-3",
                                    "2017-11-",
                                    "2017-",
                                    "217",
                                    "02017",
                                    "2017-13",
                                    "2017-00",
                                    "2017-11-31",
                                    "2017-02-29",
                                    "2017-11-00",
                                    "2017-11-23 ",
                                    " 2017-11-23",
                                    "2017-11-23\n",
                                    "2017-11-23??",
                                    "2017-11-23?~",
                                    "?2017-11-23",
                                    "2017?-11-23",
                                    "2017-11?-23",
                                    "~2017",
                                    "2017-XX-05",
                                    "XXXX",
                                    "2XXX",
                                    "XXXX-11-23",
                                    "201X-05",
                                    "20XX-XX",
                                    "2017-1X",
                                    "2017-X1",
                                    "2017-11-2X",
                                    "2017-11-xx",
                                    "201x",
                                    "2017-327",
                                    "2017-W47",
                                    "2017-W47-4",
                                    "Y170000002",
                                    "Y17E7",
                                    "-0044",
                                    "-2017-11-23",
                                    "+2017",
                                    "2017-11-23..2017-11-26",
                                    "[2017,2018]",
                                    "{2017}",
                                    "1950S2",
                                    "2017-11-23/P3D",
                                    "P3D/2017-11-23",
                                    "2017-11-26/2017-11-23",
                                    "2017-12/2017-11-30",
                                    "2017-11-XX/2017-12",
                                    "201X/2020",
                                    "2017/2018/2019",
                                    "2017-11-23T15:04:31Z/2017-11-24",
                                    "2017-11-23/2017-11-24T15:04:31Z",
                                    "2017-11-23/23",
                                    "2017-11-23/...",
                                    "./2017",
                                    "２０１７",
                                    "2017–11"};

TEST_CASE("everything else is refused", "[edtf]") {
    for (const std::string text : kNoDates) {
        INFO(text);
        CHECK(!find_edtf(text));
        CHECK(code_of([&] { return parse_edtf(text); }) == ErrorCode::kUsage);
    }
}

TEST_CASE("a second without offset is read of devices and asked back of people", "[edtf]") {
    const auto said = find_edtf("2017-11-23T16:11:02");
    REQUIRE(said);
    CHECK(said->kind == EdtfKind::kSecond);
    CHECK_FALSE(said->span.utc_offset_minutes);
    CHECK(said->span.earliest_s == said->span.latest_s);
    CHECK(said->span.earliest_s == parse_edtf("2017-11-23T16:11:02Z").span.earliest_s);
    CHECK(coarsen_to_day(*said) == "2017-11-23");
    CHECK(overlap(said->span, parse_edtf("2017-11-23").span));
    CHECK(overlap(said->span, parse_edtf("2017-11-23T16:11:02+05:00").span));
    CHECK_FALSE(overlap(said->span, parse_edtf("2017-11-24").span));
    CHECK(code_of([] { return parse_edtf("2017-11-23T16:11:02"); }) == ErrorCode::kUsage);
}

TEST_CASE("times of day that are not a second with its offset are refused", "[edtf]") {
    for (const std::string text : {"2017-11-23T15:04",
                                   "2017-11-23T15:04Z",
                                   "2017-11-23T15",
                                   "2017-11-23T",
                                   "T15:04:31Z",
                                   "15:04",
                                   "2017-11-23t15:04:31Z",
                                   "2017-11-23T15:04:31z",
                                   "2017-11-23 15:04:31Z",
                                   "2017-11-23T15:04:31.5Z",
                                   "2017-11-23T15:04:31,5Z",
                                   "2017-11-23T24:00:00Z",
                                   "2017-11-23T15:60:00Z",
                                   "2017-11-23T23:59:60Z",
                                   "2017-11-23T15:04:31+5",
                                   "2017-11-23T15:04:31+0500",
                                   "2017-11-23T15:04:31+05:0",
                                   "2017-11-23T15:04:31+24:00",
                                   "2017-11-23T15:04:31+05:60",
                                   "2017-11-23T15:04:31-00:00",
                                   "2017-11-23T15:04:31-00",
                                   "2017-11-23T15:04:31\xe2\x88\x92"
                                   "05:00",
                                   "2017-11-23T15:04:31+05:00~",
                                   "2017-11-23T15:04:31Z?",
                                   "2017-11-23?T15:04:31Z",
                                   "2017-11-31T15:04:31Z",
                                   "2017-11-XXT15:04:31Z",
                                   "2017-11T15:04:31Z",
                                   "2017-11-23T1X:04:31Z",
                                   "2017-11-23T-1:04:31Z",
                                   "2017-11-23T15:04:31ZZ"}) {
        INFO(text);
        CHECK(!find_edtf(text));
        CHECK(code_of([&] { return parse_edtf(text); }) == ErrorCode::kUsage);
    }
}

TEST_CASE("a refusal says what to write", "[edtf]") {
    const auto message = [](std::string_view text) {
        return message_of([&] { return parse_edtf(text); });
    };
    CHECK(message("23.11.17") ==
          "\"23.11.17\" is not a date kua reads; write 2017-11-23, "
          "2017-11-23? or 2017-11-23/2017-11-26");
    CHECK(message("2017-02-30") ==
          "\"2017-02-30\" is not a date kua reads; that month has no such day");
    CHECK(message("2017-11-23T15:04:31").ends_with("ahead of UTC: 2017-11-23T15:04:31+05:00"));
    CHECK(message("2017-11-23T15:04:31Z~").ends_with("give a tolerance, PT1H"));
    CHECK(message("2018/2017").ends_with("the interval ends before it begins"));
    CHECK(message("2017-11-XX/2017-12").ends_with("write 2017-11/2017-12"));
    CHECK(message("Y170000002").ends_with("years 0000 to 9999"));
    CHECK(message("\x1b[2J").find('\x1b') == std::string::npos);
    CHECK(message(std::string(5000, 'x')).size() < 200);
}

TEST_CASE("the dates of the sample case match as they should", "[edtf]") {
    for (const std::string fact :
         {"2017-11-23T15:04:31+05:00", "2017-11-23T15:11:02+05:00", "2017-11-23?",
          "2017-11-23T15:12:08+05:00", "2017-11-XX", "2017-11-23/2017-11-24"}) {
        CHECK(matches(fact, "2017-11-23"));
    }
    CHECK(!matches("2017-11-29", "2017-11-23"));
}

TEST_CASE("days count in the zone written in the fact", "[edtf]") {
    CHECK(matches("2017-11-23T01:00:00+05:00", "2017-11-23"));  // still the 22nd in UTC
    CHECK(!matches("2017-11-23T01:00:00+05:00", "2017-11-22"));
    CHECK(matches("2017-11-22", "2017-11-22T23:30:00-08:00"));
    CHECK(matches("2017-11-23T01:00:00+05:00", "2017-11-22T20:00:00Z"));
    CHECK(!matches("2017-11-23T01:00:00+05:00", "2017-11-23T01:00:00Z"));
}

TEST_CASE("spans overlap when they share a second", "[edtf]") {
    CHECK(matches("2017-11", "2017-11-30"));
    CHECK(!matches("2017-11", "2017-12"));
    CHECK(matches("2017-11~", "2017-12"));
    CHECK(!matches("2017-11?", "2017-12"));
    CHECK(matches("2017-11-23/..", "2031"));
    CHECK(!matches("2017-11-23/..", "2017-11-22"));
    CHECK(matches("/2017-11-23", "1999"));
    CHECK(matches("../2017", "2017-06/.."));
    CHECK(!matches("../2016", "2017/.."));
    CHECK(overlap(TimeSpan{}, parse_edtf("2017").span));
}

TEST_CASE("a tolerance widens both ends and leaves open ones open", "[edtf]") {
    const TimeSpan three = parse_edtf("2017-11-23T15:00:00+05:00").span;
    const TimeSpan about_three = widen(three, 3600);
    CHECK(overlap(about_three, parse_edtf("2017-11-23T16:00:00+05:00").span));
    CHECK(!overlap(about_three, parse_edtf("2017-11-23T16:00:01+05:00").span));
    CHECK(overlap(about_three, parse_edtf("2017-11-23T14:00:00+05:00").span));
    CHECK(!overlap(three, parse_edtf("2017-11-23T14:59:59+05:00").span));
    CHECK(widen(three, 0) == three);
    const TimeSpan open = widen(parse_edtf("2017/..").span, 60);
    CHECK(!open.latest_s);
    CHECK(open.earliest_s == *parse_edtf("2017").span.earliest_s - 60);
    CHECK(code_of([&] { return widen(three, -1); }) == ErrorCode::kBug);
}

TEST_CASE("the coarse day is that of the fact's own zone", "[edtf]") {
    const auto day_of = [](std::string_view text) { return coarsen_to_day(parse_edtf(text)); };
    CHECK(day_of("2017-11-23T01:00:00+05:00") == "2017-11-23");
    CHECK(day_of("2017-11-22T20:00:00Z") == "2017-11-22");
    for (const std::string text :
         {"2017-11-23?", "2017-05~", "2017-11-XX", "2017-11-23/2017-11-26", "2017"}) {
        CHECK(day_of(text) == text);
    }
}

TEST_CASE("a moment is shown with the offset it was claimed in", "[edtf]") {
    CHECK(format_edtf(1511431471, 300) == "2017-11-23T15:04:31+05:00");
    CHECK(format_edtf(1511431471, -210) == "2017-11-23T06:34:31-03:30");
    CHECK(format_edtf(1511431471, 0) == "2017-11-23T10:04:31Z");
    CHECK(format_edtf(0, 0) == "1970-01-01T00:00:00Z");
    CHECK(format_edtf(-1, 60) == "1970-01-01T00:59:59+01:00");
    CHECK(format_edtf(4294967296, 0) == "2106-02-07T06:28:16Z");
}

TEST_CASE("moments and offsets that EDTF can't say are nothing [T24]", "[edtf]") {
    using Limits = std::numeric_limits<std::int64_t>;
    for (const std::int64_t second :
         {Limits::min(), std::int64_t{-62167219201}, std::int64_t{253402300800}, Limits::max()}) {
        CHECK(!format_edtf(second, 0));
    }
    CHECK(!format_edtf(0, 1440));
    CHECK(!format_edtf(0, -1440));
    for (const std::int64_t second :
         {std::int64_t{-62167132800}, std::int64_t{0}, std::int64_t{253402214399}}) {
        for (const int offset : {-1439, -60, 0, 1, 1439}) {
            const std::optional<std::string> text = format_edtf(second, offset);
            REQUIRE(text);
            CHECK(parse_edtf(*text).span.earliest_utc_s() == second);
        }
    }
}
