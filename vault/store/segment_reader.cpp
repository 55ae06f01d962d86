#include "vault/store/segment_reader.h"

#include <algorithm>
#include <list>
#include <optional>
#include <string>
#include <utility>

#include "vault/base/check.h"
#include "vault/store/object_store_state.h"

namespace kua::store {

namespace {

// Nothing but the few pages above the pieces is read twice.
constexpr std::size_t kReaderCacheBytes = std::size_t{256} << 10;
// Objects that came in together lie in as many segments as there were writers.
constexpr std::size_t kMostOpenSegments = 4;
constexpr std::string_view kReadPiece = "SELECT data FROM piece WHERE id = ?1";
constexpr std::string_view kReadSize = "SELECT length(data) FROM piece WHERE id = ?1";
constexpr std::uint64_t kRowHeaderBytes = 6;  // of a long piece: its own size, and two types

}  // namespace

struct SegmentReader::State {
    State(const ObjectStore::State& store_in, KeepPages keep_in, WhileWritten written_in)
        : store(store_in), keep(keep_in), written(written_in) {}

    ConnectionOptions options(bool ignore_writers) const {
        return {.mode = ConnectionMode::kRead,
                .cache_bytes = kReaderCacheBytes,
                .ignore_writers = ignore_writers,
                .track_pages = keep == KeepPages::kYes,
                .read_ahead = true};
    }
    Connection& open(std::uint32_t wanted) {
        const auto known = std::ranges::find(open_segments, wanted, &OpenSegment::number);
        if (known != open_segments.end()) {
            open_segments.splice(open_segments.begin(), open_segments, known);
        } else {
            if (open_segments.size() == kMostOpenSegments) {
                close(open_segments.back().number);
            }
            open_segments.emplace_front(wanted,
                                        store.connect(wanted, options(/*ignore_writers=*/true)));
        }
        return open_segments.front().connection;
    }
    void close(std::uint32_t which) {
        row.reset();
        size.reset();
        const auto known = std::ranges::find(open_segments, which, &OpenSegment::number);
        if (known != open_segments.end()) {
            keep_pages(which, known->connection);
            open_segments.erase(known);
        }
    }
    void close_all() {
        while (!open_segments.empty()) {
            close(open_segments.front().number);
        }
    }
    void keep_pages(std::uint32_t of, const Connection& connection) {
        if (keep == KeepPages::kYes) {
            pages[of].add(connection.pages_read());
        }
    }
    std::optional<base::ByteView> read_unlocked(PiecePlace place);
    base::ByteView read_locked(PiecePlace place);

    const ObjectStore::State& store;
    KeepPages keep;
    WhileWritten written;
    struct OpenSegment {
        OpenSegment(std::uint32_t number_in, Connection connection_in)
            : number(number_in), connection(std::move(connection_in)), snapshot(connection) {}
        std::uint32_t number = 0;
        Connection connection;
        Snapshot snapshot;  // keeps nobody from writing, since writers are ignored
    };
    std::list<OpenSegment> open_segments;  // the last used first
    // After the segments:
    std::optional<Rows> size;  // of the last piece; keeps the pages above it in the cache
    std::optional<Rows> row;   // what the last view refers to
    base::Bytes copy;          // likewise, where it was read under locks
    std::map<std::uint32_t, PageSet> pages;
};

// Committed pieces never move, so a reader needs no lock to find them: at worst a writer is just
// rewriting a page on the way to them, and then something doesn't fit.
std::optional<base::ByteView> SegmentReader::State::read_unlocked(PiecePlace place) {
    try {
        Connection& segment = open(place.segment);
        Rows of_place = segment.query(kReadSize, place.piece);
        if (of_place.next()) {
            segment.expect_row(static_cast<std::uint64_t>(of_place.integer(0)) + kRowHeaderBytes);
            size.emplace(std::move(of_place));
            row.emplace(segment.query(kReadPiece, place.piece));
            if (row->next()) {
                return row->blob(0);
            }
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
    }
    close(place.segment);
    return std::nullopt;
}

base::ByteView SegmentReader::State::read_locked(PiecePlace place) {
    Connection connection = store.connect(place.segment, options(/*ignore_writers=*/false));
    Rows rows = connection.query(kReadPiece, place.piece);
    if (!rows.next()) {
        throw Error{ErrorCode::kDamaged, "piece " + std::to_string(place.piece) + " of segment " +
                                             std::to_string(place.segment) + " is missing"};
    }
    copy = base::copy_of(rows.blob(0));
    keep_pages(place.segment, connection);
    return copy;
}

SegmentReader::SegmentReader(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
SegmentReader::SegmentReader(SegmentReader&&) noexcept = default;
SegmentReader& SegmentReader::operator=(SegmentReader&&) noexcept = default;
SegmentReader::~SegmentReader() = default;

base::ByteView SegmentReader::read(PiecePlace place) {
    state_->row.reset();
    if (const auto bytes = state_->read_unlocked(place)) {
        return *bytes;
    }
    if (state_->written == WhileWritten::kGiveUp && state_->store.is_in_use(place.segment)) {
        throw Error{ErrorCode::kBusy,
                    "segment " + std::to_string(place.segment) + " is being written to"};
    }
    return state_->read_locked(place);
}

std::map<std::uint32_t, PageSet> SegmentReader::take_pages_read() {
    state_->close_all();
    return std::exchange(state_->pages, {});
}

SegmentReader ObjectStore::reader(KeepPages keep, WhileWritten written) const {
    return SegmentReader{std::make_unique<SegmentReader::State>(*state_, keep, written)};
}

PayloadSource::PayloadSource(SegmentReader& reader, std::vector<Extent> extents,
                             std::uint64_t payload_bytes)
    : reader_(reader), extents_(std::move(extents)), left_bytes_(payload_bytes) {}

base::ByteView PayloadSource::read_piece() {
    if (!rest_.empty()) {
        return std::exchange(rest_, {});
    }
    if (extent_ == extents_.size()) {
        if (left_bytes_ != 0) {
            throw Error{ErrorCode::kDamaged, "an object's pieces are shorter than the object"};
        }
        return {};
    }
    const Extent& extent = extents_[extent_];
    const base::ByteView piece =
        reader_.read({extent.segment, extent.first_piece + piece_in_extent_});
    if (++piece_in_extent_ == extent.pieces) {
        ++extent_;
        piece_in_extent_ = 0;
    }
    if (piece.empty() || piece.size() > left_bytes_) {
        throw Error{ErrorCode::kDamaged, "an object's pieces are longer than the object"};
    }
    left_bytes_ -= piece.size();
    return piece;
}

std::size_t PayloadSource::read(base::MutableByteView out) {
    if (out.empty()) {
        return 0;
    }
    const base::ByteView piece = read_piece();
    const std::size_t count = std::min(out.size(), piece.size());
    std::copy_n(piece.begin(), count, out.begin());
    rest_ = piece.subspan(count);
    return count;
}

}  // namespace kua::store
