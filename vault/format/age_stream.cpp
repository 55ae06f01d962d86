#include "vault/format/age_stream.h"

#include <algorithm>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/crypto/hkdf.h"
#include "vault/crypto/wiped.h"

namespace kua::format {
namespace {

using PayloadNonce = std::array<std::byte, kAgePayloadNonceBytes>;

template <class Chunks>
Chunks keyed(const crypto::FileKey& file_key,
             std::span<const std::byte, kAgePayloadNonceBytes> nonce) {
    crypto::WipedArray<crypto::kChaChaKeyBytes> key;
    crypto::hkdf_sha256(file_key.expose(), nonce, base::bytes_of("payload"),
                        key.expose_for_writing());
    return Chunks{key.expose()};
}

PayloadNonce fresh_nonce(base::Random& random) {
    PayloadNonce nonce{};
    random.fill(nonce);
    return nonce;
}

}  // namespace

std::optional<std::uint64_t> age_plaintext_size(std::uint64_t payload_bytes) noexcept {
    if (payload_bytes < age_payload_size(0)) {
        return std::nullopt;
    }
    const std::uint64_t chunks_bytes = payload_bytes - kAgePayloadNonceBytes;
    const std::uint64_t chunks = (chunks_bytes + kAgeSealedChunkBytes - 1) / kAgeSealedChunkBytes;
    const std::uint64_t last_bytes = chunks_bytes - (chunks - 1) * kAgeSealedChunkBytes;
    if (last_bytes < crypto::kChaChaTagBytes ||
        (last_bytes == crypto::kChaChaTagBytes && chunks > 1)) {
        return std::nullopt;
    }
    return chunks_bytes - chunks * crypto::kChaChaTagBytes;
}

// One payload key per file, so a counter is a safe nonce: 11 bytes of it, big endian, then whether
// the chunk is the last (age.md, Payload). The counter can't pass 2^48, since a payload has 2^64
// bytes at most.
std::array<std::byte, crypto::kChaChaNonceBytes> AgeChunkNonce::of(AgePart part) const noexcept {
    std::array<std::byte, crypto::kChaChaNonceBytes> nonce{};
    for (std::size_t i = 0; i < sizeof chunk_; ++i) {
        nonce[nonce.size() - 2 - i] = static_cast<std::byte>((chunk_ >> (8 * i)) & 0xffU);
    }
    nonce.back() = part == AgePart::kLast ? std::byte{0x01} : std::byte{0x00};
    return nonce;
}

AgePayloadSealer::AgePayloadSealer(const crypto::FileKey& file_key, base::Random& random)
    : nonce_(fresh_nonce(random)), chunks_(keyed<crypto::ChunkSealer>(file_key, nonce_)) {}

std::size_t AgePayloadSealer::seal(base::ByteView plaintext, AgePart part,
                                   base::MutableByteView out) {
    const std::size_t nonce_bytes = chunk_nonce_.at_first() ? nonce_.size() : 0;
    KUA_CHECK(!finished_ && out.size() >= age_payload_size(plaintext.size()) -
                                              kAgePayloadNonceBytes + nonce_bytes);
    KUA_CHECK(part == AgePart::kLast
                  ? !plaintext.empty() || chunk_nonce_.at_first()
                  : !plaintext.empty() && plaintext.size() % kAgeChunkBytes == 0);
    std::ranges::copy(std::span{nonce_}.first(nonce_bytes), out.begin());
    std::size_t written = nonce_bytes;
    do {
        const base::ByteView chunk = plaintext.first(std::min(plaintext.size(), kAgeChunkBytes));
        plaintext = plaintext.subspan(chunk.size());
        const AgePart chunk_part = plaintext.empty() ? part : AgePart::kMore;
        const std::size_t sealed_bytes = chunk.size() + crypto::kChaChaTagBytes;
        chunks_.seal(chunk_nonce_.of(chunk_part), chunk, out.subspan(written, sealed_bytes));
        chunk_nonce_.advance();
        written += sealed_bytes;
    } while (!plaintext.empty());
    finished_ = part == AgePart::kLast;
    return written;
}

AgePayloadOpener::AgePayloadOpener(const crypto::FileKey& file_key,
                                   std::span<const std::byte, kAgePayloadNonceBytes> nonce)
    : chunks_(keyed<crypto::ChunkOpener>(file_key, nonce)) {}

bool AgePayloadOpener::open_chunk(base::ByteView sealed, AgePart part, base::MutableByteView out) {
    // An empty chunk says that the payload is empty; after others it says nothing and is refused.
    const bool surplus = sealed.size() == crypto::kChaChaTagBytes && !chunk_nonce_.at_first();
    if (sealed.size() < crypto::kChaChaTagBytes || surplus ||
        !chunks_.open(chunk_nonce_.of(part), sealed, out)) {
        return false;
    }
    chunk_nonce_.advance();
    finished_ = part == AgePart::kLast;
    return true;
}

std::size_t AgePayloadOpener::open(base::ByteView sealed, AgePart part, base::MutableByteView out) {
    KUA_CHECK(!finished_);
    KUA_CHECK(part == AgePart::kLast ||
              (!sealed.empty() && sealed.size() % kAgeSealedChunkBytes == 0));
    std::size_t written = 0;
    do {
        const base::ByteView chunk = sealed.first(std::min(sealed.size(), kAgeSealedChunkBytes));
        sealed = sealed.subspan(chunk.size());
        const AgePart chunk_part = sealed.empty() ? part : AgePart::kMore;
        const std::size_t plain_bytes =
            chunk.size() - std::min(chunk.size(), crypto::kChaChaTagBytes);
        KUA_CHECK(plain_bytes <= out.size() - written);
        if (!open_chunk(chunk, chunk_part, out.subspan(written, plain_bytes))) {
            throw Error{ErrorCode::kDamaged, "an age payload that was altered or cut"};
        }
        written += plain_bytes;
    } while (!sealed.empty());
    return written;
}

AgePart AgePayloadOpener::open_either(std::span<const std::byte, kAgeSealedChunkBytes> sealed,
                                      std::span<std::byte, kAgeChunkBytes> out) {
    KUA_CHECK(!finished_);
    for (const AgePart part : {AgePart::kMore, AgePart::kLast}) {
        if (open_chunk(sealed, part, out)) {
            return part;
        }
    }
    throw Error{ErrorCode::kDamaged, "an age payload that was altered or cut"};
}

}  // namespace kua::format
