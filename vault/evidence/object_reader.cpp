#include "vault/evidence/object_reader.h"

#include <algorithm>
#include <span>
#include <utility>

#include "vault/format/age_file_key.h"
#include "vault/format/age_stream.h"
#include "vault/format/padme.h"

namespace kua::evidence {
namespace {

[[noreturn]] void damaged(const char* what) {
    throw Error{ErrorCode::kDamaged, what};
}

// Tells the original bytes from the padding as the plaintext comes in.
class PlainSplitter {
public:
    PlainSplitter(std::uint64_t original_bytes, const ObjectReader::Take& take)
        : left_(original_bytes), take_(take) {}

    void add(base::ByteView plain) {
        const auto original =
            static_cast<std::size_t>(std::min<std::uint64_t>(left_, plain.size()));
        if (original > 0) {
            hash_.update(plain.first(original));
            if (take_) {
                take_(plain.first(original));
            }
            left_ -= original;
        }
        const base::ByteView padding = plain.subspan(original);
        if (std::ranges::any_of(padding, [](std::byte byte) { return byte != std::byte{0}; })) {
            damaged("the padding behind the original is not empty");
        }
    }

    crypto::Sha256Digest finish() {
        if (left_ != 0) {
            damaged("the object holds fewer bytes than its entry says");
        }
        return hash_.finish();
    }

private:
    std::uint64_t left_;
    const ObjectReader::Take& take_;
    crypto::Sha256 hash_;
};

// Puts payload bytes, however the pieces cut them, through the opener in whole chunks.
class PayloadFeeder {
public:
    PayloadFeeder(const crypto::FileKey& file_key, base::ByteView nonce, std::uint64_t sealed_bytes,
                  crypto::WipedBuffer& plain, PlainSplitter& to)
        : opener_(file_key, nonce.first<format::kAgePayloadNonceBytes>()),
          left_(sealed_bytes),
          plain_(plain),
          to_(to) {}

    void add(base::ByteView sealed) {
        if (!carry_.empty()) {
            const std::size_t missing =
                std::min(format::kAgeSealedChunkBytes - carry_.size(), sealed.size());
            base::append(carry_, sealed.first(missing));
            sealed = sealed.subspan(missing);
            if (carry_.size() < format::kAgeSealedChunkBytes && carry_.size() < left_) {
                return;
            }
            open(carry_);
            carry_.clear();
        }
        const bool is_end = sealed.size() == left_;
        const std::size_t whole =
            is_end ? sealed.size() : sealed.size() - sealed.size() % format::kAgeSealedChunkBytes;
        if (whole > 0) {
            open(sealed.first(whole));
        }
        base::append(carry_, sealed.subspan(whole));
    }

    void finish() const {
        if (left_ != 0) {
            damaged("the payload ends early");
        }
    }

private:
    void open(base::ByteView sealed) {
        if (sealed.size() > left_) {
            damaged("the payload is longer than the catalog says");
        }
        left_ -= sealed.size();
        const auto part = left_ == 0 ? format::AgePart::kLast : format::AgePart::kMore;
        const std::size_t size_bytes = opener_.open(sealed, part, plain_.bytes());
        to_.add(std::as_const(plain_).bytes().first(size_bytes));
    }

    format::AgePayloadOpener opener_;
    std::uint64_t left_;
    crypto::WipedBuffer& plain_;
    PlainSplitter& to_;
    base::Bytes carry_;  // sealed bytes of a chunk that a piece cut in two
};

}  // namespace

ObjectReader::ObjectReader(store::SegmentReader& reader, Progress& progress)
    : reader_(reader), progress_(progress), plain_(store::kMaxPieceBytes) {}

crypto::Sha256Digest ObjectReader::read_sealed(const store::ObjectRecord& object,
                                               const Take& take) {
    const auto give = [&take](crypto::Sha256& hash, base::ByteView bytes) {
        hash.update(bytes);
        if (take) {
            take(bytes);
        }
    };
    crypto::Sha256 hash;
    give(hash, object.header);
    store::PayloadSource payload{reader_, object.extents, object.payload_bytes};
    for (base::ByteView piece = payload.read_piece(); !piece.empty();
         piece = payload.read_piece()) {
        check_cancelled();
        give(hash, piece);
        progress_.advance(piece.size(), 0);
    }
    return hash.finish();
}

crypto::Sha256Digest ObjectReader::read_original(const store::ObjectRecord& object,
                                                 const format::AgeIdentity& identity,
                                                 std::uint64_t original_bytes, const Take& take) {
    const std::uint64_t padded = format::padded_object_size(original_bytes);
    if (format::age_plaintext_size(object.payload_bytes) != padded) {
        damaged("the object's size doesn't fit that of the original");
    }
    const crypto::FileKey file_key =
        format::open_age_header(object.header, identity, format::AgeStanzas::kOne);
    PlainSplitter plain{original_bytes, take};
    store::PayloadSource payload{reader_, object.extents, object.payload_bytes};
    base::ByteView piece = payload.read_piece();
    if (piece.size() < format::kAgePayloadNonceBytes) {
        damaged("the payload has no nonce");
    }
    PayloadFeeder feeder{file_key, piece.first(format::kAgePayloadNonceBytes),
                         object.payload_bytes - format::kAgePayloadNonceBytes, plain_, plain};
    for (base::ByteView rest = piece.subspan(format::kAgePayloadNonceBytes);;) {
        check_cancelled();
        feeder.add(rest);
        progress_.advance(rest.size(), 0);
        rest = payload.read_piece();
        if (rest.empty()) {
            break;
        }
    }
    feeder.finish();
    return plain.finish();
}

void ObjectReader::check_cancelled() const {
    if (progress_.cancelled()) {
        throw Error{ErrorCode::kInterrupted, "stopped"};
    }
}

}  // namespace kua::evidence
