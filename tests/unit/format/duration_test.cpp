#include "vault/format/duration.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"
#include "tests/support/errors.h"

using kua::ErrorCode;
using kua::format::find_duration;
using kua::format::parse_duration;
using kua::testing::code_of;
using kua::testing::message_of;

TEST_CASE("durations are seconds", "[duration]") {
    CHECK(parse_duration("PT1H") == 3600);
    CHECK(parse_duration("-PT4H12M") == -15120);
    CHECK(parse_duration("PT4H12M") == 15120);
    CHECK(parse_duration("PT90M") == 5400);
    CHECK(parse_duration("PT0S") == 0);
    CHECK(parse_duration("P1D") == 86400);
    CHECK(parse_duration("P1DT12H30M5S") == 131405);
    CHECK(parse_duration("PT1H5S") == 3605);
    CHECK(parse_duration("P2W") == 1209600);
    CHECK(parse_duration("PT01H") == 3600);
    CHECK(parse_duration("P999999999W") == 604799999395200);
}

TEST_CASE("everything else is refused with what to write", "[duration]") {
    for (const std::string text : {"",       "P",         "-",
                                   "-P",     "PT",        "P1DT",
                                   "4h",     "1H",        "PT1",
                                   "PT1X",   "T1H",       "pT1H",
                                   "PT1h",   "P1H",       "PT1D",
                                   "P1M",    "P1Y",       "P1Y2M",
                                   "PT1M1H", "PT1H1H",    "PT1S1M",
                                   "P1W2D",  "P1WT1H",    "P1D1W",
                                   "PT1.5H", "PT1,5H",    "PT-1H",
                                   "+PT1H",  "--PT1H",    "PT1H ",
                                   " PT1H",  "PT1H\n",    "PT1000000000S",
                                   "PTH",    "P1DT1HT1M", "P-1D",
                                   "01:00"}) {
        INFO(text);
        CHECK(!find_duration(text));
        CHECK(code_of([&] { return parse_duration(text); }) == ErrorCode::kUsage);
    }
    CHECK(message_of([] { return parse_duration("4h"); }) ==
          "\"4h\" is not a duration; write PT4H or -PT30M");
    CHECK(message_of([] { return parse_duration(std::string(5000, 'x')); }).size() < 100);
}
