// Appends pieces to segments. One per intake thread; see objects.h for the whole order of commits.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "vault/base/bytes.h"
#include "vault/store/extents.h"

namespace kua::store {

// How far a segment is filled: what the catalog keeps about it.
struct SegmentState {
    std::uint32_t number = 0;
    std::int64_t next_piece = 1;
    std::uint64_t bytes = 0;  // sum of all pieces ever appended
    bool full = false;        // never appended to again
};

class ObjectStore;

// Writes to one segment at a time, which no other writer uses meanwhile, and goes on in the next
// when that has reached the limit. One thread at a time; must not outlive the ObjectStore.
//
// Everything appended between two commits is as good as not written until the catalog records it:
// destroying the writer, or losing power, leaves at most pieces that are swept later.
// Errors: kStorage when the disk is full or fails, kDamaged if a segment is. After an Error only
// the destructor may follow.
class SegmentWriter {
public:
    SegmentWriter(SegmentWriter&&) noexcept;
    SegmentWriter& operator=(SegmentWriter&&) noexcept;
    ~SegmentWriter();  // rolls back what wasn't committed, gives the segment back

    // Stores 1 to kMaxPieceBytes bytes; they are copied before it returns. Memory use doesn't grow.
    PiecePlace append(base::ByteView piece);

    // Removes pieces that this writer appended since the last commit(): an input that turned out
    // to be unreadable, or known already. Their numbers are not used again.
    void discard(std::span<const Extent> extents);

    // Returns when all pieces appended are durable and their pages were read back, with the new
    // state of each segment touched since the last commit, for ObjectStore::record(). Takes no time
    // if there are none.
    std::vector<SegmentState> commit();

private:
    friend class ObjectStore;
    struct State;
    explicit SegmentWriter(std::unique_ptr<State> state) noexcept;

    std::unique_ptr<State> state_;
};

}  // namespace kua::store
