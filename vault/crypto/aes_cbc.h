// AES-256-CBC (NIST SP 800-38A) by OpenSSL: encryption of several messages at once, and decryption.
//
// In CBC a block waits for the one before it, so a processor that could work on eight blocks works
// on one. Blocks of different messages don't wait for each other: eight messages side by side take
// little longer than two. Decryption needs none of that: all blocks of a message are at hand.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>

#include "vault/base/bytes.h"

struct evp_cipher_ctx_st;

namespace kua::crypto {

struct FreeCbcContext {
    void operator()(evp_cipher_ctx_st* context) const noexcept;
};

inline constexpr std::size_t kAesBlockBytes = 16;

// One thread at a time. Keeps the key (as OpenSSL's key schedule, wiped at the end).
class CbcEncryptor {
public:
    // How messages are put side by side.
    enum class Way {
        kFastest,
        kInRows,  // always by OpenSSL's public functions, a block of each message at a time
    };

    static constexpr std::size_t kMaxMessages = 8;

    struct Message {
        std::span<const std::byte, kAesBlockBytes> iv;  // unpredictable, used once
        base::MutableByteView bytes;                    // encrypted where they are
    };

    explicit CbcEncryptor(std::span<const std::byte, 32> key, Way way = Way::kFastest);
    CbcEncryptor(CbcEncryptor&&) noexcept;
    CbcEncryptor& operator=(CbcEncryptor&&) noexcept;
    ~CbcEncryptor();

    // At most kMaxMessages, all of the same size, a multiple of 16 bytes; no padding is added.
    // Throws kFailed if OpenSSL fails; then the bytes are lost.
    void encrypt(std::span<const Message> messages);

    // Whether OpenSSL's code for several messages is there and passed its test, so kFastest uses
    // it.
    static bool has_lanes();

private:
    class Lanes;

    void encrypt_in_rows(std::span<const Message> messages, std::size_t size_bytes);

    std::unique_ptr<Lanes> lanes_;  // one of the two, the other is null
    std::unique_ptr<evp_cipher_ctx_st, FreeCbcContext> context_;
};

// One thread at a time. Keeps the key, in a context of OpenSSL's, which costs more to make than
// some kilobytes to decrypt; wiped at the end.
class CbcDecryptor {
public:
    explicit CbcDecryptor(std::span<const std::byte, 32> key);
    CbcDecryptor(CbcDecryptor&&) noexcept;
    CbcDecryptor& operator=(CbcDecryptor&&) noexcept;
    ~CbcDecryptor();

    // `bytes`, a multiple of 16 without padding, to `out` of the same size; the two may be the
    // same. Throws kFailed if OpenSSL fails.
    void decrypt(std::span<const std::byte, kAesBlockBytes> iv, base::ByteView bytes,
                 base::MutableByteView out);

private:
    std::unique_ptr<evp_cipher_ctx_st, FreeCbcContext> context_;
};

}  // namespace kua::crypto
