// Reading sealed objects out of the segments: their sealed bytes, or the originals behind them.
// Nothing that is given out may get a final name before its digest was compared.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "kua/error.h"
#include "kua/progress.h"
#include "vault/base/bytes.h"
#include "vault/crypto/sha256.h"
#include "vault/crypto/sha256_lanes.h"
#include "vault/evidence/original_reading.h"

namespace kua::evidence {

using TakeBytes = std::function<void(base::ByteView)>;

// Gives the sealed bytes, header first, to `take` (may be empty) and returns their SHA-256.
// kDamaged if a piece is missing or damaged; kInterrupted.
crypto::Sha256Digest read_sealed(store::SegmentReader& segments, const store::ObjectRecord& object,
                                 const TakeBytes& take, Progress& progress);

// An original to be read, and what is to become of it.
struct OriginalToRead {
    store::ObjectRecord object;
    std::span<const format::AgeIdentity> identities;  // any of which may open it
    std::uint64_t original_bytes = 0;
    TakeBytes take;  // gets the bytes as they come; may be empty
    // Afterwards exactly one of these: the digest of all bytes, or the Error that came instead,
    // from reading (OriginalReading says which) or from `take`.
    std::function<void(const crypto::Sha256Digest&)> done;
    std::function<void(const Error&)> failed;
};

// Reads originals two at a time, so that their digests are computed side by side. One per thread.
class OriginalsReader {
public:
    static constexpr std::size_t kAtOnce = 2;

    // Two readers, since each is at another place, and for nobody else meanwhile: `next` must not
    // read with them. All must outlive it.
    OriginalsReader(std::array<store::SegmentReader*, kAtOnce> segments, Progress& progress);

    // The next original, which segments[lane] will read; nothing if there is none.
    using Next = std::function<std::optional<OriginalToRead>(std::size_t lane)>;

    // Asks `next` for one after the other. It may be asked again after it had no more. What `next`,
    // `done` or `failed` throw, or `take` that is no Error, ends the reading: other originals under
    // way then get neither of the two, and the reader must not be used again.
    void read_all(const Next& next);

private:
    struct Lane : crypto::Sha256Backlog {
        Lane(std::size_t number_in, store::SegmentReader& segments, Progress& progress)
            : number(number_in), reading(segments, progress) {}
        std::size_t number;
        OriginalReading reading;
        std::optional<OriginalToRead> original;  // nothing: idle
    };

    // Has the lane read on, with another original if need be; false if there are no more.
    static bool read_on(Lane& lane, const Next& next);
    static void finish(Lane& lane);

    std::array<Lane, kAtOnce> lanes_;
};

}  // namespace kua::evidence
