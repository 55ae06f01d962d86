// Watches over network calls of a library that waits without limit. While a guard lives
// - a connection that the other side closed is an error of the call and no SIGPIPE,
// - a connection on which nothing moves for too long, or that the person gave up, is shut down
//   from another thread, so that the call returns with an error.
// It shuts down every socket that this process opened since the guard was made: a program that
// talks to others meanwhile, in other threads, must not use it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace kua::base {

enum class ConnectionEnd : std::uint8_t {
    kNone,     // not by the guard
    kStalled,  // nothing moved for the time given
    kStopped,  // `stopped` said so
};

class ConnectionGuard {
public:
    // `stopped`, if there is one, is asked several times a second, from a thread of the guard. One
    // thread makes, uses and destroys the guard.
    ConnectionGuard(std::chrono::milliseconds longest_silence, std::function<bool()> stopped);
    ConnectionGuard(const ConnectionGuard&) = delete;
    ConnectionGuard& operator=(const ConnectionGuard&) = delete;
    ~ConnectionGuard();

    void moved() noexcept;  // bytes came or went
    ConnectionEnd end() const noexcept;

private:
    struct Watch;
    std::unique_ptr<Watch> watch_;
};

}  // namespace kua::base
