// What an ObjectStore shares with its writers, readers and checks. For this folder only.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string_view>

#include "vault/store/objects.h"

namespace kua::store {

inline constexpr std::string_view kObjectsName = "objects";

// "000001.db" -> 1; nothing for any other name.
std::optional<std::uint32_t> parse_segment_name(std::string_view name);

struct ObjectStore::State {
    struct Segment {
        SegmentState recorded;           // as the catalog has it
        std::int64_t reached_piece = 1;  // the file may hold all pieces before this one
        bool in_catalog = false;         // a row is there
        bool in_use = false;             // by a writer
        bool unusable = false;           // damaged, missing, unswept or with unexplained pieces
        bool unswept = false;            // there was no room to remove its surplus; the note stays
    };

    State(const base::Environment& environment, const fs::path& dir,
          const crypto::VaultKey& vault_key, WriterLock* lock, std::uint64_t limit_bytes);

    fs::path path_of(std::uint32_t number) const;
    // kDamaged if the file is missing or empty, and not to be created.
    Connection connect(std::uint32_t number, ConnectionOptions options) const;

    // For writers, from any thread.
    // Picks a segment that isn't full, that nobody uses and whose commits are all recorded, else a
    // number for a new one.
    SegmentState acquire();
    void release(std::uint32_t number, std::int64_t reached_piece) noexcept;
    bool is_in_use(std::uint32_t number) const;
    // No writer gets it again; what is there stays for verification to name.
    void mark_unusable(std::uint32_t number) noexcept;
    // Notes that pieces from `expected.next_piece` on may appear in the file. Only once it is known
    // that none is there: the note is what lets a later sweep() remove them.
    void announce(const SegmentState& expected);

    // The two halves of sweep(), in this order: files that the catalog doesn't know, then rows.
    // `found` is the note as the last writer left it.
    void sweep_files(const WriterLock::Note& found, SweepReport& report);
    void sweep_pieces(const WriterLock::Note& found, SweepReport& report);
    void erase_from(Connection& catalog, const Extent& extent);

    base::Environment environment;
    fs::path dir;  // DIR/objects
    fs::path vault_dir;
    crypto::VaultKey vault_key;
    WriterLock* lock;
    std::uint64_t limit_bytes;

    mutable std::mutex mutex;  // for what follows
    std::map<std::uint32_t, Segment> segments;
    WriterLock::Note note;
};

}  // namespace kua::store
