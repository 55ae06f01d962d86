#include "vault/crypto/checksum.h"

#include <array>
#include <string>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "kua/error.h"
#include "vault/base/cdeleter.h"
#include "vault/crypto/octets.h"

namespace kua::crypto {
namespace {

using Mac = std::unique_ptr<EVP_MAC, base::CDeleter<EVP_MAC_free>>;

void require(int result) {
    if (result != 1) {
        throw Error{ErrorCode::kFailed, "OpenSSL could not compute a checksum"};
    }
}

}  // namespace

void Checksum::Free::operator()(evp_mac_ctx_st* context) const noexcept {
    EVP_MAC_CTX_free(context);
}

Checksum::Checksum(base::Random& random) : Checksum(ChecksumKey::generate(random)) {}

Checksum Checksum::twin() const {
    return Checksum{ChecksumKey::copy_of(key_.expose())};
}

Checksum::Checksum(ChecksumKey key) : key_(std::move(key)) {
    static const Mac gmac{EVP_MAC_fetch(nullptr, "GMAC", nullptr)};
    context_.reset(EVP_MAC_CTX_new(gmac.get()));
    require(context_ != nullptr ? 1 : 0);
}

Checksum::Value Checksum::of(base::ByteView bytes) {
    Value value{};
    std::size_t size = 0;
    // OpenSSL wants its parameters mutable and leaves them alone. One nonce for all: what the
    // checksums hide from is a failing device, not somebody who sees them.
    std::string cipher = "AES-256-GCM";
    std::array<unsigned char, 12> nonce{};
    const std::array parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, cipher.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_IV, nonce.data(), nonce.size()),
        OSSL_PARAM_construct_end()};
    require(EVP_MAC_init(context_.get(), octets(key_.expose()), ChecksumKey::kSizeBytes,
                         parameters.data()));
    require(EVP_MAC_update(context_.get(), octets(bytes), bytes.size()));
    require(
        EVP_MAC_final(context_.get(), octets(base::MutableByteView{value}), &size, value.size()));
    return value;
}

}  // namespace kua::crypto
