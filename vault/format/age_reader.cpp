#include "vault/format/age_reader.h"

#include <algorithm>
#include <utility>

#include "kua/error.h"
#include "vault/format/age_header.h"

namespace kua::format {

static_assert(kAgeSealedChunkBytes >= kAgeHeaderMaxBytes + kAgePayloadNonceBytes,
              "a header and the nonce after it fit into the buffer for one chunk");

AgeReader::AgeReader(base::ByteSource& sealed, const AgeUnlock& unlock, AgeStanzas stanzas)
    : source_(sealed), sealed_(kAgeSealedChunkBytes), payload_(open_header(unlock, stanzas)) {}

AgeReader::AgeReader(base::ByteSource& sealed, const AgeIdentity& identity, AgeStanzas stanzas)
    : AgeReader(sealed, AgeUnlock{std::span{&identity, 1}, {}}, stanzas) {}

// Reads until the buffer is full or the source ends.
void AgeReader::fill_sealed() {
    while (sealed_bytes_ < sealed_.size()) {
        const std::size_t count = source_.read(std::span{sealed_}.subspan(sealed_bytes_));
        if (count == 0) {
            return;
        }
        sealed_bytes_ += count;
    }
}

AgePayloadOpener AgeReader::open_header(const AgeUnlock& unlock, AgeStanzas stanzas) {
    fill_sealed();
    const base::ByteView front = std::span{sealed_}.first(sealed_bytes_);
    const std::optional<std::size_t> header_bytes = find_age_header_end(front);
    if (!header_bytes || front.size() - *header_bytes < kAgePayloadNonceBytes) {
        throw Error{ErrorCode::kDamaged, "malformed age header: cut short"};
    }
    const crypto::FileKey file_key = open_age_header(front.first(*header_bytes), unlock, stanzas);
    const auto nonce = front.subspan(*header_bytes).first<kAgePayloadNonceBytes>();
    AgePayloadOpener opener{file_key, nonce};
    const base::ByteView rest = front.subspan(*header_bytes + nonce.size());
    std::ranges::copy(rest, sealed_.begin());  // towards the front, so overlapping is fine
    sealed_bytes_ = rest.size();
    return opener;
}

// A full chunk says itself whether it is the last, since the source does not tell its length; one
// that is not full is.
std::size_t AgeReader::open_next(std::span<std::byte, kAgeChunkBytes> out) {
    if (state_ == State::kFailed) {
        throw Error{ErrorCode::kDamaged, "an age payload that was altered or cut"};
    }
    const State before = std::exchange(state_, State::kFailed);  // whatever throws below
    fill_sealed();
    const base::ByteView sealed = std::span{sealed_}.first(std::exchange(sealed_bytes_, 0));
    if (before == State::kLastOpened) {
        if (!sealed.empty()) {
            throw Error{ErrorCode::kDamaged, "bytes after the end of an age payload"};
        }
        state_ = before;
        return 0;
    }
    AgePart part = AgePart::kLast;
    std::size_t count = 0;
    if (sealed.size() == kAgeSealedChunkBytes) {
        part = payload_.open_either(sealed.first<kAgeSealedChunkBytes>(), out);
        count = out.size();
    } else {
        count = payload_.open(sealed, part, out);
    }
    state_ = part == AgePart::kLast ? State::kLastOpened : State::kReading;
    return count;
}

std::size_t AgeReader::read(base::MutableByteView out) {
    if (out.empty()) {
        return 0;
    }
    if (unread_.empty()) {
        if (out.size() >= kAgeChunkBytes) {
            return open_next(out.first<kAgeChunkBytes>());
        }
        if (plaintext_.size() == 0) {
            plaintext_ = crypto::WipedBuffer{kAgeChunkBytes};
        }
        const auto chunk = plaintext_.bytes().first<kAgeChunkBytes>();
        unread_ = chunk.first(open_next(chunk));
    }
    const std::size_t count = std::min(out.size(), unread_.size());
    std::copy_n(unread_.begin(), count, out.begin());
    unread_ = unread_.subspan(count);
    return count;
}

}  // namespace kua::format
