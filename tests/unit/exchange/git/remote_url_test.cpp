#include "vault/exchange/git/remote_url.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"

namespace kua::exchange {
namespace {

using testing::code_of;
using testing::message_of;

TEST_CASE("addresses of hosts in the forms that git has", "[exchange]") {
    const RemoteUrl ssh = parse_remote_url("ssh://rosa@host.example:2222/srv/carrier.git");
    CHECK(ssh.scheme == RemoteScheme::kSsh);
    CHECK(ssh.user == "rosa");
    CHECK(ssh.host == "host.example");
    const RemoteUrl scp = parse_remote_url("git@host.example:rosa/carrier.git");
    CHECK(scp.scheme == RemoteScheme::kSsh);
    CHECK(scp.user == "git");
    CHECK(scp.host == "host.example");
    const RemoteUrl https = parse_remote_url("https://rosa@host.example/carrier.git");
    CHECK(https.scheme == RemoteScheme::kHttps);
    CHECK(https.user == "rosa");
    CHECK(parse_remote_url("http://127.0.0.1:8080/a").scheme == RemoteScheme::kHttp);
    const RemoteUrl git = parse_remote_url("git://[::1]:9418/a");
    CHECK(git.scheme == RemoteScheme::kGit);
    CHECK(git.host == "[::1]");
    CHECK(git.text == "git://[::1]:9418/a");
}

TEST_CASE("addresses that could mean something else are refused", "[exchange][T36]") {
    const std::string text =
        GENERATE(as<std::string>{}, "", "/media/stick", "carrier.git", "host:carrier.git",
                 "file:///srv/carrier.git", "ext::sh -c id", "ftp://host/a", "SSH://rosa@host/a",
                 "ssh://host/a", "ssh://rosa@/a", "ssh://rosa@host", "ssh://rosa@host/",
                 "ssh://-oProxyCommand=id/a", "ssh://-l@host/a", "ssh://rosa@-host/a",
                 "rosa@-host:a", "-rosa@host:a", "rosa@host:", "rosa@host:-a", "ssh://rosa@host/-a",
                 "ssh://rosa@host/a'b", "ssh://rosa@host/a;b", "rosa@host:$(id)", "rosa@host:a b",
                 "rosa@host:a\nb", "rosa@host:a\\b", "https://host/a?b", "https://host/a#b",
                 "https://host:99999/a", "https://host:/a", "https://h\xc3\xb6st/a",
                 "https:/host/a", "https://[::1/a", "https://ho%73t/a");
    CAPTURE(text);
    CHECK(code_of([&] { return parse_remote_url(text); }) == ErrorCode::kUsage);
}

TEST_CASE("a password in an address is refused and not repeated", "[exchange][T36]") {
    const std::string text = GENERATE(as<std::string>{}, "https://rosa:lamp@host/a",
                                      "ssh://rosa:lamp@host/a", "https://:lamp@host/a");
    CHECK(code_of([&] { return parse_remote_url(text); }) == ErrorCode::kUsage);
    CHECK(message_of([&] { return parse_remote_url(text); }).find("lamp") == std::string::npos);
}

TEST_CASE("an overlong address is refused", "[exchange]") {
    const std::string text = "https://host/" + std::string(2048, 'a');
    CHECK(code_of([&] { return parse_remote_url(text); }) == ErrorCode::kUsage);
}

TEST_CASE("folders on this machine are no hosts", "[exchange]") {
    CHECK(names_host("https://host/a"));
    CHECK(names_host("file:///a"));  // to be refused as an address, not taken for a folder
    CHECK(names_host("rosa@host:a"));
    CHECK(names_host("rosa@host:/a/b"));
    CHECK_FALSE(names_host("/media/stick"));
    CHECK_FALSE(names_host("stick"));
    CHECK_FALSE(names_host("./rosa@host:a"));
    CHECK_FALSE(names_host("stick/rosa@host:a"));
    CHECK_FALSE(names_host("rosa@stick"));
    CHECK_FALSE(names_host("C:/stick"));
}

}  // namespace
}  // namespace kua::exchange
