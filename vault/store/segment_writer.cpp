#include "vault/store/segment_writer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "vault/base/check.h"
#include "vault/store/object_store_state.h"

namespace kua::store {

namespace {

// Enough for the pages of two pieces: full pages leave for the file while they are still in the
// processor's cache, and memory doesn't grow with what is stored.
constexpr std::size_t kWriterCacheBytes = std::size_t{3} << 20;

// About what a piece takes in the file: whole pages beyond a part that shares one with others.
std::uint64_t file_bytes_of(std::size_t piece_bytes) {
    return piece_bytes + piece_bytes / 32 + 64;
}

// Returns how many bytes they held.
std::uint64_t remove_pieces(Transaction& write, const Extent& extent) {
    const std::int64_t end = extent.first_piece + extent.pieces;
    const auto bytes = write.query_integer(
        "SELECT SUM(length(data)) FROM piece WHERE id >= ?1 AND id < ?2", extent.first_piece, end);
    write.run("DELETE FROM piece WHERE id >= ?1 AND id < ?2", extent.first_piece, end);
    return static_cast<std::uint64_t>(bytes.value_or(0));
}

}  // namespace

struct SegmentWriter::State {
    explicit State(ObjectStore::State& store_in) : store(store_in) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { leave(); }

    void enter();
    void commit();
    void leave() noexcept;

    ObjectStore::State& store;
    std::optional<Connection> segment;
    std::optional<Transaction> write;  // after `segment`, so ends before it
    SegmentState now;                  // of the segment, with what isn't committed yet
    std::int64_t reached_piece = 1;    // the file may hold all pieces before this one
    std::uint64_t file_bytes = 0;
    std::vector<SegmentState> committed;  // since the last commit() of the writer
};

void SegmentWriter::State::enter() {
    for (;;) {
        now = store.acquire();
        reached_piece = 1;
        try {
            const bool fresh = now.next_piece == 1;
            if (fresh) {
                store.announce(now);  // the file itself would be without an explanation
            }
            if (fresh) {
                Connection created = store.connect(now.number, {.mode = ConnectionMode::kCreate});
                Transaction create{created};
                create.run(
                    "CREATE TABLE IF NOT EXISTS "
                    "piece(id INTEGER NOT NULL PRIMARY KEY, data BLOB NOT NULL) STRICT");
                create.commit();
            }
            segment.emplace(store.connect(now.number, {.mode = ConnectionMode::kWrite,
                                                       .cache_bytes = kWriterCacheBytes,
                                                       .batch_pages = true}));
            if (segment->query_integer("SELECT max(id) FROM piece").value_or(0) < now.next_piece) {
                store.announce(now);
                file_bytes = store.environment.files.status(segment->path()).value().size_bytes;
                return;
            }
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kDamaged) {
                leave();
                throw;
            }
        }
        // What is there stays for verification to name; evidence goes elsewhere.
        store.mark_unusable(now.number);
        leave();
    }
}

void SegmentWriter::State::commit() {
    if (!write) {
        return;
    }
    // Before it is tried: a commit can fail when it has already happened.
    reached_piece = now.next_piece;
    write->commit();
    write.reset();
    committed.push_back(now);
}

void SegmentWriter::State::leave() noexcept {
    write.reset();
    segment.reset();
    if (now.number != 0) {
        store.release(now.number, reached_piece);
        now = {};
    }
}

SegmentWriter::SegmentWriter(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
SegmentWriter::SegmentWriter(SegmentWriter&&) noexcept = default;
SegmentWriter& SegmentWriter::operator=(SegmentWriter&&) noexcept = default;
SegmentWriter::~SegmentWriter() = default;

PiecePlace SegmentWriter::append(base::ByteView piece) {
    KUA_CHECK(!piece.empty() && piece.size() <= kMaxPieceBytes);
    State& state = *state_;
    if (!state.segment) {
        state.enter();
    }
    if (!state.write) {
        state.write.emplace(*state.segment);
    }
    const PiecePlace place{.segment = state.now.number, .piece = state.now.next_piece};
    state.write->run("INSERT INTO piece(id, data) VALUES(?1, ?2)", place.piece, piece);
    ++state.now.next_piece;
    state.now.bytes += piece.size();
    state.file_bytes += file_bytes_of(piece.size());
    if (state.file_bytes >= state.store.limit_bytes) {
        state.now.full = true;
        state.commit();
        state.leave();
    }
    return place;
}

void SegmentWriter::discard(std::span<const Extent> extents) {
    State& state = *state_;
    for (const Extent& extent : extents) {
        if (state.write && extent.segment == state.now.number) {
            state.now.bytes -= remove_pieces(*state.write, extent);
            continue;
        }
        // A segment that became full meanwhile, so its pieces are durable already; nothing else
        // writes to it before the catalog knows of it.
        const auto full = std::ranges::find(state.committed, extent.segment, &SegmentState::number);
        KUA_CHECK(full != state.committed.end());
        Connection segment = state.store.connect(extent.segment, {.mode = ConnectionMode::kWrite});
        Transaction write{segment};
        full->bytes -= remove_pieces(write, extent);
        write.commit();
    }
}

std::vector<SegmentState> SegmentWriter::commit() {
    state_->commit();
    return std::exchange(state_->committed, {});
}

SegmentWriter ObjectStore::writer() {
    return SegmentWriter{std::make_unique<SegmentWriter::State>(*state_)};
}

}  // namespace kua::store
