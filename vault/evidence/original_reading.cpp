#include "vault/evidence/original_reading.h"

#include <algorithm>
#include <utility>

#include "vault/format/age_file_key.h"
#include "vault/format/padme.h"

namespace kua::evidence {
namespace {

[[noreturn]] void damaged(const char* what) {
    throw Error{ErrorCode::kDamaged, what};
}

}  // namespace

OriginalReading::OriginalReading(store::SegmentReader& segments, Progress& progress)
    : segments_(segments), progress_(progress), plain_(kMostBytes) {}

void OriginalReading::begin(const store::ObjectRecord& object,
                            std::span<const format::AgeIdentity> identities,
                            std::uint64_t original_bytes) {
    if (format::age_plaintext_size(object.payload_bytes) !=
        format::padded_object_size(original_bytes)) {
        damaged("the object's size doesn't fit that of the original");
    }
    const crypto::FileKey file_key =
        format::open_age_header(object.header, {identities, {}}, format::AgeStanzas::kOne);
    payload_.emplace(segments_, object.extents, object.payload_bytes);
    piece_ = payload_->read_piece();
    if (piece_.size() < format::kAgePayloadNonceBytes) {
        damaged("the payload has no nonce");
    }
    opener_.emplace(file_key, piece_.first<format::kAgePayloadNonceBytes>());
    progress_.advance(format::kAgePayloadNonceBytes, 0);
    piece_ = piece_.subspan(format::kAgePayloadNonceBytes);
    sealed_left_ = object.payload_bytes - format::kAgePayloadNonceBytes;
    original_left_ = original_bytes;
    carry_.clear();
}

base::ByteView OriginalReading::next() {
    for (;;) {
        check_cancelled();
        if (sealed_left_ == 0 && piece_.empty()) {
            if (!payload_->read_piece().empty()) {
                damaged("the payload is longer than the catalog says");
            }
            if (original_left_ != 0) {
                damaged("the object holds fewer bytes than its entry says");
            }
            return {};
        }
        if (const base::ByteView original = without_padding(open_next()); !original.empty()) {
            return original;
        }
    }
}

// What the next whole chunks hold; nothing if the piece ended before one was whole.
base::ByteView OriginalReading::open_next() {
    if (piece_.empty()) {
        piece_ = payload_->read_piece();
        if (piece_.empty()) {
            damaged("the payload ends early");
        }
    }
    if (piece_.size() > sealed_left_ - carry_.size()) {
        damaged("the payload is longer than the catalog says");
    }
    if (!carry_.empty()) {
        if (!complete_carry()) {
            return {};
        }
        const base::ByteView plain = open(carry_);
        carry_.clear();
        return plain;
    }
    std::size_t size = std::min(piece_.size(), format::kAgeSealedChunkBytes);
    if (size != sealed_left_) {
        size -= size % format::kAgeSealedChunkBytes;
    }
    if (size == 0) {
        base::append(carry_, std::exchange(piece_, {}));
        return {};
    }
    return open(std::exchange(piece_, piece_.subspan(size)).first(size));
}

// Whether the chunk that was cut is whole now.
bool OriginalReading::complete_carry() {
    const std::size_t missing =
        std::min(format::kAgeSealedChunkBytes - carry_.size(), piece_.size());
    base::append(carry_, piece_.first(missing));
    piece_ = piece_.subspan(missing);
    return carry_.size() == format::kAgeSealedChunkBytes || carry_.size() == sealed_left_;
}

base::ByteView OriginalReading::open(base::ByteView sealed) {
    sealed_left_ -= sealed.size();
    const auto part = sealed_left_ == 0 ? format::AgePart::kLast : format::AgePart::kMore;
    const std::size_t size_bytes = opener_->open(sealed, part, plain_.bytes());
    progress_.advance(sealed.size(), 0);
    return std::as_const(plain_).bytes().first(size_bytes);
}

base::ByteView OriginalReading::without_padding(base::ByteView plain) {
    const auto original =
        static_cast<std::size_t>(std::min<std::uint64_t>(original_left_, plain.size()));
    original_left_ -= original;
    if (std::ranges::any_of(plain.subspan(original),
                            [](std::byte byte) { return byte != std::byte{0}; })) {
        damaged("the padding behind the original is not empty");
    }
    return plain.first(original);
}

void OriginalReading::check_cancelled() const {
    if (progress_.cancelled()) {
        throw Error{ErrorCode::kInterrupted, "stopped"};
    }
}

}  // namespace kua::evidence
