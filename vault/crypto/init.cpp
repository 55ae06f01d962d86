#include "vault/crypto/init.h"

#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

#include <openssl/crypto.h>
#include <sodium.h>

#include "kua/error.h"

namespace kua::crypto {
namespace {

constexpr std::array<int, 3> kOldestSodium{1, 0, 22};  // the first with X-Wing
constexpr unsigned kOpenSslMajor = 3;

// "1.0.22" as three numbers; zeros, older than anything, if it is no version.
std::array<int, 3> parts_of(std::string_view version) {
    std::array<int, 3> parts{};
    const char* at = version.data();
    const char* const end = at + version.size();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto [next, failure] = std::from_chars(at, end, parts[i]);
        if (failure != std::errc{} || (i < 2 && (next == end || *next != '.'))) {
            return {};
        }
        at = i < 2 ? next + 1 : next;
    }
    return parts;
}

bool start() {
    if (sodium_init() < 0) {
        throw Error{ErrorCode::kFailed, "libsodium does not start"};
    }
    if (parts_of(sodium_version_string()) < kOldestSodium) {
        throw Error{ErrorCode::kFailed,
                    std::string("libsodium ") + sodium_version_string() + " is older than 1.0.22"};
    }
    if (OPENSSL_version_major() != kOpenSslMajor) {
        throw Error{ErrorCode::kFailed, std::string("OpenSSL ") +
                                            OpenSSL_version(OPENSSL_VERSION_STRING) +
                                            " is not of the 3 series"};
    }
    return true;
}

}  // namespace

void ensure_ready() {
    static const bool ready = start();  // a throw leaves it to the next call
    static_cast<void>(ready);
}

std::vector<ComponentVersion> component_versions() {
    return {{"libsodium", sodium_version_string()},
            {"OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING)}};
}

}  // namespace kua::crypto
