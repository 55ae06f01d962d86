#include "vault/crypto/sha1.h"

#include <openssl/evp.h>

#include "kua/error.h"
#include "vault/crypto/octets.h"

namespace kua::crypto {
namespace {

void require_sha1(int outcome) {
    if (outcome != 1) {
        throw Error{ErrorCode::kFailed, "OpenSSL could not compute a digest"};
    }
}

}  // namespace

void Sha1::Free::operator()(evp_md_ctx_st* context) const noexcept {
    EVP_MD_CTX_free(context);
}

Sha1::Sha1() : context_(EVP_MD_CTX_new()) {
    require_sha1(context_ == nullptr ? 0 : 1);
    require_sha1(EVP_DigestInit_ex2(context_.get(), EVP_sha1(), /*params=*/nullptr));
}

Sha1::Sha1(Sha1&&) noexcept = default;
Sha1& Sha1::operator=(Sha1&&) noexcept = default;
Sha1::~Sha1() = default;

void Sha1::update(base::ByteView bytes) {
    require_sha1(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

Sha1Digest Sha1::finish() {
    Sha1Digest digest{};
    require_sha1(EVP_DigestFinal_ex(context_.get(), octets(digest), /*size=*/nullptr));
    require_sha1(
        EVP_DigestInit_ex2(context_.get(), /*type: as before*/ nullptr, /*params=*/nullptr));
    return digest;
}

}  // namespace kua::crypto
