// A vault that logs in at an https host, with what it was told.
#include <cstdint>
#include <optional>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "kua/progress.h"
#include "kua/vault.h"
#include "tests/support/errors.h"
#include "tests/support/git_host.h"
#include "tests/support/temp_dir.h"

namespace kua {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::code_of;
using testing::GitHost;
using testing::HostKind;

Passphrase secret(std::string text) {
    return Passphrase::take(text);
}

// Rosa's vault, and a host of hers that lets nobody in who doesn't log in.
class Home {
public:
    Home() {
        host_.stop();
        host_.require_login();
        host_.start();
        CreateOptions options;
        options.name = "Rosa";
        options.first_case.title = "harbour";
        options.kdf_memory_bytes = std::uint64_t{8} << 20;
        options.kdf_passes = 1;
        vault_.emplace(Vault::create(dir_ / "vault", secret("a lamp in the kitchen"), options));
        RemoteRequest request;
        request.name = "harbour";
        request.address = host_.remote().url.text;
        request.host_key = host_.key();
        vault_->add_remote(request);
    }

    Vault* operator->() { return &*vault_; }
    std::string failure_of_sync() {
        return vault_->sync({.remote = "harbour"}, no_progress()).remotes.at(0).failure;
    }
    void reopen() {
        vault_.reset();
        vault_.emplace(
            Vault::open(dir_ / "vault", secret("a lamp in the kitchen"), Access::kWrite));
    }

private:
    testing::TempDir dir_;
    GitHost host_{HostKind::kHttps};
    std::optional<Vault> vault_;
};

TEST_CASE("a vault logs in at a host with what it was told, until it is told another",
          "[exchange]") {
    Home rosa;
    CHECK_THAT(rosa.failure_of_sync(),
               ContainsSubstring("wants a login: kua remote login harbour --user NAME"));
    CHECK(rosa->set_login("harbour", "rosa", secret("moth")).user == "rosa");
    CHECK_THAT(rosa.failure_of_sync(), ContainsSubstring("doesn't accept the login"));
    rosa->set_login("harbour", "rosa", secret("lamp"));
    CHECK(rosa.failure_of_sync().empty());
    rosa.reopen();
    CHECK(rosa->remotes().at(0).user == "rosa");
    CHECK(rosa.failure_of_sync().empty());
    for (const std::string user : {"ro:sa", "ro\nsa"}) {
        CHECK(code_of([&] { rosa->set_login("harbour", user, secret("lamp")); }) ==
              ErrorCode::kUsage);
    }
    CHECK(code_of([&] { rosa->set_login("nowhere", "rosa", secret("lamp")); }) ==
          ErrorCode::kNotFound);
    CHECK(code_of([&] { rosa->set_login("harbour", "rosa", secret("la\nmp")); }) ==
          ErrorCode::kUsage);
    CHECK(rosa.failure_of_sync().empty());
    CHECK(rosa->forget_login("harbour").user.empty());
    CHECK_THAT(rosa.failure_of_sync(), ContainsSubstring("wants a login"));
}

}  // namespace
}  // namespace kua
