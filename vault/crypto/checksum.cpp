#include "vault/crypto/checksum.h"

#include <openssl/evp.h>

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

Checksum::Checksum(base::Random& random) : key_(Key<struct ChecksumKeyRole>::generate(random)) {
    static const Mac poly1305{EVP_MAC_fetch(nullptr, "POLY1305", nullptr)};
    context_.reset(EVP_MAC_CTX_new(poly1305.get()));
    require(context_ != nullptr ? 1 : 0);
}

Checksum::Value Checksum::of(base::ByteView bytes) {
    Value value{};
    std::size_t size = 0;
    require(EVP_MAC_init(context_.get(), octets(key_.expose()),
                         Key<struct ChecksumKeyRole>::kSizeBytes,
                         /*params=*/nullptr));
    require(EVP_MAC_update(context_.get(), octets(bytes), bytes.size()));
    require(
        EVP_MAC_final(context_.get(), octets(base::MutableByteView{value}), &size, value.size()));
    return value;
}

}  // namespace kua::crypto
