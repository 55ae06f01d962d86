// Where text leaves the program, and signals. The files named cli/terminal* and cli/inspector.cpp
// are the only ones in kua's cli/ that talk to the system; cli/inspect/ are programs of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace kua::cli {

enum class Stream : std::uint8_t { kOut, kErr };

// Standard output and error. Safe from any thread. One per process.
class Terminal {
public:
    Terminal();
    ~Terminal();  // takes the status line away
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    bool is_terminal(Stream stream) const noexcept;
    // Whether the terminal there understands the few escape sequences that kua uses.
    bool is_capable(Stream stream) const noexcept;
    // Columns of the terminal there; 80 when there is none.
    std::size_t width(Stream stream) const noexcept;

    // Writes all of `text` at once, unbuffered, as it is: escape what is untrusted before. Never
    // throws, so that a full disk behind a pipe can't stop an intake half-way: the first failure is
    // kept for finish(). A reader that went away (`kua list | head`) is no failure.
    void write(Stream stream, std::string_view text) noexcept;
    // Throws kStorage if standard output could not take everything.
    void finish() const;

    // A line at the bottom of the terminal that other output moves down; "" takes it away. Nothing
    // happens where standard error is no capable terminal.
    void set_status(std::string_view line) noexcept;

private:
    void erase_status() noexcept;

    bool terminal_[2] = {false, false};
    bool capable_ = false;
    std::mutex mutex_;
    bool status_shown_ = false;
    int failure_ = 0;
};

// From here on the first SIGINT, SIGTERM or SIGHUP only sets a flag, so that work in hand ends in
// order; the second kills. SIGPIPE is ignored.
void catch_signals() noexcept;
// The signal that came, or 0. Any thread.
int caught_signal() noexcept;
// From here on the next one counts as the first.
void forget_signal() noexcept;

// Milliseconds since some fixed point, never going back.
std::uint64_t monotonic_ms() noexcept;

// Two clocks that differ by the time for which the machine was suspended.
struct ClockReading {
    std::uint64_t awake_ms = 0;    // stands still while it is suspended
    std::uint64_t elapsed_ms = 0;  // doesn't
};
ClockReading read_clocks() noexcept;

}  // namespace kua::cli
