#include "vault/crypto/aes_cbc.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <openssl/evp.h>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/crypto/octets.h"

namespace kua::crypto {
namespace {

constexpr std::size_t kWords = kAesBlockBytes / sizeof(std::uint64_t);

void require(int result) {
    if (result != 1) {
        throw Error{ErrorCode::kFailed, "OpenSSL could not encrypt"};
    }
}

void xor_into(std::byte* to, const std::byte* from) noexcept {
    std::array<std::uint64_t, kWords> one;
    std::array<std::uint64_t, kWords> other;
    std::memcpy(one.data(), to, kAesBlockBytes);
    std::memcpy(other.data(), from, kAesBlockBytes);
    for (std::size_t i = 0; i < kWords; ++i) {
        one[i] ^= other[i];
    }
    std::memcpy(to, one.data(), kAesBlockBytes);
}

}  // namespace

void CbcEncryptor::Free::operator()(evp_cipher_ctx_st* context) const noexcept {
    EVP_CIPHER_CTX_free(context);
}

// The bare block cipher; chaining is done in encrypt().
CbcEncryptor::CbcEncryptor(std::span<const std::byte, 32> key) : context_(EVP_CIPHER_CTX_new()) {
    require(context_ != nullptr ? 1 : 0);
    require(EVP_EncryptInit_ex(context_.get(), EVP_aes_256_ecb(), nullptr, octets(key), nullptr));
    require(EVP_CIPHER_CTX_set_padding(context_.get(), 0));
}

void CbcEncryptor::encrypt(std::span<const Message> messages) {
    KUA_CHECK(!messages.empty() && messages.size() <= kMaxMessages);
    const std::size_t size = messages.front().bytes.size();
    KUA_CHECK(size % kAesBlockBytes == 0);
    // The block that each message is at, side by side: what the next one is chained to.
    std::array<std::byte, kMaxMessages * kAesBlockBytes> row;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        KUA_CHECK(messages[i].bytes.size() == size);
        std::ranges::copy(messages[i].iv, row.data() + i * kAesBlockBytes);
    }
    const auto row_bytes = static_cast<int>(messages.size() * kAesBlockBytes);
    for (std::size_t at = 0; at < size; at += kAesBlockBytes) {
        for (std::size_t i = 0; i < messages.size(); ++i) {
            xor_into(row.data() + i * kAesBlockBytes, messages[i].bytes.data() + at);
        }
        int written = 0;
        require(EVP_EncryptUpdate(context_.get(), octets(row), &written, octets(row), row_bytes));
        for (std::size_t i = 0; i < messages.size(); ++i) {
            std::memcpy(messages[i].bytes.data() + at, row.data() + i * kAesBlockBytes,
                        kAesBlockBytes);
        }
    }
}

}  // namespace kua::crypto
