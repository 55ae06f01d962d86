#include "vault/crypto/aes_cbc.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <openssl/aes.h>
#include <openssl/evp.h>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/crypto/octets.h"
#include "vault/crypto/wiped.h"

// OpenSSL's own code for several messages at once, which its TLS uses; as with the lanes of
// sha256_lanes.cpp no header declares it and not every build has it: then the symbols are null.
// Source: OpenSSL 1.0.2 to 3.5, crypto/aes/asm/aesni-mb-x86_64.pl, aesni-x86_64.pl and
// providers/implementations/ciphers/cipher_aes_cbc_hmac_sha256_hw.c.
extern "C" {
struct KuaCbcLane {
    const unsigned char* from;
    unsigned char* to;
    int blocks;
    std::uint64_t iv[2];
};
[[gnu::weak]] int aesni_set_encrypt_key(const unsigned char* key, int bits, AES_KEY* schedule);
// Four lanes for each of `fours` (1 or 2).
[[gnu::weak]] void aesni_multi_cbc_encrypt(KuaCbcLane* lanes, const void* schedule, int fours);
}

namespace kua::crypto {
namespace {

constexpr int kKeyBits = 256;
// Far below what OpenSSL's count can hold.
constexpr std::size_t kMostBlocksAtOnce = std::size_t{1} << 20;

constexpr std::size_t kWords = kAesBlockBytes / sizeof(std::uint64_t);

void require_encrypted(int result) {
    if (result != 1) {
        throw Error{ErrorCode::kFailed, "OpenSSL could not encrypt"};
    }
}

void require_decrypted(int result) {
    if (result != 1) {
        throw Error{ErrorCode::kFailed, "OpenSSL could not decrypt"};
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

bool has_instructions() noexcept {
#if defined(__x86_64__)
    return __builtin_cpu_supports("aes") != 0;
#else
    return false;
#endif
}

}  // namespace

// The key schedule of OpenSSL's code for several messages.
class CbcEncryptor::Lanes {
public:
    explicit Lanes(std::span<const std::byte, 32> key) {
        require_encrypted(aesni_set_encrypt_key(octets(key), kKeyBits, &schedule_) == 0 ? 1 : 0);
    }
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;
    ~Lanes() { wipe(std::as_writable_bytes(std::span{&schedule_, 1})); }

    // Lanes that are not there have no blocks, behind those that are.
    void encrypt(std::span<const Message> messages, std::size_t size_bytes) const {
        constexpr std::size_t kMostBytesAtOnce = kMostBlocksAtOnce * kAesBlockBytes;
        std::array<KuaCbcLane, kMaxMessages> lanes{};
        for (std::size_t i = 0; i < messages.size(); ++i) {
            std::memcpy(lanes[i].iv, messages[i].iv.data(), kAesBlockBytes);
        }
        for (std::size_t at = 0; at < size_bytes; at += kMostBytesAtOnce) {
            const std::size_t some_bytes = std::min(size_bytes - at, kMostBytesAtOnce);
            for (std::size_t i = 0; i < messages.size(); ++i) {
                unsigned char* const bytes = octets(messages[i].bytes.subspan(at));
                lanes[i].from = bytes;
                lanes[i].to = bytes;
                lanes[i].blocks = static_cast<int>(some_bytes / kAesBlockBytes);
            }
            aesni_multi_cbc_encrypt(lanes.data(), &schedule_, messages.size() > 4 ? 2 : 1);
            for (std::size_t i = 0; i < messages.size(); ++i) {
                std::memcpy(lanes[i].iv,
                            messages[i].bytes.data() + at + some_bytes - kAesBlockBytes,
                            kAesBlockBytes);
            }
        }
    }

    // Whether the code is there and gives what OpenSSL's public functions give: it has no interface
    // that anybody promised to keep.
    static bool work() {
        if (!has_instructions() || aesni_set_encrypt_key == nullptr ||
            aesni_multi_cbc_encrypt == nullptr) {
            return false;
        }
        std::array<std::byte, 32> key;
        for (std::size_t i = 0; i < key.size(); ++i) {
            key[i] = static_cast<std::byte>(i * 11 + 3);
        }
        const Lanes lanes{key};
        CbcEncryptor rows{key, Way::kInRows};
        for (std::size_t count = 1; count <= kMaxMessages; ++count) {
            for (std::size_t blocks = 1; blocks <= 3; ++blocks) {
                if (!give_the_same(lanes, rows, count, blocks * kAesBlockBytes)) {
                    return false;
                }
            }
        }
        return true;
    }

private:
    static bool give_the_same(const Lanes& lanes, CbcEncryptor& rows, std::size_t count,
                              std::size_t size_bytes) {
        std::array<std::byte, kMaxMessages * kAesBlockBytes> ivs;
        base::Bytes fast(count * size_bytes);
        for (std::size_t i = 0; i < ivs.size(); ++i) {
            ivs[i] = static_cast<std::byte>(i * 5);
        }
        for (std::size_t i = 0; i < fast.size(); ++i) {
            fast[i] = static_cast<std::byte>(i * 7 + i / 256);
        }
        base::Bytes slow = fast;
        const auto messages_in = [&](base::Bytes& bytes) {
            std::vector<Message> messages;
            for (std::size_t i = 0; i < count; ++i) {
                const auto iv = base::ByteView{ivs}.subspan(i * kAesBlockBytes);
                messages.push_back(
                    {iv.first<kAesBlockBytes>(),
                     base::MutableByteView{bytes}.subspan(i * size_bytes, size_bytes)});
            }
            return messages;
        };
        lanes.encrypt(messages_in(fast), size_bytes);
        rows.encrypt_in_rows(messages_in(slow), size_bytes);
        return fast == slow;
    }

    AES_KEY schedule_{};
};

bool CbcEncryptor::has_lanes() {
    static const bool working = Lanes::work();
    return working;
}

void FreeCbcContext::operator()(evp_cipher_ctx_st* context) const noexcept {
    EVP_CIPHER_CTX_free(context);
}

CbcEncryptor::CbcEncryptor(std::span<const std::byte, 32> key, Way way) {
    if (way == Way::kFastest && has_lanes()) {
        lanes_ = std::make_unique<Lanes>(key);
        return;
    }
    // The bare block cipher; chaining is done in encrypt_in_rows().
    context_.reset(EVP_CIPHER_CTX_new());
    require_encrypted(context_ != nullptr ? 1 : 0);
    require_encrypted(
        EVP_EncryptInit_ex(context_.get(), EVP_aes_256_ecb(), nullptr, octets(key), nullptr));
    require_encrypted(EVP_CIPHER_CTX_set_padding(context_.get(), 0));
}

CbcEncryptor::CbcEncryptor(CbcEncryptor&&) noexcept = default;
CbcEncryptor& CbcEncryptor::operator=(CbcEncryptor&&) noexcept = default;
CbcEncryptor::~CbcEncryptor() = default;

void CbcEncryptor::encrypt(std::span<const Message> messages) {
    KUA_CHECK(!messages.empty() && messages.size() <= kMaxMessages);
    const std::size_t size_bytes = messages.front().bytes.size();
    KUA_CHECK(size_bytes % kAesBlockBytes == 0);
    for (const Message& message : messages) {
        KUA_CHECK(message.bytes.size() == size_bytes);
    }
    if (lanes_ != nullptr) {
        lanes_->encrypt(messages, size_bytes);
    } else {
        encrypt_in_rows(messages, size_bytes);
    }
}

void CbcEncryptor::encrypt_in_rows(std::span<const Message> messages, std::size_t size_bytes) {
    // The block that each message is at, side by side: what the next one is chained to.
    std::array<std::byte, kMaxMessages * kAesBlockBytes> row;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        std::ranges::copy(messages[i].iv, row.data() + i * kAesBlockBytes);
    }
    const auto row_bytes = static_cast<int>(messages.size() * kAesBlockBytes);
    for (std::size_t at = 0; at < size_bytes; at += kAesBlockBytes) {
        for (std::size_t i = 0; i < messages.size(); ++i) {
            xor_into(row.data() + i * kAesBlockBytes, messages[i].bytes.data() + at);
        }
        int written = 0;
        require_encrypted(
            EVP_EncryptUpdate(context_.get(), octets(row), &written, octets(row), row_bytes));
        for (std::size_t i = 0; i < messages.size(); ++i) {
            std::memcpy(messages[i].bytes.data() + at, row.data() + i * kAesBlockBytes,
                        kAesBlockBytes);
        }
    }
}

CbcDecryptor::CbcDecryptor(std::span<const std::byte, 32> key) : context_(EVP_CIPHER_CTX_new()) {
    struct FreeCipher {
        void operator()(EVP_CIPHER* cipher) const noexcept { EVP_CIPHER_free(cipher); }
    };
    // Fetching walks OpenSSL's providers under a lock; once per process is enough.
    static const std::unique_ptr<EVP_CIPHER, FreeCipher> cipher{
        EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr)};
    require_decrypted(cipher != nullptr && context_ != nullptr ? 1 : 0);
    require_decrypted(EVP_DecryptInit_ex2(context_.get(), cipher.get(), octets(key),
                                          /*iv=*/nullptr,
                                          /*params=*/nullptr));
    require_decrypted(EVP_CIPHER_CTX_set_padding(context_.get(), 0));
}

CbcDecryptor::CbcDecryptor(CbcDecryptor&&) noexcept = default;
CbcDecryptor& CbcDecryptor::operator=(CbcDecryptor&&) noexcept = default;
CbcDecryptor::~CbcDecryptor() = default;

void CbcDecryptor::decrypt(std::span<const std::byte, kAesBlockBytes> iv, base::ByteView bytes,
                           base::MutableByteView out) {
    KUA_CHECK(bytes.size() % kAesBlockBytes == 0 && bytes.size() == out.size());
    KUA_CHECK(bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
    // Cipher and key stay as set.
    require_decrypted(EVP_DecryptInit_ex2(context_.get(), nullptr, nullptr, octets(iv),
                                          /*params=*/nullptr));
    int written = 0;
    require_decrypted(EVP_DecryptUpdate(context_.get(), octets(out), &written, octets(bytes),
                                        static_cast<int>(bytes.size())));
    KUA_CHECK(static_cast<std::size_t>(written) == out.size());
}

}  // namespace kua::crypto
