#include "vault/store/integrity.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "vault/base/parse.h"
#include "vault/store/erased_objects.h"
#include "vault/store/object_store_state.h"
#include "vault/store/sqlite/codec_hook.h"

namespace kua::store {

namespace {

// The page that holds SQLite's lock bytes is never written: zeros, where the file reaches so far.
constexpr std::uint64_t kLockByteOffset = 0x40000000;

// What SQLCipher says about pages whose MAC is wrong. Reads the file past the page cache, so a
// SELECT that is kept running holds the lock that keeps writers out meanwhile.
std::vector<Finding> check_macs(Connection& connection, const std::string& subject) {
    std::vector<Finding> findings;
    Rows hold = connection.query("SELECT count(*) FROM sqlite_schema");
    hold.next();
    // It looks at the pages while the statement is made.
    Rows rows = connection.query("PRAGMA cipher_integrity_check");
    const bool lacked_memory = take_codec_failure();
    while (rows.next()) {
        // It says the same of pages that it had no memory for.
        if (lacked_memory) {
            throw Error{ErrorCode::kFailed,
                        "not enough memory to look at all pages of the " + subject};
        }
        findings.push_back({FindingCode::kDamaged, subject,
                            "a page doesn't authenticate: " + std::string{rows.text(0)}});
    }
    return findings;
}

// A page that there was no memory for is told of among what is damaged: SQLITE_NOMEM, in words.
bool tells_of_no_memory(std::string_view text) {
    constexpr std::string_view kWords = "error code=7";
    const std::size_t at = text.find(kWords);
    const std::string_view rest = at == text.npos ? "" : text.substr(at + kWords.size());
    return at != text.npos && (rest.empty() || !base::is_ascii_digit(rest.front()));
}

std::vector<std::string> ask_for_structure(Connection& connection, const std::string& subject) {
    std::vector<std::string> wrong;
    Rows rows = connection.query("PRAGMA integrity_check(100)");
    while (rows.next()) {
        if (tells_of_no_memory(rows.text(0))) {
            throw Error{ErrorCode::kFailed,
                        "not enough memory to look at all pages of the " + subject};
        }
        if (rows.text(0) != "ok") {
            wrong.emplace_back(rows.text(0));
        }
    }
    return wrong;
}

std::vector<Finding> check_structure(Connection& connection, const std::string& subject) {
    std::vector<std::string> wrong = ask_for_structure(connection, subject);
    // Not each lack of memory is told as one; damage is there the second time, too.
    if (!wrong.empty() && ask_for_structure(connection, subject).empty()) {
        throw Error{ErrorCode::kFailed, "not enough memory to look at all of the " + subject};
    }
    std::vector<Finding> findings;
    findings.reserve(wrong.size());
    for (std::string& text : wrong) {
        findings.push_back({FindingCode::kDamaged, subject, std::move(text)});
    }
    return findings;
}

void check_lock_page(base::File& file, std::uint32_t page_size, const std::string& subject,
                     std::vector<Finding>& findings) {
    base::Bytes page(page_size);
    const std::size_t count = file.read_at(kLockByteOffset / page_size * page_size, page);
    page.resize(count);
    if (std::ranges::any_of(page, [](std::byte byte) { return byte != std::byte{0}; })) {
        findings.push_back(
            {FindingCode::kDamaged, subject, "the unused page at 1 GiB was altered"});
    }
}

// Runs a check that itself stumbles over what it looks for.
template <class Check>
void collect(std::vector<Finding>& findings, const std::string& subject, Check&& check) {
    try {
        std::vector<Finding> found = check();
        findings.insert(findings.end(), std::make_move_iterator(found.begin()),
                        std::make_move_iterator(found.end()));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        findings.push_back({FindingCode::kDamaged, subject, error.what()});
    }
}

}  // namespace

std::string segment_subject(std::uint32_t number) {
    return "segment " + std::to_string(number);
}

std::vector<Finding> check_catalog(const base::Environment& environment, Connection& catalog) {
    const std::string subject = "catalog";
    std::vector<Finding> findings;
    collect(findings, subject, [&] { return check_macs(catalog, subject); });
    if (findings.empty()) {
        collect(findings, subject, [&] { return check_structure(catalog, subject); });
    }
    const auto file = environment.files.open(catalog.path(), base::OpenMode::kRead);
    check_lock_page(*file, kCatalogCipher.page_size_bytes, subject, findings);
    return findings;
}

std::vector<Finding> check_segment(const ObjectStore& objects, std::uint32_t number,
                                   const PageSet& read) {
    const ObjectStore::State& store = objects.state();
    const std::string subject = segment_subject(number);
    const fs::path path = store.path_of(number);
    std::vector<Finding> findings;
    if (!store.environment.files.status(path)) {
        findings.push_back({FindingCode::kMissing, subject, "the file is missing"});
        return findings;
    }
    const auto file = store.environment.files.open(path, base::OpenMode::kRead);
    const std::uint32_t page_size = kSegmentCipher.page_size_bytes;
    const std::uint64_t size_bytes = file->status().size_bytes;
    if (size_bytes == 0) {
        findings.push_back({FindingCode::kDamaged, subject, "the file is empty"});
        return findings;
    }
    const std::uint64_t lock_page = kLockByteOffset / page_size + 1;
    bool all_read = size_bytes % page_size == 0;
    for (std::uint64_t page = 1; all_read && page <= size_bytes / page_size; ++page) {
        all_read = read.contains(page) || page == lock_page;
    }
    if (!all_read) {
        collect(findings, subject, [&] {
            Connection segment = store.connect(number, {.mode = ConnectionMode::kRead});
            return check_macs(segment, subject);
        });
    }
    check_lock_page(*file, page_size, subject, findings);
    return findings;
}

namespace {

struct PieceRange {
    std::int64_t first = 0;
    std::int64_t pieces = 0;
    SealedDigest digest;
};

struct Progress {
    std::uint64_t bytes = 0;
    std::int64_t pieces = 0;
};

// What is there of each object, summed over all segments.
using Present = std::map<SealedDigest, Progress>;

// Adds what the segment holds of `ranges` to `present`; returns how many pieces nobody names, not
// counting those from `explained_from` on.
std::uint64_t match_pieces(Connection& segment, const std::vector<PieceRange>& ranges,
                           std::int64_t explained_from, Present& present) {
    std::map<std::int64_t, std::uint64_t> pieces;
    {
        Rows rows = segment.query("SELECT id, length(data) FROM piece ORDER BY id");
        while (rows.next()) {
            pieces.emplace_hint(pieces.end(), rows.integer(0),
                                static_cast<std::uint64_t>(rows.integer(1)));
        }
    }
    std::set<std::int64_t> named;
    for (const PieceRange& range : ranges) {
        Progress& progress = present[range.digest];
        for (auto piece = pieces.lower_bound(range.first);
             piece != pieces.end() && piece->first - range.first < range.pieces; ++piece) {
            progress.bytes += piece->second;
            ++progress.pieces;
            named.insert(piece->first);
        }
    }
    std::uint64_t surplus = 0;
    for (const auto& [piece, bytes] : pieces) {
        if (!named.contains(piece) && piece < explained_from) {
            ++surplus;
        }
    }
    return surplus;
}

std::map<std::uint32_t, std::vector<PieceRange>> read_extents(Connection& catalog) {
    std::map<std::uint32_t, std::vector<PieceRange>> ranges;
    Rows rows = catalog.query(
        "SELECT segment, first_piece, pieces, sealed_digest FROM extent "
        "ORDER BY segment, first_piece");
    while (rows.next()) {
        ranges[static_cast<std::uint32_t>(rows.integer(0))].push_back(
            {rows.integer(1), rows.integer(2), {rows.fixed_blob<32>(3)}});
    }
    for (const Extent& extent : list_pending_erasures(catalog)) {  // of no object any more
        ranges[extent.segment].push_back({extent.first_piece, extent.pieces, {}});
    }
    return ranges;
}

// Files in DIR/objects that are neither a recorded segment nor explained by a writer.
void check_files(const ObjectStore::State& store, const std::set<std::uint32_t>& recorded,
                 const WriterLock::Note& note, std::vector<Finding>& findings) {
    for (const base::DirectoryEntry& entry : store.environment.files.list(store.dir)) {
        std::string_view name = entry.name;
        if (name.ends_with("-journal")) {
            continue;  // of a segment being written
        }
        const auto number = parse_segment_name(name);
        if (!number) {
            findings.push_back(
                {FindingCode::kSurplus, "objects", "a file is there that is no segment"});
        } else if (!recorded.contains(*number) && !note.contains(*number)) {
            findings.push_back({FindingCode::kSurplus, segment_subject(*number),
                                "the catalog doesn't know this segment; it may be older"});
        }
    }
}

// Where objects name pieces that the table of segments doesn't know of yet. One transaction writes
// both, and one statement reads them.
void check_segment_rows(Connection& catalog, std::vector<Finding>& findings) {
    Rows rows = catalog.query(
        "SELECT DISTINCT extent.segment FROM extent LEFT JOIN segment"
        " ON segment.number = extent.segment WHERE segment.next_piece IS NULL"
        " OR extent.first_piece + extent.pieces > segment.next_piece ORDER BY extent.segment");
    while (rows.next()) {
        findings.push_back({FindingCode::kDamaged,
                            segment_subject(static_cast<std::uint32_t>(rows.integer(0))),
                            "the catalog's record of it is older than its objects"});
    }
}

}  // namespace

ExtentReport check_extents(Connection& catalog, const ObjectStore& objects) {
    const ObjectStore::State& store = objects.state();
    const WriterLock::Note note = WriterLock::read_note(store.environment.files, store.vault_dir);
    auto ranges = read_extents(catalog);
    std::set<std::uint32_t> recorded;
    {
        Rows rows = catalog.query("SELECT number FROM segment ORDER BY number");
        while (rows.next()) {
            recorded.insert(static_cast<std::uint32_t>(rows.integer(0)));
        }
    }
    ExtentReport report;
    Present present;
    check_files(store, recorded, note, report.findings);
    check_segment_rows(catalog, report.findings);
    for (const std::uint32_t number : recorded) {
        const auto status = store.environment.files.status(store.path_of(number));
        if (!status || status->size_bytes == 0) {
            continue;  // check_segment() tells that
        }
        const std::string subject = segment_subject(number);
        collect(report.findings, subject, [&]() -> std::vector<Finding> {
            Connection segment = store.connect(number, {.mode = ConnectionMode::kRead});
            const auto noted = note.find(number);
            const std::int64_t explained_from =
                noted == note.end() ? std::numeric_limits<std::int64_t>::max() : noted->second;
            const std::uint64_t surplus =
                match_pieces(segment, ranges[number], explained_from, present);
            if (surplus == 0) {
                return {};
            }
            return {{FindingCode::kSurplus, subject,
                     std::to_string(surplus) + " pieces belong to no object"}};
        });
    }
    Rows rows = catalog.query(
        "SELECT sealed_digest, payload_bytes, pieces FROM object ORDER BY sealed_digest");
    while (rows.next()) {
        const SealedDigest digest{rows.fixed_blob<32>(0)};
        const Progress& found = present[digest];
        if (found.bytes != static_cast<std::uint64_t>(rows.integer(1)) ||
            found.pieces != rows.integer(2)) {
            report.damaged.push_back(digest);
        }
    }
    return report;
}

}  // namespace kua::store
