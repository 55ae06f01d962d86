#include "tests/support/server.h"

#include <array>
#include <condition_variable>
#include <csignal>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kua::testing {
namespace {

// A socket bound to a free port.
int bound_socket(std::uint16_t& port) {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    ::socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<::sockaddr*>(&address);
    if (made < 0 || ::bind(made, generic, size) != 0 || ::getsockname(made, generic, &size) != 0) {
        throw std::runtime_error("no free port on loopback");
    }
    port = ::ntohs(address.sin_port);
    return made;
}

// Of a process and of all processes below it, each before its parent: sshd gives sessions of their
// own to those that serve a connection, so its process group isn't enough.
void kill_with_children(int process) {
    const std::string id = std::to_string(process);
    std::ifstream children("/proc/" + id + "/task/" + id + "/children");
    for (int child = 0; children >> child;) {
        kill_with_children(child);
    }
    ::kill(process, SIGKILL);
}

}  // namespace

std::uint16_t free_port() {
    std::uint16_t port = 0;
    ::close(bound_socket(port));
    return port;
}

SilentServer::SilentServer() : socket_(bound_socket(port_)) {
    ::listen(socket_, 8);
}

SilentServer::~SilentServer() {
    ::close(socket_);
}

// Takes in what the program prints, so that it never waits for that.
struct Server::Reader {
    Reader(int from, std::string line) : descriptor(from), ready(std::move(line)) {
        thread = std::thread{[this] { run(); }};
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() {
        thread.join();
        ::close(descriptor);
    }

    void run() {
        std::array<char, 4096> buffer{};
        for (;;) {
            const ::ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
            const std::lock_guard lock{mutex};
            if (got <= 0) {
                ended = true;
                wake.notify_all();
                return;
            }
            text.append(buffer.data(), static_cast<std::size_t>(got));
            wake.notify_all();
        }
    }

    bool wait_until_ready() {
        std::unique_lock lock{mutex};
        const auto is_ready = [this] { return text.find(ready) != std::string::npos; };
        wake.wait(lock, [&] { return ended || is_ready(); });
        return is_ready();
    }

    const int descriptor;
    const std::string ready;
    std::mutex mutex;
    std::condition_variable wake;
    std::string text;
    bool ended = false;
    std::thread thread;
};

Server::Server(const std::vector<std::string>& arguments, const std::string& ready) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe for a server's output");
    }
    ::posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDERR_FILENO);
    std::vector<std::string> owned = arguments;
    std::vector<char*> pointers;
    for (std::string& argument : owned) {
        pointers.push_back(argument.data());
    }
    pointers.push_back(nullptr);
    const int failed =
        ::posix_spawnp(&child_, pointers[0], &actions, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    reader_ = std::make_unique<Reader>(pipe[0], ready);
    if (failed != 0) {
        child_ = 0;
        throw std::runtime_error("can't start " + arguments.at(0));
    }
    if (!reader_->wait_until_ready()) {
        stop();
        throw std::runtime_error(arguments.at(0) + " ended: " + output());
    }
}

Server::~Server() {
    stop();
}

void Server::stop() {
    if (child_ > 0) {
        kill_with_children(child_);
        while (::waitpid(child_, nullptr, 0) != child_) {
        }
        child_ = 0;
    }
}

std::string Server::output() {
    const std::lock_guard lock{reader_->mutex};
    return reader_->text;
}

}  // namespace kua::testing
