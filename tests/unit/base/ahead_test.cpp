#include "vault/base/ahead.h"

#include <atomic>
#include <future>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"
#include "tests/support/errors.h"

namespace kua::base {
namespace {

using testing::code_of;

constexpr int kMany = 20'000;  // more than could run before anybody goes

void linger() {
    for (int i = 0; i < 500; ++i) {
        std::this_thread::yield();
    }
}

Bytes number(int value) {
    return {static_cast<std::byte>(value)};
}

TEST_CASE("results come in the order of their jobs", "[threads][base]") {
    Ahead ahead;
    int done = 0;  // shared by jobs alone
    for (int i = 0; i < 200; ++i) {
        ahead.add([&done] { return number(done++); });
    }
    CHECK(ahead.count() == 200);
    bool is_in_order = true;
    for (int i = 0; i < 200; ++i) {
        is_in_order = ahead.take() == number(i) && is_in_order;
    }
    CHECK(is_in_order);
    CHECK(ahead.count() == 0);
}

TEST_CASE("a job that failed is told in its turn, and those behind it still run",
          "[threads][base]") {
    Ahead ahead;
    ahead.add([] { return number(1); });
    ahead.add([]() -> Bytes { throw Error{ErrorCode::kDamaged, "a part is missing"}; });
    ahead.add([] { return number(3); });
    CHECK(ahead.take() == number(1));
    CHECK(code_of([&] { return ahead.take(); }) == ErrorCode::kDamaged);
    CHECK(ahead.take() == number(3));
}

TEST_CASE("jobs run while nobody waits for them", "[threads][base]") {
    std::promise<void> has_run;
    Ahead ahead;
    ahead.add([&] {
        has_run.set_value();
        return number(1);
    });
    has_run.get_future().wait();
    CHECK(ahead.take() == number(1));
}

TEST_CASE("whoever goes away waits for the job that runs and drops the others", "[threads][base]") {
    std::promise<void> begun;
    std::atomic<bool> has_ended = false;
    std::atomic<int> ran = 0;
    {
        Ahead ahead;
        ahead.add([&] {
            begun.set_value();
            linger();
            has_ended = true;
            return number(1);
        });
        for (int i = 0; i < kMany; ++i) {
            ahead.add([&ran] {
                linger();
                return number(++ran & 0x7f);
            });
        }
        begun.get_future().wait();
    }
    CHECK(has_ended);
    CHECK(ran < kMany);
}

TEST_CASE("to take what was never added is a mistake of the caller's", "[threads][base]") {
    Ahead ahead;
    CHECK(code_of([&] { return ahead.take(); }) == ErrorCode::kBug);
}

}  // namespace
}  // namespace kua::base
