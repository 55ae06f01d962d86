#include "cli/terminal.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <system_error>

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kua/error.h"

namespace kua::cli {
namespace {

constexpr std::string_view kEraseLine = "\r\x1b[K";

std::atomic<int> signal_seen{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may only touch such");

extern "C" void note_signal(int signal) noexcept {
    signal_seen.store(signal);
}

int descriptor_of(Stream stream) noexcept {
    return stream == Stream::kOut ? STDOUT_FILENO : STDERR_FILENO;
}

// 0, or the error that stopped it.
int write_all(int descriptor, std::string_view text) noexcept {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            pollfd ready{descriptor, POLLOUT, 0};
            ::poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

std::uint64_t read_ms(clockid_t clock) noexcept {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

}  // namespace

Terminal::Terminal() {
    terminal_[0] = ::isatty(STDOUT_FILENO) == 1;
    terminal_[1] = ::isatty(STDERR_FILENO) == 1;
    const char* type = std::getenv("TERM");
    capable_ = type != nullptr && *type != '\0' && std::string_view{type} != "dumb";
}

Terminal::~Terminal() {
    set_status("");
}

bool Terminal::is_terminal(Stream stream) const noexcept {
    return terminal_[stream == Stream::kOut ? 0 : 1];
}

bool Terminal::is_capable(Stream stream) const noexcept {
    return capable_ && is_terminal(stream);
}

std::size_t Terminal::width(Stream stream) const noexcept {
    winsize size{};
    const bool known = ::ioctl(descriptor_of(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}

void Terminal::write(Stream stream, std::string_view text) noexcept {
    const std::lock_guard lock{mutex_};
    if (is_terminal(stream)) {
        erase_status();
    }
    const int failure = write_all(descriptor_of(stream), text);
    if (stream == Stream::kOut && failure != EPIPE && failure_ == 0) {
        failure_ = failure;
    }
}

void Terminal::finish() const {
    if (failure_ != 0) {
        throw Error{ErrorCode::kStorage,
                    "can't write the output: " + std::generic_category().message(failure_)};
    }
}

void Terminal::set_status(std::string_view line) noexcept {
    if (!is_capable(Stream::kErr)) {
        return;
    }
    const std::lock_guard lock{mutex_};
    if (line.empty()) {
        erase_status();
        return;
    }
    write_all(STDERR_FILENO, kEraseLine);
    write_all(STDERR_FILENO, line);
    status_shown_ = true;
}

void Terminal::erase_status() noexcept {
    if (status_shown_) {
        write_all(STDERR_FILENO, kEraseLine);
        status_shown_ = false;
    }
}

void catch_signals() noexcept {
    struct sigaction action {};
    action.sa_handler = note_signal;
    // No SA_RESTART: a prompt has to notice. SA_RESETHAND: the second one kills.
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigemptyset(&action.sa_mask);
    // SIGINT also where a shell started the program in the background and had it ignored: whoever
    // sends it means it.
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    struct sigaction hangup {};
    ::sigaction(SIGHUP, nullptr, &hangup);
    if (hangup.sa_handler != SIG_IGN) {  // nohup
        ::sigaction(SIGHUP, &action, nullptr);
    }
    action.sa_handler = SIG_IGN;
    action.sa_flags = 0;
    ::sigaction(SIGPIPE, &action, nullptr);
}

int caught_signal() noexcept {
    return signal_seen.load();
}

void forget_signal() noexcept {
    signal_seen.store(0);
    catch_signals();
}

std::uint64_t monotonic_ms() noexcept {
    return read_ms(CLOCK_MONOTONIC);
}

ClockReading read_clocks() noexcept {
    // In this order: a pause between the two doesn't look like a suspension.
    const std::uint64_t elapsed_ms = read_ms(CLOCK_BOOTTIME);
    return {read_ms(CLOCK_MONOTONIC), elapsed_ms};
}

}  // namespace kua::cli
