// Waiting for a person: until something was typed, a signal came, or somebody would not wait
// longer.
#pragma once

#include <array>
#include <csignal>
#include <cstdint>

namespace kua::cli {

// Hears of it while the program waits.
class WaitingObserver {
public:
    virtual ~WaitingObserver() = default;
    // Something was typed.
    virtual void typed() noexcept = 0;
    // Asked every second, and before what was typed counts. Whether to wait no longer.
    virtual bool expired() noexcept = 0;
};

enum class Waited : std::uint8_t { kReady, kSignal, kExpired };

// Signals that would leave a terminal without echo, or a secret on it, if they hit while waiting.
// Blocked but for the wait itself, so none is lost between a look and the wait; one that
// caught_signal() knows already counts as having come. One at a time.
class WatchedSignals {
public:
    WatchedSignals() noexcept;
    WatchedSignals(const WatchedSignals&) = delete;
    WatchedSignals& operator=(const WatchedSignals&) = delete;
    ~WatchedSignals();

    // The signal that came, or 0.
    int caught() const noexcept;
    // Until `descriptor` has something to read, or is at its end. Without an observer for ever.
    Waited wait_for(int descriptor, WaitingObserver* observer) const noexcept;

private:
    static constexpr std::array kWatched{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

    sigset_t mask_before_{};
    std::array<struct sigaction, kWatched.size()> before_{};
};

}  // namespace kua::cli
