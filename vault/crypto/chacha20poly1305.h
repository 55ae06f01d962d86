// ChaCha20-Poly1305 (RFC 8439): in bulk by OpenSSL for the chunks of age payloads, singly by
// libsodium for age stanzas and HPKE. Nonces have 96 bits: counters or single-use keys only, never
// random under a key that is used again.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "vault/base/bytes.h"
#include "vault/crypto/secret_bytes.h"

struct evp_cipher_ctx_st;

namespace kua::crypto {

inline constexpr std::size_t kChaChaKeyBytes = 32;
inline constexpr std::size_t kChaChaNonceBytes = 12;
inline constexpr std::size_t kChaChaTagBytes = 16;

using ChaChaKey = std::span<const std::byte, kChaChaKeyBytes>;
using ChaChaNonce = std::span<const std::byte, kChaChaNonceBytes>;

struct FreeCipherContext {
    void operator()(evp_cipher_ctx_st* context) const noexcept;
};

// Encrypts many chunks under one key, without allocating per chunk. Never give it the same nonce
// twice. One thread per object. Throws kFailed if OpenSSL refuses.
class ChunkSealer {
public:
    explicit ChunkSealer(ChaChaKey key);
    ChunkSealer(ChunkSealer&&) noexcept;
    ChunkSealer& operator=(ChunkSealer&&) noexcept;
    ~ChunkSealer();

    // Writes ciphertext and tag. `out` is 16 bytes longer than `plaintext` (else kBug) and either
    // begins where `plaintext` does or doesn't overlap it.
    void seal(ChaChaNonce nonce, base::ByteView plaintext, base::MutableByteView out);

private:
    std::unique_ptr<evp_cipher_ctx_st, FreeCipherContext> context_;
};

// The reverse. One thread per object.
class ChunkOpener {
public:
    explicit ChunkOpener(ChaChaKey key);
    ChunkOpener(ChunkOpener&&) noexcept;
    ChunkOpener& operator=(ChunkOpener&&) noexcept;
    ~ChunkOpener();

    // Fills `out`, 16 bytes shorter than `sealed` (else kBug), under the same rule on overlapping.
    // False if authentication fails; `out` is zero then, whatever it held.
    [[nodiscard]] bool open(ChaChaNonce nonce, base::ByteView sealed, base::MutableByteView out);

private:
    std::unique_ptr<evp_cipher_ctx_st, FreeCipherContext> context_;
};

// One message, with associated data that may be empty. Ciphertext and tag, 16 bytes longer.
base::Bytes chacha20poly1305_seal(ChaChaKey key, ChaChaNonce nonce, base::ByteView associated_data,
                                  base::ByteView plaintext);

// Nothing if authentication fails.
[[nodiscard]] std::optional<SecretBytes> chacha20poly1305_open(ChaChaKey key, ChaChaNonce nonce,
                                                               base::ByteView associated_data,
                                                               base::ByteView sealed);

}  // namespace kua::crypto
