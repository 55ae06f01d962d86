#include "vault/crypto/hmac.h"

#include <array>
#include <string>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <sodium.h>

#include "kua/error.h"
#include "vault/base/cdeleter.h"
#include "vault/crypto/init.h"
#include "vault/crypto/octets.h"

namespace kua::crypto {
namespace {

using Mac = std::unique_ptr<EVP_MAC, base::CDeleter<EVP_MAC_free>>;

void require(int result) {
    if (result != 1) {
        throw Error{ErrorCode::kFailed, "OpenSSL could not compute a MAC"};
    }
}

}  // namespace

Sha256Digest hmac_sha256(base::ByteView key, base::ByteView message) {
    ensure_ready();
    Sha256Digest mac{};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, octets(key), key.size());
    crypto_auth_hmacsha256_update(&state, octets(message), message.size());
    crypto_auth_hmacsha256_final(&state, octets(mac));
    sodium_memzero(&state, sizeof state);
    return mac;
}

Sha512Digest hmac_sha512(base::ByteView key, base::ByteView message, base::ByteView end) {
    ensure_ready();
    Sha512Digest mac{};
    crypto_auth_hmacsha512_state state;
    crypto_auth_hmacsha512_init(&state, octets(key), key.size());
    crypto_auth_hmacsha512_update(&state, octets(message), message.size());
    crypto_auth_hmacsha512_update(&state, octets(end), end.size());
    crypto_auth_hmacsha512_final(&state, octets(mac));
    sodium_memzero(&state, sizeof state);
    return mac;
}

void HmacSha256::Free::operator()(evp_mac_ctx_st* context) const noexcept {
    EVP_MAC_CTX_free(context);
}

HmacSha256::HmacSha256(base::ByteView key) {
    static const Mac hmac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
    context_.reset(EVP_MAC_CTX_new(hmac.get()));
    require(context_ != nullptr ? 1 : 0);
    // OpenSSL wants its parameters mutable and leaves them alone.
    std::string digest = "SHA256";
    const std::array parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    require(EVP_MAC_init(context_.get(), octets(key), key.size(), parameters.data()));
}

Sha256Digest HmacSha256::of(base::ByteView message, base::ByteView end) {
    Sha256Digest mac{};
    std::size_t size = 0;
    require(EVP_MAC_init(context_.get(), nullptr, 0, nullptr));  // the same key again
    require(EVP_MAC_update(context_.get(), octets(message), message.size()));
    require(EVP_MAC_update(context_.get(), octets(end), end.size()));
    require(EVP_MAC_final(context_.get(), octets(mac), &size, mac.size()));
    return mac;
}

}  // namespace kua::crypto
