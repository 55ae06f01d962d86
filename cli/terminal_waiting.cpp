#include "cli/terminal_waiting.h"

#include <atomic>
#include <ctime>

#include <poll.h>

#include "cli/terminal.h"

namespace kua::cli {
namespace {

std::atomic<int> waiting_signal{0};

extern "C" void note_while_waiting(int signal) noexcept {
    waiting_signal.store(signal);
}

}  // namespace

WatchedSignals::WatchedSignals() noexcept {
    sigset_t watched;
    ::sigemptyset(&watched);
    for (const int signal : kWatched) {
        ::sigaddset(&watched, signal);
    }
    ::pthread_sigmask(SIG_BLOCK, &watched, &mask_before_);
    waiting_signal.store(caught_signal());  // what came just before is waited for no longer
    struct sigaction action {};
    action.sa_handler = note_while_waiting;
    ::sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < kWatched.size(); ++i) {
        ::sigaction(kWatched[i], nullptr, &before_[i]);
        if (before_[i].sa_handler != SIG_IGN) {
            ::sigaction(kWatched[i], &action, nullptr);
        }
    }
}

WatchedSignals::~WatchedSignals() {
    for (std::size_t i = 0; i < kWatched.size(); ++i) {
        ::sigaction(kWatched[i], &before_[i], nullptr);
    }
    ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

int WatchedSignals::caught() const noexcept {
    return waiting_signal.load();
}

Waited WatchedSignals::wait_for(int descriptor, WaitingObserver* observer) const noexcept {
    const timespec second{1, 0};
    const timespec at_once{0, 0};
    while (waiting_signal.load() == 0) {
        pollfd ready{descriptor, POLLIN, 0};
        const int found =
            ::ppoll(&ready, 1, observer == nullptr ? nullptr : &second, &mask_before_);
        if (observer != nullptr && observer->expired()) {
            return Waited::kExpired;
        }
        // Where both are there, the signal came before what was typed after it.
        ::ppoll(nullptr, 0, &at_once, &mask_before_);
        if (found > 0 && waiting_signal.load() == 0) {
            if (observer != nullptr) {
                observer->typed();
            }
            return Waited::kReady;
        }
    }
    return Waited::kSignal;
}

}  // namespace kua::cli
