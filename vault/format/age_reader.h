// Opens age files: binary ones, and through AgeArmorReader text ones.
#pragma once

#include <cstdint>

#include "vault/base/bytes.h"
#include "vault/crypto/wiped.h"
#include "vault/format/age_file_key.h"
#include "vault/format/age_stream.h"

namespace kua::format {

// Reads an age file front to back, one 64 KiB chunk in memory. One thread per reader.
// Source: C2SP age.md; vectors: age/.
class AgeReader final : public base::ByteSource {
public:
    // Unwraps the file key, then checks the header MAC; no payload byte is used before that.
    // `sealed` must outlive the reader, `unlock` and `identity` only this call. Throws kWrongKey if
    // nothing fits a stanza, kDamaged if the header is malformed, altered, over our limits or has
    // more stanzas than `stanzas` allows.
    AgeReader(base::ByteSource& sealed, const AgeUnlock& unlock, AgeStanzas stanzas);
    AgeReader(base::ByteSource& sealed, const AgeIdentity& identity, AgeStanzas stanzas);

    // Fills the front of `out` with authenticated bytes and returns how many; 0 is the end.
    // Before 0 the plaintext may be cut short: don't give it its final name. Throws kDamaged at
    // the first chunk that is altered, missing or surplus, and again on every later call. Wants
    // kAgeChunkBytes or more of room, else it copies.
    std::size_t read(base::MutableByteView out) override;

private:
    AgePayloadOpener open_header(const AgeUnlock& unlock, AgeStanzas stanzas);
    void fill_sealed();
    std::size_t open_next(std::span<std::byte, kAgeChunkBytes> out);

    enum class State : std::uint8_t { kReading, kLastOpened, kFailed };

    base::ByteSource& source_;
    base::Bytes sealed_;            // first the header and what came with it, then one chunk
    std::size_t sealed_bytes_ = 0;  // how much of it is filled
    AgePayloadOpener payload_;
    crypto::WipedBuffer plaintext_;  // one chunk, for callers with less room
    base::ByteView unread_;          // of plaintext_
    State state_ = State::kReading;
};

}  // namespace kua::format
