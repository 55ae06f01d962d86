#include "tests/support/cipher_pages.h"

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace kua::testing {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kIvBytes = 16;
constexpr std::size_t kBlockBytes = 16;
constexpr std::byte kMacSaltMask{0x3a};
constexpr int kMacKeyRounds = 2;

const unsigned char* raw(base::ByteView bytes) {
    return static_cast<const unsigned char*>(static_cast<const void*>(bytes.data()));
}

unsigned char* writable(base::MutableByteView bytes) {
    return static_cast<unsigned char*>(static_cast<void*>(bytes.data()));
}

void check(int result) {
    if (result != 1) {
        throw std::runtime_error("OpenSSL failed");
    }
}

std::array<std::byte, 32> derive_mac_key(store::RawKey key, base::ByteView salt) {
    std::array<std::byte, kSaltBytes> mac_salt{};
    std::ranges::transform(salt, mac_salt.begin(),
                           [](std::byte byte) { return byte ^ kMacSaltMask; });
    std::array<std::byte, 32> mac_key{};
    check(PKCS5_PBKDF2_HMAC(static_cast<const char*>(static_cast<const void*>(key.data())),
                            static_cast<int>(key.size()), raw(mac_salt), kSaltBytes, kMacKeyRounds,
                            EVP_sha512(), static_cast<int>(mac_key.size()), writable(mac_key)));
    return mac_key;
}

// Over ciphertext and IV, then the page's number, little endian.
base::Bytes mac_of(base::ByteView mac_key, base::ByteView sealed_and_iv, std::uint32_t number,
                   const EVP_MD* hash) {
    base::Bytes message = base::copy_of(sealed_and_iv);
    for (int shift = 0; shift < 32; shift += 8) {
        message.push_back(static_cast<std::byte>(number >> shift));
    }
    base::Bytes mac(static_cast<std::size_t>(EVP_MD_get_size(hash)));
    if (HMAC(hash, mac_key.data(), static_cast<int>(mac_key.size()), raw(message), message.size(),
             writable(mac), nullptr) == nullptr) {
        throw std::runtime_error("OpenSSL failed");
    }
    return mac;
}

base::Bytes decrypt(store::RawKey key, base::ByteView iv, base::ByteView sealed) {
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context{
        EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free};
    base::Bytes plain(sealed.size() + kBlockBytes);
    int got = 0;
    check(EVP_DecryptInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, raw(key), raw(iv)));
    check(EVP_CIPHER_CTX_set_padding(context.get(), 0));
    check(EVP_DecryptUpdate(context.get(), writable(plain), &got, raw(sealed),
                            static_cast<int>(sealed.size())));
    plain.resize(static_cast<std::size_t>(got));
    if (plain.size() != sealed.size()) {
        throw std::runtime_error("a page is not whole blocks");
    }
    return plain;
}

}  // namespace

std::vector<base::Bytes> decrypt_pages(base::ByteView file, store::RawKey key,
                                       const store::CipherProfile& profile) {
    const EVP_MD* hash = profile.mac == store::PageMac::kHmacSha512 ? EVP_sha512() : EVP_sha256();
    const std::size_t page_bytes = profile.page_size_bytes;
    const auto mac_bytes = static_cast<std::size_t>(EVP_MD_get_size(hash));
    const std::size_t sealed_bytes = page_bytes - kIvBytes - mac_bytes;
    if (file.empty() || file.size() % page_bytes != 0) {
        throw std::runtime_error("not whole pages");
    }
    const std::array<std::byte, 32> mac_key = derive_mac_key(key, file.first(kSaltBytes));
    std::vector<base::Bytes> pages;
    for (std::size_t at = 0; at < file.size(); at += page_bytes) {
        const auto number = static_cast<std::uint32_t>(at / page_bytes + 1);
        const std::size_t front = number == 1 ? kSaltBytes : 0;
        const base::ByteView page = file.subspan(at, page_bytes);
        const base::ByteView sealed = page.subspan(front, sealed_bytes - front);
        const base::ByteView iv = page.subspan(sealed_bytes, kIvBytes);
        const base::Bytes mac =
            mac_of(mac_key, page.subspan(front, sealed.size() + kIvBytes), number, hash);
        if (!std::ranges::equal(mac, page.last(mac_bytes))) {
            throw std::runtime_error("page " + std::to_string(number) + ": wrong MAC");
        }
        pages.push_back(decrypt(key, iv, sealed));
    }
    return pages;
}

}  // namespace kua::testing
