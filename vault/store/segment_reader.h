// Reads pieces out of segments. One per thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "vault/base/bytes.h"
#include "vault/store/extents.h"
#include "vault/store/sqlite/page_set.h"

namespace kua::store {

class ObjectStore;

// Keeps the last few segments it read from open, and some pages of them; so it must be younger than
// the pieces it is asked for. Reading in the order of places is fastest. Never
// waits for a writer, in this process or another. Every page read has had its MAC checked. After
// damage it may be used for other pieces. One thread at a time; must not outlive the ObjectStore.
class SegmentReader {
public:
    SegmentReader(SegmentReader&&) noexcept;
    SegmentReader& operator=(SegmentReader&&) noexcept;
    ~SegmentReader();

    // The bytes of one piece, valid until the next call. kDamaged if the piece or its segment is
    // missing or a page it needs is damaged, kBusy if that can't be told (WhileWritten).
    base::ByteView read(PiecePlace place);

    // Which pages of which segments this reader has read, if it was made to keep that.
    std::map<std::uint32_t, PageSet> take_pages_read();

private:
    friend class ObjectStore;
    struct State;
    explicit SegmentReader(std::unique_ptr<State> state) noexcept;

    std::unique_ptr<State> state_;
};

// The payload of one object from its first piece to its last. Must not outlive the reader.
class PayloadSource final : public base::ByteSource {
public:
    // `payload_bytes` is what the catalog says; kDamaged at the end if the pieces hold another sum.
    PayloadSource(SegmentReader& reader, std::vector<Extent> extents, std::uint64_t payload_bytes);

    std::size_t read(base::MutableByteView out) override;
    // The rest of the current piece without copying it, else the whole next piece; empty at the
    // end. Valid until the next call of anything that uses the reader.
    base::ByteView read_piece();

private:
    SegmentReader& reader_;
    std::vector<Extent> extents_;
    std::uint64_t left_bytes_;
    std::size_t extent_ = 0;
    std::int64_t piece_in_extent_ = 0;
    base::ByteView rest_;  // of the current piece
};

}  // namespace kua::store
