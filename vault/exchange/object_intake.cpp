#include "vault/exchange/object_intake.h"

#include <algorithm>
#include <utility>

#include "vault/format/age_header.h"

namespace kua::exchange {

ObjectIntake::ObjectIntake(store::SegmentWriter& segments, const journal::BundleObject& expected)
    : segments_(segments), expected_(expected) {}

void ObjectIntake::add(base::ByteView bytes) {
    hash_.update(bytes);
    if (!header_.empty()) {
        store(bytes);
        return;
    }
    base::append(front_, bytes);
    take_header();
}

void ObjectIntake::take_header() {
    const std::optional<std::size_t> end = format::find_age_header_end(front_);
    if (!end) {
        return;
    }
    header_.assign(front_.begin(), front_.begin() + static_cast<std::ptrdiff_t>(*end));
    if (format::parse_age_header(header_).stanzas.size() != 1) {
        throw Error{ErrorCode::kDamaged, "an object is sealed to more than its case"};
    }
    const base::Bytes rest = std::exchange(front_, {});
    store(base::ByteView{rest}.subspan(*end));
}

void ObjectIntake::store(base::ByteView payload) {
    payload_bytes_ += payload.size();
    while (!payload.empty()) {
        const std::size_t size = std::min(payload.size(), store::kMaxPieceBytes);
        extents_.add(segments_.append(payload.first(size)));
        payload = payload.subspan(size);
    }
}

store::ObjectRecord ObjectIntake::finish(base::ByteView case_id) {
    const store::SealedDigest digest{hash_.finish()};
    if (digest != expected_.digest || header_.empty() ||
        header_.size() + payload_bytes_ != expected_.size_bytes) {
        segments_.discard(extents_.extents());
        throw Error{ErrorCode::kDamaged, "an object is not the one that its bundle names"};
    }
    return {digest, base::Bytes{case_id.begin(), case_id.end()}, std::move(header_), payload_bytes_,
            extents_.extents()};
}

}  // namespace kua::exchange
