// Reading a sealed object out of the segments: its sealed bytes, or the original behind them.
#pragma once

#include <cstdint>
#include <functional>

#include "kua/progress.h"
#include "vault/base/bytes.h"
#include "vault/crypto/sha256.h"
#include "vault/crypto/wiped.h"
#include "vault/format/age_keys.h"
#include "vault/store/object_table.h"
#include "vault/store/segment_reader.h"

namespace kua::evidence {

// One per thread. Nothing it gives out may get a final name before the call has returned.
class ObjectReader {
public:
    // `reader` and `progress` must outlive it.
    ObjectReader(store::SegmentReader& reader, Progress& progress);

    using Take = std::function<void(base::ByteView)>;

    // Gives the sealed bytes, header first, to `take` (may be empty) and returns their SHA-256.
    // kDamaged if a piece is missing or damaged; kInterrupted.
    crypto::Sha256Digest read_sealed(const store::ObjectRecord& object, const Take& take);

    // Decrypts; gives the original bytes to `take` (may be empty) as they come and returns their
    // SHA-256. kDamaged if anything doesn't authenticate, if there are fewer than `original_bytes`,
    // or if what follows them is not zeros up to the padded size; kWrongKey if the object is sealed
    // to somebody else.
    crypto::Sha256Digest read_original(const store::ObjectRecord& object,
                                       const format::AgeIdentity& identity,
                                       std::uint64_t original_bytes, const Take& take);

private:
    void check_cancelled() const;

    store::SegmentReader& reader_;
    Progress& progress_;
    crypto::WipedBuffer plain_;
};

}  // namespace kua::evidence
