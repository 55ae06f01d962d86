// Signals and waiting for a person.
#include "cli/terminal_waiting.h"

#include <array>
#include <csignal>

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "cli/terminal.h"
#include "cli/terminal_restart.h"

namespace kua::cli {
namespace {

// Gives up at its first look, so that a test that fails doesn't wait for ever.
class Impatient final : public WaitingObserver {
public:
    void typed() noexcept override {}
    bool expired() noexcept override { return true; }
};

TEST_CASE("a signal that comes just before a wait ends it", "[cli]") {
    std::array<int, 2> nothing{};
    REQUIRE(::pipe(nothing.data()) == 0);
    Impatient observer;
    catch_signals();
    CHECK(WatchedSignals{}.wait_for(nothing[0], &observer) == Waited::kExpired);
    ::raise(SIGTERM);
    {
        const WatchedSignals signals;
        CHECK(signals.wait_for(nothing[0], &observer) == Waited::kSignal);
        CHECK(signals.caught() == SIGTERM);
    }
    act_upon(SIGTERM);  // known already: it isn't the second one, which kills
    CHECK(caught_signal() == SIGTERM);
    forget_signal();
    CHECK(WatchedSignals{}.wait_for(nothing[0], &observer) == Waited::kExpired);
    for (const int end : nothing) {
        ::close(end);
    }
}

}  // namespace
}  // namespace kua::cli
