// A bare repository behind a real server on loopback, one of each kind that kua talks to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/server.h"
#include "tests/support/temp_dir.h"
#include "vault/exchange/git/url_repository.h"

namespace kua::testing {

enum class HostKind : std::uint8_t { kGit, kHttp, kHttps, kSsh };

class GitHost {
public:
    // Makes the repository and starts the server. Skips the test, with the reason, where the
    // server's program isn't installed.
    explicit GitHost(HostKind kind);

    // Settings that reach it, with its key accepted.
    exchange::UrlRemote remote() const;
    // Its host key or certificate, as `ssh-keygen` or `openssl` says.
    const std::string& key() const noexcept { return key_; }
    std::filesystem::path repository() const { return dir_ / "carrier.git"; }

    void stop();
    void start();          // at the same port
    void change_key();     // takes effect at the next start()
    void require_login();  // https: user "rosa", password "lamp"; at the next start()

    // What `git` says of the repository; the test fails if it isn't pleased.
    std::string git(std::vector<std::string> arguments) const;

private:
    void make_ssh_keys();
    void make_certificate();
    void write_lighttpd_configuration() const;
    void write_sshd_configuration() const;

    HostKind kind_;
    TempDir dir_;
    std::uint16_t port_ = free_port();
    std::string key_;
    bool login_ = false;
    std::unique_ptr<Server> server_;
};

}  // namespace kua::testing
