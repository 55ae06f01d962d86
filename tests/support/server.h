// Programs that serve on loopback while a test needs them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace kua::testing {

// A port of 127.0.0.1 that nobody listened on a moment ago.
std::uint16_t free_port();

// A listening socket that takes connections and never says a word.
class SilentServer {
public:
    SilentServer();
    SilentServer(const SilentServer&) = delete;
    SilentServer& operator=(const SilentServer&) = delete;
    ~SilentServer();
    std::uint16_t port() const noexcept { return port_; }

private:
    std::uint16_t port_ = 0;
    int socket_ = -1;
};

// A program and all it starts, which end with the object.
class Server {
public:
    // Starts arguments[0], found on PATH, and waits until a line of its standard output or error
    // holds `ready`. Throws std::runtime_error, with what it printed, if it ends before.
    Server(const std::vector<std::string>& arguments, const std::string& ready);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    void stop();  // kills them and waits
    std::string output();

private:
    struct Reader;
    std::unique_ptr<Reader> reader_;
    int child_ = 0;
};

}  // namespace kua::testing
