#include "vault/crypto/chacha20poly1305.h"

#include <algorithm>
#include <array>
#include <limits>

#include <openssl/evp.h>
#include <sodium.h>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/crypto/init.h"
#include "vault/crypto/octets.h"
#include "vault/crypto/wiped.h"

namespace kua::crypto {
namespace {

static_assert(kChaChaKeyBytes == crypto_aead_chacha20poly1305_ietf_KEYBYTES);
static_assert(kChaChaNonceBytes == crypto_aead_chacha20poly1305_ietf_NPUBBYTES);
static_assert(kChaChaTagBytes == crypto_aead_chacha20poly1305_ietf_ABYTES);

struct FreeCipher {
    void operator()(EVP_CIPHER* cipher) const noexcept { EVP_CIPHER_free(cipher); }
};
using Cipher = std::unique_ptr<EVP_CIPHER, FreeCipher>;

void require_chacha(int outcome) {
    if (outcome != 1) {
        throw Error{ErrorCode::kFailed, "OpenSSL could not run ChaCha20-Poly1305"};
    }
}

// Fetching walks OpenSSL's providers under a lock; once per process is enough.
const EVP_CIPHER* fetched_cipher() {
    static const Cipher cipher{EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr)};
    require_chacha(cipher == nullptr ? 0 : 1);
    return cipher.get();
}

int size_for_openssl(std::size_t size) {
    KUA_CHECK(size <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
    return static_cast<int>(size);
}

constexpr int kTagSize = static_cast<int>(kChaChaTagBytes);

}  // namespace

void FreeCipherContext::operator()(evp_cipher_ctx_st* context) const noexcept {
    EVP_CIPHER_CTX_free(context);  // wipes the key
}

ChunkSealer::ChunkSealer(ChaChaKey key) : context_(EVP_CIPHER_CTX_new()) {
    require_chacha(context_ == nullptr ? 0 : 1);
    require_chacha(EVP_EncryptInit_ex2(context_.get(), fetched_cipher(), octets(key),
                                       /*iv=*/nullptr,
                                       /*params=*/nullptr));
}

ChunkSealer::ChunkSealer(ChunkSealer&&) noexcept = default;
ChunkSealer& ChunkSealer::operator=(ChunkSealer&&) noexcept = default;
ChunkSealer::~ChunkSealer() = default;

void ChunkSealer::seal(ChaChaNonce nonce, base::ByteView plaintext, base::MutableByteView out) {
    KUA_CHECK(out.size() == plaintext.size() + kChaChaTagBytes);
    EVP_CIPHER_CTX* const context = context_.get();
    unsigned char* const text = octets(out);
    unsigned char* const tag = octets(out.last(kChaChaTagBytes));
    int written = 0;
    // Cipher and key stay as set; each chunk brings its own nonce.
    require_chacha(
        EVP_EncryptInit_ex2(context, nullptr, nullptr, octets(nonce), /*params=*/nullptr));
    if (!plaintext.empty()) {
        require_chacha(EVP_EncryptUpdate(context, text, &written, octets(plaintext),
                                         size_for_openssl(plaintext.size())));
    }
    int rest = 0;
    require_chacha(EVP_EncryptFinal_ex(context, tag, &rest));
    KUA_CHECK(static_cast<std::size_t>(written) == plaintext.size() && rest == 0);
    require_chacha(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagSize, tag));
}

ChunkOpener::ChunkOpener(ChaChaKey key) : context_(EVP_CIPHER_CTX_new()) {
    require_chacha(context_ == nullptr ? 0 : 1);
    require_chacha(EVP_DecryptInit_ex2(context_.get(), fetched_cipher(), octets(key),
                                       /*iv=*/nullptr,
                                       /*params=*/nullptr));
}

ChunkOpener::ChunkOpener(ChunkOpener&&) noexcept = default;
ChunkOpener& ChunkOpener::operator=(ChunkOpener&&) noexcept = default;
ChunkOpener::~ChunkOpener() = default;

bool ChunkOpener::open(ChaChaNonce nonce, base::ByteView sealed, base::MutableByteView out) {
    KUA_CHECK(sealed.size() == out.size() + kChaChaTagBytes);
    EVP_CIPHER_CTX* const context = context_.get();
    // OpenSSL wants the expected tag as mutable; the copy also survives decryption in place.
    std::array<unsigned char, kChaChaTagBytes> tag{};
    const base::ByteView received = sealed.last(kChaChaTagBytes);
    std::copy_n(octets(received), tag.size(), tag.begin());
    int written = 0;
    require_chacha(
        EVP_DecryptInit_ex2(context, nullptr, nullptr, octets(nonce), /*params=*/nullptr));
    require_chacha(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()));
    if (!out.empty()) {
        require_chacha(EVP_DecryptUpdate(context, octets(out), &written, octets(sealed),
                                         size_for_openssl(out.size())));
    }
    KUA_CHECK(static_cast<std::size_t>(written) == out.size());
    std::array<unsigned char, kChaChaTagBytes> unused{};
    int rest = 0;
    if (EVP_DecryptFinal_ex(context, unused.data(), &rest) != 1) {
        wipe(out);
        return false;
    }
    return true;
}

base::Bytes chacha20poly1305_seal(ChaChaKey key, ChaChaNonce nonce, base::ByteView associated_data,
                                  base::ByteView plaintext) {
    ensure_ready();
    base::Bytes sealed(plaintext.size() + kChaChaTagBytes);
    KUA_CHECK(crypto_aead_chacha20poly1305_ietf_encrypt(
                  octets(sealed), /*clen_p=*/nullptr, octets(plaintext), plaintext.size(),
                  octets(associated_data), associated_data.size(), /*nsec=*/nullptr, octets(nonce),
                  octets(key)) == 0);
    return sealed;
}

std::optional<SecretBytes> chacha20poly1305_open(ChaChaKey key, ChaChaNonce nonce,
                                                 base::ByteView associated_data,
                                                 base::ByteView sealed) {
    ensure_ready();
    if (sealed.size() < kChaChaTagBytes) {
        return std::nullopt;
    }
    SecretBytes plaintext{sealed.size() - kChaChaTagBytes};
    if (crypto_aead_chacha20poly1305_ietf_decrypt(
            octets(plaintext.expose_for_writing()), /*mlen_p=*/nullptr, /*nsec=*/nullptr,
            octets(sealed), sealed.size(), octets(associated_data), associated_data.size(),
            octets(nonce), octets(key)) != 0) {
        return std::nullopt;
    }
    return plaintext;
}

}  // namespace kua::crypto
