#include "vault/evidence/object_reader.h"

#include <utility>

namespace kua::evidence {

crypto::Sha256Digest read_sealed(store::SegmentReader& segments, const store::ObjectRecord& object,
                                 const TakeBytes& take, Progress& progress) {
    crypto::Sha256 hash;
    const auto give = [&](base::ByteView bytes) {
        hash.update(bytes);
        if (take) {
            take(bytes);
        }
    };
    give(object.header);
    store::PayloadSource payload{segments, object.extents, object.payload_bytes};
    for (base::ByteView piece = payload.read_piece(); !piece.empty();
         piece = payload.read_piece()) {
        if (progress.cancelled()) {
            throw Error{ErrorCode::kInterrupted, "stopped"};
        }
        give(piece);
        progress.advance(piece.size(), 0);
    }
    return hash.finish();
}

OriginalsReader::OriginalsReader(std::array<store::SegmentReader*, kAtOnce> segments,
                                 Progress& progress)
    : lanes_{Lane{0, *segments[0], progress}, Lane{1, *segments[1], progress}} {}

void OriginalsReader::read_all(const Next& next) {
    crypto::take_in_all(lanes_, [&next](Lane& lane) { return read_on(lane, next); });
}

bool OriginalsReader::read_on(Lane& lane, const Next& next) {
    for (;;) {
        const bool is_new = !lane.original;
        if (is_new) {
            lane.original = next(lane.number);
            if (!lane.original) {
                return false;
            }
        }
        try {
            if (is_new) {
                lane.begin_message();
                lane.reading.begin(lane.original->object, lane.original->identities,
                                   lane.original->original_bytes);
            }
            lane.bytes = lane.reading.next();
            if (!lane.bytes.empty()) {
                if (lane.original->take) {
                    lane.original->take(lane.bytes);
                }
                return true;
            }
        } catch (const Error& error) {
            std::exchange(lane.original, std::nullopt)->failed(error);
            continue;
        }
        finish(lane);
    }
}

void OriginalsReader::finish(Lane& lane) {
    const crypto::Sha256Digest digest = lane.digest();
    std::exchange(lane.original, std::nullopt)->done(digest);
}

}  // namespace kua::evidence
