#include "vault/crypto/init.h"

#include <catch2/catch_test_macros.hpp>

namespace kua::crypto {
namespace {

TEST_CASE("both libraries are there and new enough", "[crypto]") {
    ensure_ready();
    ensure_ready();
    const std::vector<ComponentVersion> versions = component_versions();
    REQUIRE(versions.size() == 2);
    CHECK(versions[0].name == "libsodium");
    CHECK(versions[0].version.starts_with("1.0."));
    CHECK(versions[1].name == "OpenSSL");
    CHECK(versions[1].version.starts_with("3."));
}

}  // namespace
}  // namespace kua::crypto
