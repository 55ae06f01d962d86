#include "vault/base/connection_guard.h"

#include <array>
#include <csignal>

#include <catch2/catch_test_macros.hpp>
#include <sys/socket.h>
#include <unistd.h>

namespace kua::base {
namespace {

class SocketPair {
public:
    SocketPair() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) == 0); }
    SocketPair(const SocketPair&) = delete;
    SocketPair& operator=(const SocketPair&) = delete;
    ~SocketPair() {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    // Waits; 0 if the connection ended.
    ::ssize_t receive() const {
        char byte = 0;
        return ::recv(ends_[0], &byte, 1, 0);
    }
    ::ssize_t send() const { return ::send(ends_[0], "a", 1, 0); }
    void close_far_end() { ::shutdown(ends_[1], SHUT_RDWR); }
    bool far_end_is_open() const { return ::send(ends_[1], "a", 1, MSG_NOSIGNAL) == 1; }

private:
    std::array<int, 2> ends_{};
};

TEST_CASE("a connection on which nothing moves ends", "[threads][base]") {
    const ConnectionGuard guard{std::chrono::milliseconds{150}, nullptr};
    const SocketPair connection;
    CHECK(connection.receive() == 0);
    CHECK(guard.end() == ConnectionEnd::kStalled);
}

TEST_CASE("a connection that the person gave up ends", "[threads][base]") {
    const ConnectionGuard guard{std::chrono::hours{1}, [] { return true; }};
    const SocketPair connection;
    CHECK(connection.receive() == 0);
    CHECK(guard.end() == ConnectionEnd::kStopped);
}

TEST_CASE("older connections are left alone", "[threads][base]") {
    const SocketPair old;
    const ConnectionGuard guard{std::chrono::milliseconds{150}, nullptr};
    const SocketPair connection;
    CHECK(connection.receive() == 0);
    CHECK(old.far_end_is_open());
}

TEST_CASE("writing to a closed connection is an error and no signal", "[threads][base]") {
    SocketPair connection;
    {
        const ConnectionGuard guard{std::chrono::hours{1}, nullptr};
        connection.close_far_end();
        CHECK(connection.send() == -1);
        CHECK(guard.end() == ConnectionEnd::kNone);
    }
    ::sigset_t waiting;
    ::sigpending(&waiting);
    CHECK(::sigismember(&waiting, SIGPIPE) == 0);
    ::sigset_t blocked;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    CHECK(::sigismember(&blocked, SIGPIPE) == 0);
}

}  // namespace
}  // namespace kua::base
