#include "vault/crypto/sha256.h"

#include <openssl/evp.h>

#include "kua/error.h"
#include "vault/crypto/octets.h"

namespace kua::crypto {
namespace {

struct FreeDigest {
    void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }
};
using Digest = std::unique_ptr<EVP_MD, FreeDigest>;

void require_sha256(int outcome) {
    if (outcome != 1) {
        throw Error{ErrorCode::kFailed, "OpenSSL could not compute a digest"};
    }
}

// Fetching walks OpenSSL's providers under a lock; once per process is enough.
Digest fetch(const char* name) {
    Digest digest{EVP_MD_fetch(nullptr, name, nullptr)};
    if (digest == nullptr) {
        throw Error{ErrorCode::kFailed, std::string("OpenSSL has no ") + name};
    }
    return digest;
}

const EVP_MD* fetched_sha256() {
    static const Digest digest = fetch("SHA256");
    return digest.get();
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const noexcept {
    EVP_MD_CTX_free(context);  // wipes its state
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    require_sha256(context_ == nullptr ? 0 : 1);
    require_sha256(EVP_DigestInit_ex2(context_.get(), fetched_sha256(), /*params=*/nullptr));
}

Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(base::ByteView bytes) {
    require_sha256(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

Sha256Digest Sha256::finish() {
    Sha256Digest digest{};
    require_sha256(EVP_DigestFinal_ex(context_.get(), octets(digest), /*size=*/nullptr));
    require_sha256(
        EVP_DigestInit_ex2(context_.get(), /*type: as before*/ nullptr, /*params=*/nullptr));
    return digest;
}

Sha256Digest sha256(base::ByteView message) {
    return sha256(message, {});
}

Sha256Digest sha256(base::ByteView first, base::ByteView second) {
    Sha256 hash;
    hash.update(first);
    hash.update(second);
    return hash.finish();
}

Sha512Digest sha512(base::ByteView message) {
    static const Digest type = fetch("SHA512");
    Sha512Digest digest{};
    require_sha256(EVP_Digest(message.data(), message.size(), octets(digest), /*size=*/nullptr,
                              type.get(),
                              /*engine=*/nullptr));
    return digest;
}

}  // namespace kua::crypto
