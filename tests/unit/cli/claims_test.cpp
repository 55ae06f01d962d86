#include "cli/inspect/claims.h"

#include <limits>

#include <catch2/catch_test_macros.hpp>

namespace kua::inspect {
namespace {

TEST_CASE("times of pictures keep the zone they came with, or none", "[inspect]") {
    CHECK(exif_time("2017:11:23 15:04:31", "+05:00") == "2017-11-23T15:04:31+05:00");
    CHECK(exif_time("2017:11:23 15:04:31", "Z") == "2017-11-23T15:04:31Z");
    CHECK(exif_time("2017:11:23 16:11:02", "") == "2017-11-23T16:11:02");
    CHECK(exif_time("2017:11:23 16:11:02", "five") == "2017-11-23T16:11:02");
    CHECK(exif_time(std::string_view{"2017:11:23 16:11:02\0", 20}, "") == "2017-11-23T16:11:02");
    for (const char* none :
         {"", "0000:00:00 00:00:00", "    :  :     :  :  ", "2017-11-23 15:04:31", "2017:11:23",
          "2017:11:23 15:04:31.5", "yesterday"}) {
        CHECK_FALSE(exif_time(none, "+05:00"));
    }
}

TEST_CASE("times of recordings are read in all spellings that are met", "[inspect]") {
    CHECK(recorded_time("2017-11-23 10:12:08 UTC") == "2017-11-23T10:12:08Z");
    CHECK(recorded_time("UTC 2017-11-23 10:12:08") == "2017-11-23T10:12:08Z");
    CHECK(recorded_time("UTC 2017-11-23 10:12:08.123") == "2017-11-23T10:12:08Z");
    CHECK(recorded_time("2017-11-23T15:12:08+0500") == "2017-11-23T15:12:08+05:00");
    CHECK(recorded_time("2017-11-23T15:12:08.5-03:30") == "2017-11-23T15:12:08-03:30");
    CHECK(recorded_time("2017-11-23 15:12:08") == "2017-11-23T15:12:08");
    CHECK(recorded_time("2017-11-23") == "2017-11-23");
    for (const char* none : {"", "2017", "1904-01-01 00:00:00 UTC", "UTC 1904-01-01 00:00:00",
                             "0000-00-00", "2017-11-23 15:12", "2017-11-23 later on that day"}) {
        CHECK_FALSE(recorded_time(none));
    }
}

TEST_CASE("a device is named once", "[inspect]") {
    CHECK(device_name("Sample", "Sample Phone A") == "Sample Phone A");
    CHECK(device_name("Apple", "iPhone X") == "Apple iPhone X");
    CHECK(device_name("Apple", "") == "Apple");
    CHECK(device_name("", "iPhone X ") == "iPhone X");
    CHECK_FALSE(device_name("  ", ""));
    CHECK(device_name(std::string(1000, 'a'), std::string(1000, 'b'))->size() == 200);
}

TEST_CASE("positions are decimal degrees within their limits", "[inspect]") {
    CHECK(degrees_text(42.1012, 90) == "42.1012");
    CHECK(degrees_text(-50.9, 180) == "-50.9");
    CHECK(degrees_text(90, 90) == "90");
    CHECK(degrees_text(-0.0000001, 90) == "0");
    CHECK_FALSE(degrees_text(90.0001, 90));
    CHECK_FALSE(degrees_text(std::numeric_limits<double>::quiet_NaN(), 90));
    Claims claims;
    take_location("+42.1012-050.9021+012.3/", claims);
    CHECK(claims.latitude == "42.1012");
    CHECK(claims.longitude == "-50.9021");
    for (const char* none : {"", "42.1 50.9", "+42.1", "+91+000/", "+42.1+181/", "++", "+1e5+1/"}) {
        Claims nothing;
        take_location(none, nothing);
        CHECK_FALSE(nothing.latitude);
        CHECK_FALSE(nothing.longitude);
    }
}

TEST_CASE("an answer is JSON whatever the file says", "[inspect]") {
    CHECK(answer_text({}, "tool 1", "seccomp") ==
          "{\"kua_inspect\":1,\"tool\":\"tool 1\",\"sandbox\":\"seccomp\"}\n");
    Claims claims;
    claims.device = "a\"b\\c\x01\x7f\xff\xc3\xa9\xe2\x82";
    claims.width = 640;
    CHECK(answer_text(claims, "t", "s") ==
          "{\"kua_inspect\":1,\"tool\":\"t\",\"sandbox\":\"s\",\"device\":"
          "\"a\\\"b\\\\c???\xc3\xa9??\",\"width\":640}\n");
}

TEST_CASE("an answer keeps all letters and drops what are none", "[inspect]") {
    for (const std::string letter : {"\xd2\x93", "\xe0\xa4\x95", "\xe4\xb8\x89", "\xef\xbd\xb1",
                                     "\xf0\x9f\x93\xb7", "\xf4\x8f\xbf\xbd"}) {
        Claims claims;
        claims.device = letter;
        CHECK(answer_text(claims, "t", "s").find("\"" + letter + "\"") != std::string::npos);
    }
    for (const std::string none : {"\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                   "\xf8\x88\x80\x80", "\x80"}) {
        Claims claims;
        claims.device = none;
        CHECK(answer_text(claims, "t", "s").find("\"" + std::string(none.size(), '?') + "\"") !=
              std::string::npos);
    }
}

}  // namespace
}  // namespace kua::inspect
