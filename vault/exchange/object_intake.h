// Taking a received object into the segments: its parts, one after the other, as they come.
#pragma once

#include <optional>

#include "vault/crypto/sha256.h"
#include "vault/journal/manifest.h"
#include "vault/store/object_table.h"
#include "vault/store/segment_writer.h"

namespace kua::exchange {

class ObjectIntake {
public:
    // `segments` must outlive it.
    ObjectIntake(store::SegmentWriter& segments, const journal::BundleObject& expected);
    ObjectIntake(const ObjectIntake&) = delete;
    ObjectIntake& operator=(const ObjectIntake&) = delete;

    // Throws kDamaged if it can't be an object: no age header for exactly one recipient.
    void add(base::ByteView bytes);
    // The object as the catalog is to record it. Throws kDamaged if the bytes are not those that
    // were expected; then nothing of them is left in the segments.
    store::ObjectRecord finish(base::ByteView case_id);

private:
    void take_header();
    void store(base::ByteView payload);

    store::SegmentWriter& segments_;
    journal::BundleObject expected_;
    crypto::Sha256 hash_;
    base::Bytes front_;  // until the header is complete
    base::Bytes header_;
    std::uint64_t payload_bytes_ = 0;
    store::ExtentList extents_;
};

}  // namespace kua::exchange
