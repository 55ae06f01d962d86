// DIR/objects: sealed payloads in pieces, spread over segments that FAT32 can hold.
//
// The order that makes a crash harmless, for whoever adds objects:
//   1. SegmentWriter::append() for every piece, in as many threads as there are writers;
//   2. SegmentWriter::commit() in each: the pieces are durable, but nothing knows them;
//   3. one catalog Transaction: ObjectStore::record() with what the commits returned, the rows of
//      object_table.h, entries, bundle and projection; Transaction::commit();
// Both commits read back what they wrote before they return.
// Pieces that step 3 never recorded are garbage, removed when the segment is next written to.
// docs/formats: Segments.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kua/access.h"
#include "vault/base/environment.h"
#include "vault/crypto/keys.h"
#include "vault/store/segment_reader.h"
#include "vault/store/segment_writer.h"
#include "vault/store/sqlite/transaction.h"
#include "vault/store/writer_lock.h"

namespace kua::store {

// A segment takes no more pieces once its file is this large; one piece may pass it.
inline constexpr std::uint64_t kSegmentLimitBytes = std::uint64_t{2} << 30;

enum class KeepPages : std::uint8_t { kNo, kYes };

// What a reader does about a piece that it can't make sense of, where a writer of the same store
// has the segment: wait for that writer's commit, for a while, or throw kBusy at once. For whoever
// reads in the middle of a commit that waits for the reading.
enum class WhileWritten : std::uint8_t { kWait, kGiveUp };

// What sweeping found besides the garbage it removed.
struct SweepReport {
    std::uint64_t pieces_removed = 0;
    std::uint64_t segments_removed = 0;
    // Segments that hold pieces the catalog doesn't know and no interrupted writer explains. They
    // are neither changed nor appended to.
    std::vector<std::uint32_t> unexplained;
};

// Hands out writers and readers, from any thread; the rest belongs to the thread that owns the
// catalog. Writers, finish_erasing() and sweep() need the vault's lock (else kBug).
class ObjectStore {
public:
    // `lock` is null for reading, else outlives this. Reads the segment table from `catalog`, which
    // it doesn't keep.
    ObjectStore(const base::Environment& environment, const fs::path& dir,
                const crypto::VaultKey& vault_key, Connection& catalog, WriterLock* lock,
                std::uint64_t segment_limit_bytes = kSegmentLimitBytes);
    ObjectStore(ObjectStore&&) noexcept;
    ObjectStore& operator=(ObjectStore&&) noexcept;
    ~ObjectStore();

    // Goes on in a segment that isn't full and that no other writer uses, else makes a new one.
    SegmentWriter writer();
    SegmentReader reader(KeepPages keep = KeepPages::kNo,
                         WhileWritten written = WhileWritten::kWait) const;

    // Writes into the catalog what SegmentWriter::commit() returned, in the order of the commits.
    // If the transaction doesn't commit, the writers that they came from must be destroyed; their
    // segments are not appended to again before they are swept.
    void record(Transaction& catalog, std::span<const SegmentState> segments);

    // Removes pieces for good whose objects the catalog has forgotten (erase_object()), segment by
    // segment, few at a time: what SQLite frees it overwrites. What is done is durable; what a
    // crash leaves, a damaged segment, a full disk or somebody who reads, is tried again when the
    // vault is opened for writing. Returns how many pieces are still there.
    std::uint64_t finish_erasing(Connection& catalog);

    // Removes what an interrupted writer left; done once when a vault is opened for writing.
    SweepReport sweep();

    // As recorded in the catalog, by number.
    std::vector<SegmentState> segments() const;
    // Where the file of one lies, there or not.
    fs::path segment_path(std::uint32_t number) const;

    struct State;  // object_store_state.h
    const State& state() const noexcept { return *state_; }

private:
    std::unique_ptr<State> state_;
};

}  // namespace kua::store
