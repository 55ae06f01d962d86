// One sealed object on its way back to the original, in steps: piece by piece out of the segments,
// chunk by chunk out of the age file, the padding off its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kua/progress.h"
#include "vault/base/bytes.h"
#include "vault/crypto/wiped.h"
#include "vault/format/age_keys.h"
#include "vault/format/age_stream.h"
#include "vault/store/object_table.h"
#include "vault/store/segment_reader.h"

namespace kua::evidence {

// One thread at a time; reads one object after the other. A sixteenth of a MiB.
class OriginalReading {
public:
    // What next() gives at most: so few that they are still in the processor's cache for whoever
    // gets them.
    static constexpr std::size_t kMostBytes = format::kAgeChunkBytes;

    // Both must outlive it. Between begin() and the end nobody else reads with `segments`.
    OriginalReading(store::SegmentReader& segments, Progress& progress);

    // Throws kDamaged if the object can't hold an original of that size or its header doesn't
    // authenticate; kWrongKey if it is sealed to somebody else.
    void begin(const store::ObjectRecord& object, std::span<const format::AgeIdentity> identities,
               std::uint64_t original_bytes);

    // The next bytes of the original, none after the last; valid until the next call. Each byte is
    // authentic, but whether they are all shows only at the end: nothing may get a final name
    // before. kDamaged if anything doesn't authenticate, if there are fewer
    // bytes than the original has or if what follows them is not zeros up to the padded size;
    // kInterrupted.
    base::ByteView next();

private:
    base::ByteView open_next();
    base::ByteView open(base::ByteView sealed);
    bool complete_carry();
    base::ByteView without_padding(base::ByteView plain);
    void check_cancelled() const;

    store::SegmentReader& segments_;
    Progress& progress_;
    std::optional<store::PayloadSource> payload_;
    std::optional<format::AgePayloadOpener> opener_;
    std::uint64_t sealed_left_ = 0;    // of the payload, not opened yet
    std::uint64_t original_left_ = 0;  // not given out yet
    base::ByteView piece_;             // what is left of the piece at hand
    base::Bytes carry_;                // sealed bytes of a chunk that a piece cut in two
    crypto::WipedBuffer plain_;
};

}  // namespace kua::evidence
