#include "vault/store/objects.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "vault/base/check.h"
#include "vault/base/parse.h"
#include "vault/store/erased_objects.h"
#include "vault/store/object_store_state.h"

namespace kua::store {

namespace {

constexpr std::uint32_t kMaxSegment = 999'999;
constexpr std::size_t kNameDigits = 6;
constexpr std::string_view kSuffix = ".db";
constexpr std::string_view kJournalSuffix = "-journal";
constexpr std::size_t kSweepCacheBytes = std::size_t{4} << 20;

std::string segment_name(std::uint32_t number) {
    const std::string digits = std::to_string(number);
    return std::string(kNameDigits - std::min(kNameDigits, digits.size()), '0') + digits +
           std::string{kSuffix};
}

// Whether a crash of the noted writer can have left pieces from `next_piece` on: the catalog must
// have what was recorded when the note was written. An older catalog doesn't; then the pieces are
// evidence that it has forgotten, not garbage.
bool explains(const WriterLock::Note& note, std::uint32_t number, std::int64_t next_piece) {
    const auto found = note.find(number);
    return found != note.end() && next_piece >= found->second;
}

}  // namespace

std::optional<std::uint32_t> parse_segment_name(std::string_view name) {
    if (name.size() != kNameDigits + kSuffix.size() || !name.ends_with(kSuffix)) {
        return std::nullopt;
    }
    std::uint32_t number = 0;
    for (const char digit : name.substr(0, kNameDigits)) {
        if (!base::is_ascii_digit(digit)) {
            return std::nullopt;
        }
        number = number * 10 + static_cast<std::uint32_t>(digit - '0');
    }
    return number > 0 ? std::optional{number} : std::nullopt;
}

ObjectStore::State::State(const base::Environment& environment_in, const fs::path& dir_in,
                          const crypto::VaultKey& vault_key_in, WriterLock* lock_in,
                          std::uint64_t limit_bytes_in)
    : environment(environment_in),
      dir(dir_in / kObjectsName),
      vault_dir(dir_in),
      vault_key(crypto::VaultKey::copy_of(vault_key_in.expose())),
      lock(lock_in),
      limit_bytes(limit_bytes_in) {}

fs::path ObjectStore::State::path_of(std::uint32_t number) const {
    return dir / segment_name(number);
}

Connection ObjectStore::State::connect(std::uint32_t number, ConnectionOptions options) const {
    const fs::path path = path_of(number);
    if (options.mode != ConnectionMode::kCreate) {
        const std::optional<base::FileStatus> status = environment.files.status(path);
        // SQLite would take an empty file for a new database.
        if (!status || status->size_bytes == 0) {
            throw Error{ErrorCode::kDamaged, "segment " + std::to_string(number) +
                                                 (status ? " is empty" : " is missing")};
        }
    }
    options.cipher = kSegmentCipher;
    return Connection{environment, path, crypto::derive_segment_key(vault_key, number).expose(),
                      options};
}

SegmentState ObjectStore::State::acquire() {
    const std::lock_guard guard{mutex};
    KUA_CHECK(lock != nullptr);
    for (auto& [number, segment] : segments) {
        if (!segment.in_use && !segment.unusable && !segment.recorded.full &&
            segment.reached_piece <= segment.recorded.next_piece) {
            segment.in_use = true;
            return segment.recorded;
        }
    }
    const std::uint32_t number = segments.empty() ? 1 : segments.rbegin()->first + 1;
    if (number > kMaxSegment) {
        throw Error{ErrorCode::kStorage, "there are no segment numbers left"};
    }
    Segment& fresh = segments[number];
    fresh.recorded.number = number;
    fresh.in_use = true;
    return fresh.recorded;
}

void ObjectStore::State::announce(const SegmentState& expected) {
    const std::lock_guard guard{mutex};
    if (!note.contains(expected.number)) {
        lock->add_to_note(expected.number, expected.next_piece);
        note[expected.number] = expected.next_piece;
    }
}

void ObjectStore::State::release(std::uint32_t number, std::int64_t reached_piece) noexcept {
    const std::lock_guard guard{mutex};
    if (const auto found = segments.find(number); found != segments.end()) {
        found->second.in_use = false;
        found->second.reached_piece = std::max(found->second.reached_piece, reached_piece);
    }
}

bool ObjectStore::State::is_in_use(std::uint32_t number) const {
    const std::lock_guard guard{mutex};
    const auto found = segments.find(number);
    return found != segments.end() && found->second.in_use;
}

void ObjectStore::State::mark_unusable(std::uint32_t number) noexcept {
    const std::lock_guard guard{mutex};
    if (const auto found = segments.find(number); found != segments.end()) {
        found->second.unusable = true;
    }
}

ObjectStore::ObjectStore(const base::Environment& environment, const fs::path& dir,
                         const crypto::VaultKey& vault_key, Connection& catalog, WriterLock* lock,
                         std::uint64_t segment_limit_bytes)
    : state_(std::make_unique<State>(environment, dir, vault_key, lock, segment_limit_bytes)) {
    Rows rows =
        catalog.query("SELECT number, next_piece, bytes, state FROM segment ORDER BY number");
    while (rows.next()) {
        const auto number = static_cast<std::uint32_t>(rows.integer(0));
        State::Segment& segment = state_->segments[number];
        segment.recorded = {.number = number,
                            .next_piece = rows.integer(1),
                            .bytes = static_cast<std::uint64_t>(rows.integer(2)),
                            .full = rows.integer(3) != 0};
        segment.reached_piece = segment.recorded.next_piece;
        segment.in_catalog = true;
    }
}

ObjectStore::ObjectStore(ObjectStore&&) noexcept = default;
ObjectStore& ObjectStore::operator=(ObjectStore&&) noexcept = default;

ObjectStore::~ObjectStore() {
    if (!state_ || state_->lock == nullptr || state_->note.empty()) {
        return;
    }
    const bool all_recorded = std::ranges::all_of(state_->segments, [](const auto& entry) {
        const State::Segment& segment = entry.second;
        return !segment.unswept &&
               (segment.unusable ||
                (segment.in_catalog && segment.reached_piece <= segment.recorded.next_piece));
    });
    if (all_recorded) {
        try {
            state_->lock->clear_note();
        } catch (const Error&) {
            // The note stays and explains pieces that aren't there, which harms nothing.
        }
    }
}

void ObjectStore::record(Transaction& catalog, std::span<const SegmentState> segments) {
    for (const SegmentState& segment : segments) {
        catalog.run(
            "INSERT INTO segment(number, next_piece, bytes, state) VALUES(?1, ?2, ?3, ?4) "
            "ON CONFLICT(number) DO UPDATE SET next_piece = excluded.next_piece, "
            "bytes = excluded.bytes, state = excluded.state",
            segment.number, segment.next_piece, segment.bytes, segment.full ? 1 : 0);
    }
    catalog.on_commit([state = state_.get(),
                       recorded = std::vector<SegmentState>(segments.begin(), segments.end())] {
        const std::lock_guard guard{state->mutex};
        for (const SegmentState& segment : recorded) {
            State::Segment& known = state->segments[segment.number];
            known.recorded = segment;
            known.in_catalog = true;
            known.reached_piece = std::max(known.reached_piece, segment.next_piece);
        }
    });
}

namespace {

// In one transaction: what pieces are overwritten with goes through the rollback journal, and a
// disk that is nearly full must be able to get room.
constexpr std::int64_t kErasedAtOnce = 16;

}  // namespace

void ObjectStore::State::erase_from(Connection& catalog, const Extent& extent) {
    {
        const std::lock_guard guard{mutex};
        const auto found = segments.find(extent.segment);
        KUA_CHECK(found == segments.end() || !found->second.in_use);
    }
    Connection segment =
        connect(extent.segment, {.mode = ConnectionMode::kWrite, .cache_bytes = kSweepCacheBytes});
    const std::int64_t end = extent.first_piece + extent.pieces;
    for (std::int64_t from = extent.first_piece; from < end; from += kErasedAtOnce) {
        const std::int64_t to = std::min(from + kErasedAtOnce, end);
        Transaction write{segment};
        write.run("DELETE FROM piece WHERE id >= ?1 AND id < ?2", from, to);
        write.commit();
        Transaction done{catalog};
        if (to == end) {
            done.run("DELETE FROM erasure WHERE segment = ?1 AND first_piece = ?2", extent.segment,
                     from);
        } else {
            done.run(
                "UPDATE erasure SET first_piece = ?3, pieces = ?4"
                " WHERE segment = ?1 AND first_piece = ?2",
                extent.segment, from, to, end - to);
        }
        done.commit();
    }
}

std::uint64_t ObjectStore::finish_erasing(Connection& catalog) {
    KUA_CHECK(state_->lock != nullptr);
    for (const Extent& extent : list_pending_erasures(catalog)) {
        try {
            state_->erase_from(catalog, extent);
        } catch (const Error& error) {
            const bool can_wait = error.code() == ErrorCode::kDamaged ||
                                  error.code() == ErrorCode::kStorage ||
                                  error.code() == ErrorCode::kBusy;
            if (!can_wait) {
                throw;
            }
        }
    }
    std::uint64_t left = 0;
    for (const Extent& extent : list_pending_erasures(catalog)) {
        left += static_cast<std::uint64_t>(extent.pieces);
    }
    return left;
}

fs::path ObjectStore::segment_path(std::uint32_t number) const {
    return state_->path_of(number);
}

std::vector<SegmentState> ObjectStore::segments() const {
    const std::lock_guard guard{state_->mutex};
    std::vector<SegmentState> all;
    for (const auto& [number, segment] : state_->segments) {
        if (segment.recorded.next_piece > 1 || segment.recorded.full) {
            all.push_back(segment.recorded);
        }
    }
    return all;
}

void ObjectStore::State::sweep_files(const WriterLock::Note& found, SweepReport& report) {
    base::FileSystem& files = environment.files;
    for (const base::DirectoryEntry& entry : files.list(dir)) {
        // A journal without its segment takes the number too: in a new file of that name SQLite
        // would roll it back.
        std::string_view name = entry.name;
        if (name.ends_with(kJournalSuffix)) {
            name.remove_suffix(kJournalSuffix.size());
        }
        const auto number = parse_segment_name(name);
        if (!number || segments.contains(*number)) {
            continue;
        }
        if (explains(found, *number, 1)) {
            const fs::path path = path_of(*number);
            const fs::path journal = path.string() + std::string{kJournalSuffix};
            for (const fs::path& garbage : {journal, path}) {  // a journal never stays alone
                if (files.status(garbage)) {
                    files.remove_file(garbage);
                }
            }
            files.sync_directory(dir);
            ++report.segments_removed;
        } else {
            State::Segment& unknown = segments[*number];
            unknown.recorded.number = *number;
            unknown.unusable = true;
            report.unexplained.push_back(*number);
        }
    }
}

namespace {

// The last pieces first, so that what is left, if it is cut off, is surplus as before.
std::uint64_t erase_from_end(Connection& segment, std::int64_t first_piece) {
    std::uint64_t count = 0;
    for (;;) {
        const std::int64_t last =
            segment.query_integer("SELECT max(id) FROM piece").value_or(first_piece - 1);
        if (last < first_piece) {
            return count;
        }
        const std::int64_t from = std::max(first_piece, last - kErasedAtOnce + 1);
        Transaction write{segment};
        write.run("DELETE FROM piece WHERE id >= ?1", from);
        write.commit();
        count += static_cast<std::uint64_t>(last - from + 1);
    }
}

}  // namespace

void ObjectStore::State::sweep_pieces(const WriterLock::Note& found, SweepReport& report) {
    for (auto& [number, segment] : segments) {
        if (segment.unusable || !found.contains(number)) {
            continue;
        }
        if (!environment.files.status(path_of(number))) {
            continue;  // verification names it; writers pass it over
        }
        try {
            Connection connection =
                connect(number, {.mode = ConnectionMode::kWrite, .cache_bytes = kSweepCacheBytes});
            const std::int64_t surplus =
                connection
                    .query_integer("SELECT count(*) FROM piece WHERE id >= ?1",
                                   segment.recorded.next_piece)
                    .value_or(0);
            if (surplus == 0) {
                continue;
            }
            if (!explains(found, number, segment.recorded.next_piece)) {
                segment.unusable = true;
                report.unexplained.push_back(number);
                continue;
            }
            report.pieces_removed += erase_from_end(connection, segment.recorded.next_piece);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kDamaged && error.code() != ErrorCode::kStorage) {
                throw;
            }
            segment.unusable = true;  // verification names the damage
            // Where there is no room now, the note stays for when there is.
            segment.unswept = error.code() == ErrorCode::kStorage;
        }
    }
}

SweepReport ObjectStore::sweep() {
    KUA_CHECK(state_->lock != nullptr);
    const WriterLock::Note& note = state_->lock->note_found();
    SweepReport report;
    state_->sweep_files(note, report);
    state_->sweep_pieces(note, report);
    const bool is_done = std::ranges::none_of(
        state_->segments, [](const auto& entry) { return entry.second.unswept; });
    if (report.unexplained.empty() && is_done) {
        state_->lock->clear_note();
    }
    return report;
}

}  // namespace kua::store
