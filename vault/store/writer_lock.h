// DIR/lock: one writer at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "vault/base/environment.h"

namespace kua::store {

namespace fs = std::filesystem;

// Held by a Store opened for writing, from construction to destruction; the system releases it
// when a process dies. Readers neither take nor look at it.
//
// The file also carries a note in the clear: which segments are being appended to, and from which
// piece on. Only what a note announced is swept after a crash; pieces that the catalog doesn't know
// and no note explains mean that the catalog is older than the objects, and are left alone.
class WriterLock {
public:
    // Makes the file if it is missing. Throws kBusy at once if another process writes here.
    WriterLock(base::FileSystem& files, const fs::path& dir);

    // Segment number -> first piece that isn't in the catalog. Empty if the last writer finished;
    // lines that a crash tore are not in it, and nothing was written under those.
    using Note = std::map<std::uint32_t, std::int64_t>;
    const Note& note_found() const noexcept { return note_found_; }
    // Adds a line, durable when it returns. One thread at a time, like clear_note().
    void add_to_note(std::uint32_t segment, std::int64_t first_piece);
    void clear_note();
    // The note of whoever writes now or was interrupted, for readers, who don't hold the lock.
    static Note read_note(base::FileSystem& files, const fs::path& dir);

private:
    std::unique_ptr<base::File> file_;
    Note note_found_;
    std::uint64_t note_bytes_ = 0;
};

}  // namespace kua::store
