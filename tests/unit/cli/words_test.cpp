#include "cli/words.h"

#include <cstdint>

#include <catch2/catch_test_macros.hpp>

TEST_CASE("sizes are rounded, never to 1,024 of a unit", "[cli]") {
    using kua::cli::human_bytes;
    CHECK(human_bytes(0) == "0 B");
    CHECK(human_bytes(1023) == "1023 B");
    CHECK(human_bytes(1024) == "1.0 KiB");
    CHECK(human_bytes(7839) == "7.7 KiB");
    CHECK(human_bytes(10239) == "10 KiB");
    CHECK(human_bytes(1024 * 1024 - 1) == "1.0 MiB");
    CHECK(human_bytes(std::uint64_t{412} << 20) == "412 MiB");
    CHECK(human_bytes(std::uint64_t{5} << 30) == "5.0 GiB");
    CHECK(human_bytes(UINT64_MAX) == "16 EiB");
}

TEST_CASE("numbers are grouped and things counted", "[cli]") {
    CHECK(kua::cli::grouped(0) == "0");
    CHECK(kua::cli::grouped(999) == "999");
    CHECK(kua::cli::grouped(3086) == "3,086");
    CHECK(kua::cli::grouped(1234567) == "1,234,567");
    CHECK(kua::cli::counted(1, "item", "items") == "1 item");
    CHECK(kua::cli::counted(0, "item", "items") == "0 items");
}

TEST_CASE("times of day are readable, everything else stays as it was claimed", "[cli]") {
    using kua::cli::readable_minute;
    using kua::cli::readable_time;
    CHECK(readable_time("2017-11-23T15:04:31+05:00") == "2017-11-23 15:04:31 +05:00");
    CHECK(readable_time("2017-11-23T15:04:31Z") == "2017-11-23 15:04:31 UTC");
    CHECK(readable_time("2017-11-23T15:04") == "2017-11-23 15:04");
    CHECK(readable_minute("2017-11-23T15:04:31+05:00") == "2017-11-23 15:04");
    for (const char* other : {"", "2017-11-23?", "2017-05~", "2017-11-23/..", "T", "x\x1b"}) {
        CHECK(readable_time(other) == other);
        CHECK(readable_minute(other) == other);
    }
}

TEST_CASE("cases are named by the front of their ids", "[cli]") {
    CHECK(kua::cli::cases_are({"ec6d2593aa"}) == "case ec6d2593 is");
    CHECK(kua::cli::cases_are({"ec6d2593aa", "f07caf4abb"}) == "cases ec6d2593, f07caf4a are");
}

TEST_CASE("time left is short", "[cli]") {
    CHECK(kua::cli::human_seconds(8) == "8 s");
    CHECK(kua::cli::human_seconds(200) == "3 min");
    CHECK(kua::cli::human_seconds(7800) == "2 h 10 min");
}
