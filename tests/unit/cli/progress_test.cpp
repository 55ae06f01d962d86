#include "cli/progress.h"

#include <cstdint>

#include <catch2/catch_test_macros.hpp>

#include "kua/text.h"

using kua::cli::progress_line;
using kua::cli::ProgressState;

TEST_CASE("the bar says how far, how fast and how long", "[cli]") {
    const ProgressState state{.stage = "sealing",
                              .bytes = std::uint64_t{1} << 30,
                              .total_bytes = std::uint64_t{4} << 30,
                              .items = 10,
                              .total_items = 40,
                              .elapsed_ms = 4000};
    CHECK(progress_line(state, 100) ==
          "sealing  [######------------------]   25%  1.0 GiB of 4.0 GiB  256 MiB/s  13 s left");
}

TEST_CASE("the bar never takes more than the terminal has", "[cli]") {
    const ProgressState state{.stage = "reading back",
                              .bytes = 5,
                              .total_bytes = UINT64_MAX,
                              .items = 0,
                              .total_items = 0,
                              .elapsed_ms = 1'000'000};
    for (std::size_t width = 0; width < 120; ++width) {
        CHECK(kua::display_width(progress_line(state, width)) <= width);
    }
}

TEST_CASE("work without known totals shows what was done", "[cli]") {
    const ProgressState state{.stage = "checking",
                              .bytes = 3 << 20,
                              .total_bytes = 0,
                              .items = 0,
                              .total_items = 0,
                              .elapsed_ms = 3000};
    CHECK(progress_line(state, 80) == "checking  3.0 MiB  1.0 MiB/s");
}

TEST_CASE("work counted in items shows items", "[cli]") {
    const ProgressState state{.stage = "rebuilding",
                              .bytes = 0,
                              .total_bytes = 0,
                              .items = 1,
                              .total_items = 2,
                              .elapsed_ms = 2000};
    CHECK(progress_line(state, 80) ==
          "rebuilding  [############------------]   50%  1 of 2  3 s left");
}

TEST_CASE("more done than was estimated is still 100 percent", "[cli]") {
    const ProgressState state{.stage = "sealing",
                              .bytes = 300,
                              .total_bytes = 100,
                              .items = 0,
                              .total_items = 0,
                              .elapsed_ms = 2000};
    CHECK(progress_line(state, 80).find("100%") != std::string::npos);
}
