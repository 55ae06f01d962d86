#include "vault/exchange/git/host_key.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"

namespace kua::exchange {
namespace {

using testing::code_of;

std::optional<ErrorCode> checked(const UrlRemote& remote, const HostKey& shown) {
    return code_of([&] {
        check_host_key(remote, shown);
        return 0;
    });
}

TEST_CASE("a pinned key beats every authority", "[exchange][T36]") {
    UrlRemote remote;
    remote.name = "harbour";
    remote.pinned_key = "TLS-SHA256:aa";
    bool asked = false;
    remote.accept = [&](const HostKey&) {
        asked = true;
        return true;
    };
    CHECK(checked(remote, {"TLS-SHA256:aa", false}) == std::nullopt);
    CHECK(checked(remote, {"TLS-SHA256:ab", true}) == ErrorCode::kRefused);
    CHECK(checked(remote, {"SHA256:aa", false}) == ErrorCode::kRefused);
    CHECK_FALSE(asked);
}

TEST_CASE("without a pin nobody but the caller accepts", "[exchange][T36]") {
    UrlRemote remote;
    CHECK(checked(remote, {"TLS-SHA256:aa", true}) == ErrorCode::kRefused);
    remote.accept = [](const HostKey& key) { return key.vouched; };
    CHECK(checked(remote, {"TLS-SHA256:aa", true}) == std::nullopt);
    CHECK(checked(remote, {"TLS-SHA256:aa", false}) == ErrorCode::kRefused);
}

TEST_CASE("what known_hosts says of an ssh key counts for nothing", "[exchange][T36]") {
    git_cert_hostkey key{};
    key.parent.cert_type = GIT_CERT_HOSTKEY_LIBSSH2;
    key.type = GIT_CERT_SSH_RAW;
    key.hostkey = "abc";
    key.hostkey_len = 3;
    const HostKey shown = host_key_of(key.parent, /*valid=*/true);
    CHECK_FALSE(shown.vouched);
    CHECK(shown.text == "SHA256:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0");
}

TEST_CASE("keys of unknown kinds are refused", "[exchange]") {
    git_cert none{};
    none.cert_type = GIT_CERT_NONE;
    CHECK(code_of([&] { return host_key_of(none, true); }) == ErrorCode::kFailed);
    git_cert_hostkey hashes_only{};
    hashes_only.parent.cert_type = GIT_CERT_HOSTKEY_LIBSSH2;
    hashes_only.type = GIT_CERT_SSH_MD5;
    CHECK(code_of([&] { return host_key_of(hashes_only.parent, true); }) == ErrorCode::kFailed);
}

}  // namespace
}  // namespace kua::exchange
