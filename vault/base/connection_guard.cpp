#include "vault/base/connection_guard.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <ctime>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <dirent.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vault/base/cdeleter.h"
#include "vault/base/parse.h"
#include "vault/base/posix_error.h"

namespace kua::base {
namespace {

constexpr std::chrono::milliseconds kStep{100};
constexpr std::uint64_t kMaxDescriptor = 1U << 30U;

struct Socket {
    int descriptor = -1;
    std::string name;  // "socket:[inode]": tells a socket from a later one with the same number
};

// By the names of the links, without touching the descriptors, which belong to other threads.
std::vector<Socket> open_sockets() {
    std::vector<Socket> found;
    const std::unique_ptr<::DIR, CDeleter<::closedir>> listing{::opendir("/proc/self/fd")};
    if (!listing) {
        throw_errno(errno, "list open connections");
    }
    while (const ::dirent* const entry = ::readdir(listing.get())) {
        const std::optional<std::uint64_t> number = parse_unsigned(entry->d_name, kMaxDescriptor);
        std::array<char, 64> target{};
        const ::ssize_t size =
            ::readlinkat(::dirfd(listing.get()), entry->d_name, target.data(), target.size());
        const std::string_view name{target.data(), size < 0 ? 0 : static_cast<std::size_t>(size)};
        if (number && name.starts_with("socket:")) {
            found.push_back({static_cast<int>(*number), std::string{name}});
        }
    }
    return found;
}

// Signals that this thread doesn't take; the thread's own mask comes back at the end.
class BlockedSignals {
public:
    explicit BlockedSignals(const ::sigset_t& blocked) {
        const int error = ::pthread_sigmask(SIG_BLOCK, &blocked, &before_);
        if (error != 0) {
            throw_errno(error, "block signals");
        }
    }
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;
    ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    ::sigset_t before_{};
};

::sigset_t all_signals() {
    ::sigset_t signals;
    ::sigfillset(&signals);
    return signals;
}

::sigset_t broken_pipe() {
    ::sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGPIPE);
    return signals;
}

// SIGPIPE goes to the thread that wrote; one that came meanwhile is taken before it is let through.
class NoBrokenPipe {
public:
    NoBrokenPipe() : blocked_(broken_pipe()) {
        ::sigset_t waiting;
        was_waiting_ = ::sigpending(&waiting) == 0 && ::sigismember(&waiting, SIGPIPE) == 1;
    }
    NoBrokenPipe(const NoBrokenPipe&) = delete;
    NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;
    ~NoBrokenPipe() {
        if (!was_waiting_) {
            const ::sigset_t signals = broken_pipe();
            const ::timespec at_once{};
            retry_interrupted([&] { return ::sigtimedwait(&signals, nullptr, &at_once); });
        }
    }

private:
    BlockedSignals blocked_;
    bool was_waiting_ = false;
};

}  // namespace

struct ConnectionGuard::Watch {
    Watch(std::chrono::milliseconds longest, std::function<bool()> asked)
        : longest_silence(longest), stopped(std::move(asked)), before(open_sockets()) {
        const BlockedSignals none{all_signals()};  // inherited: signals stay with their threads
        thread = std::thread{[this] { run(); }};
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() {
        {
            const std::lock_guard lock{mutex};
            done = true;
        }
        wake.notify_all();
        thread.join();
    }

    void run() noexcept {
        std::uint64_t seen = moves.load();
        auto since = std::chrono::steady_clock::now();
        std::unique_lock lock{mutex};
        while (!wake.wait_for(lock, kStep, [this] { return done; })) {
            const std::uint64_t now_seen = moves.load();
            const auto now = std::chrono::steady_clock::now();
            if (now_seen != seen) {
                seen = now_seen;
                since = now;
            }
            try {
                if (end.load() == ConnectionEnd::kNone) {
                    end = stopped && stopped()            ? ConnectionEnd::kStopped
                          : now - since > longest_silence ? ConnectionEnd::kStalled
                                                          : ConnectionEnd::kNone;
                }
                if (end.load() != ConnectionEnd::kNone) {
                    shut_down();  // again at each step: the library may try the next address
                }
            } catch (...) {
                failure = std::current_exception();  // out of memory; tried again at the next step
            }
        }
    }

    void shut_down() const {
        for (const Socket& socket : open_sockets()) {
            if (std::none_of(before.begin(), before.end(),
                             [&](const Socket& old) { return old.name == socket.name; })) {
                ::shutdown(socket.descriptor, SHUT_RDWR);
            }
        }
    }

    NoBrokenPipe no_broken_pipe;
    const std::chrono::milliseconds longest_silence;
    const std::function<bool()> stopped;
    const std::vector<Socket> before;
    std::atomic<std::uint64_t> moves{0};
    std::atomic<ConnectionEnd> end{ConnectionEnd::kNone};
    std::mutex mutex;
    std::condition_variable wake;
    bool done = false;
    std::exception_ptr failure;
    std::thread thread;
};

ConnectionGuard::ConnectionGuard(std::chrono::milliseconds longest_silence,
                                 std::function<bool()> stopped)
    : watch_(std::make_unique<Watch>(longest_silence, std::move(stopped))) {}

ConnectionGuard::~ConnectionGuard() = default;

void ConnectionGuard::moved() noexcept {
    ++watch_->moves;
}

ConnectionEnd ConnectionGuard::end() const noexcept {
    return watch_->end.load();
}

}  // namespace kua::base
