// The payload of age files: a nonce of 16 bytes, then chunks of 64 KiB under ChaCha20-Poly1305 that
// can be neither cut, extended nor reordered. Works on buffers of the caller, without copying or
// allocating per chunk. Source: C2SP age.md, Payload; vectors: age/stream_*.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "vault/base/bytes.h"
#include "vault/base/random.h"
#include "vault/crypto/chacha20poly1305.h"
#include "vault/crypto/key.h"

namespace kua::format {

inline constexpr std::size_t kAgeChunkBytes = 64 * 1024;
inline constexpr std::size_t kAgeSealedChunkBytes = kAgeChunkBytes + crypto::kChaChaTagBytes;
inline constexpr std::size_t kAgePayloadNonceBytes = 16;

// Whether what is passed is the end of the payload.
enum class AgePart : std::uint8_t { kMore, kLast };

// How long the payload of `plaintext_bytes` is, nonce included.
constexpr std::uint64_t age_payload_size(std::uint64_t plaintext_bytes) noexcept {
    const std::uint64_t full = (plaintext_bytes + kAgeChunkBytes - 1) / kAgeChunkBytes;
    return kAgePayloadNonceBytes + plaintext_bytes +
           (full == 0 ? 1 : full) * crypto::kChaChaTagBytes;
}

// How much plaintext a payload of that length holds, nonce included; nothing if none has it.
std::optional<std::uint64_t> age_plaintext_size(std::uint64_t payload_bytes) noexcept;

// Counts chunks and makes their nonces; what both directions below share.
class AgeChunkNonce {
public:
    std::array<std::byte, crypto::kChaChaNonceBytes> of(AgePart part) const noexcept;
    void advance() noexcept { ++chunk_; }
    bool at_first() const noexcept { return chunk_ == 0; }

private:
    std::uint64_t chunk_ = 0;
};

// Seals one payload, front to back. One thread at a time.
class AgePayloadSealer {
public:
    // `file_key` must be fresh and is needed only for this call; 16 bytes of `random` are the
    // nonce.
    AgePayloadSealer(const crypto::FileKey& file_key, base::Random& random);

    // Seals the next part into the front of `out` and returns how many bytes that took; the first
    // call also writes the nonce. kMore: a multiple of kAgeChunkBytes, not 0. kLast: any number,
    // but 0 only if the whole payload is empty; a payload that ends with a full chunk has that
    // chunk in its kLast part. `out` has room for age_payload_size(plaintext.size()) and doesn't
    // overlap `plaintext`. kBug if any of this is broken or after kLast.
    std::size_t seal(base::ByteView plaintext, AgePart part, base::MutableByteView out);

private:
    std::array<std::byte, kAgePayloadNonceBytes> nonce_;
    crypto::ChunkSealer chunks_;
    AgeChunkNonce chunk_nonce_;
    bool finished_ = false;
};

// Opens one payload, front to back. One thread at a time. Whatever it throws, what `out` holds by
// then must not be used.
class AgePayloadOpener {
public:
    AgePayloadOpener(const crypto::FileKey& file_key,
                     std::span<const std::byte, kAgePayloadNonceBytes> nonce);

    // Opens the next chunks, all of them whole, into the front of `out` and returns how many bytes
    // that gave. kMore: a multiple of kAgeSealedChunkBytes, not 0 (else kBug). kLast: what is left
    // of the payload. `out` has room for the plaintext (sealed.size() always suffices); a single
    // chunk may be opened in place, else they don't overlap. Throws kDamaged at the first chunk
    // that is altered, missing or surplus; kBug after the last.
    std::size_t open(base::ByteView sealed, AgePart part, base::MutableByteView out);

    // For streams of unknown length: opens one full chunk, the last or not, which is returned.
    // Not in place. Throws kDamaged if it is neither.
    AgePart open_either(std::span<const std::byte, kAgeSealedChunkBytes> sealed,
                        std::span<std::byte, kAgeChunkBytes> out);

private:
    [[nodiscard]] bool open_chunk(base::ByteView sealed, AgePart part, base::MutableByteView out);

    crypto::ChunkOpener chunks_;
    AgeChunkNonce chunk_nonce_;
    bool finished_ = false;
};

}  // namespace kua::format
