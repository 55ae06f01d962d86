#include "cli/idle_watch.h"

#include <catch2/catch_test_macros.hpp>

namespace kua::cli {
namespace {

constexpr std::uint64_t kTenMinutes = 600'000;
constexpr std::uint64_t kSecond = 1000;

// Two clocks that the test moves.
struct Machine {
    ClockReading now{5'000'000, 7'000'000};  // suspended before, for 2,000 s

    void work_for(std::uint64_t ms) {
        now.awake_ms += ms;
        now.elapsed_ms += ms;
    }
    void suspend_for(std::uint64_t ms) { now.elapsed_ms += ms; }
};

TEST_CASE("it is time to lock when nothing was typed for so long, and not before", "[cli]") {
    Machine machine;
    IdleWatch watch{kTenMinutes, machine.now};
    machine.work_for(kTenMinutes - 1);
    CHECK(watch.look(machine.now) == TimeToLock::kNo);
    machine.work_for(1);
    CHECK(watch.look(machine.now) == TimeToLock::kIdle);
}

TEST_CASE("whoever types is not idle", "[cli]") {
    Machine machine;
    IdleWatch watch{kTenMinutes, machine.now};
    for (int i = 0; i < 5; ++i) {
        machine.work_for(kTenMinutes - kSecond);
        CHECK(watch.look(machine.now) == TimeToLock::kNo);
        watch.active(machine.now);
    }
    machine.work_for(kTenMinutes);
    CHECK(watch.look(machine.now) == TimeToLock::kIdle);
}

TEST_CASE("it is time to lock after the machine was suspended, however shortly", "[cli]") {
    Machine machine;
    IdleWatch watch{kTenMinutes, machine.now};
    machine.suspend_for(kSecond);
    CHECK(watch.look(machine.now) == TimeToLock::kSuspended);
}

TEST_CASE("typing doesn't hide a suspension, and what was found stays", "[cli]") {
    Machine machine;
    IdleWatch watch{kTenMinutes, machine.now};
    machine.suspend_for(8 * 3600 * kSecond);
    watch.active(machine.now);
    machine.work_for(1);
    CHECK(watch.look(machine.now) == TimeToLock::kSuspended);
    watch.active(machine.now);
    CHECK(watch.look(machine.now) == TimeToLock::kSuspended);
}

TEST_CASE("a suspension counts as such, not as idle time", "[cli]") {
    Machine machine;
    IdleWatch watch{kTenMinutes, machine.now};
    machine.work_for(kTenMinutes / 2);
    machine.suspend_for(kTenMinutes);
    CHECK(watch.look(machine.now) == TimeToLock::kSuspended);
}

TEST_CASE("clocks that are read a moment apart are no suspension", "[cli]") {
    Machine machine;
    IdleWatch watch{kTenMinutes, machine.now};
    machine.now.elapsed_ms += 3;
    CHECK(watch.look(machine.now) == TimeToLock::kNo);
    machine.now.awake_ms += 900;
    CHECK(watch.look(machine.now) == TimeToLock::kNo);
    // A reading that makes no sense locks nothing either.
    CHECK(watch.look({6'000'000 - 5'000, 0}) != TimeToLock::kSuspended);
}

TEST_CASE("idle times are minutes or durations within limits", "[cli]") {
    CHECK(parse_idle_time("10") == kTenMinutes);
    CHECK(parse_idle_time("1440") == 86'400'000U);
    CHECK(parse_idle_time("PT10M") == kTenMinutes);
    CHECK(parse_idle_time("PT1S") == 1000U);
    CHECK(parse_idle_time("PT1H30M15S") == 5'415'000U);
    CHECK(parse_idle_time("PT24H") == 86'400'000U);
    for (const char* wrong :
         {"",        "0",      "-1",  "+1",    "1.5",     "1441",       "10 ",
          " 10",     "10m",    "PT",  "PT0S",  "PT25H",   "PT10",       "PTM",
          "PT10M5H", "PT5M5M", "P1D", "pt10m", "9999999", "PT9999999S", "PT-5M"}) {
        INFO(wrong);
        CHECK_FALSE(parse_idle_time(wrong));
    }
}

}  // namespace
}  // namespace kua::cli
