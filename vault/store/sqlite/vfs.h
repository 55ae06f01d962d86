// SQLite's view of the system, made of a base::Environment: every file, lock, deletion, time and
// random byte of a connection goes through it, so whole vaults run in memory and every call can
// fail, be counted or be replayed. For this folder only.
//
// What it doesn't offer is never asked for: no shared memory (so no WAL), no memory map, no
// temporary files (connections keep temporary data in memory).
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include <sqlcipher/sqlite3.h>

#include "vault/base/environment.h"
#include "vault/store/sqlite/page_ahead.h"
#include "vault/store/sqlite/page_batch.h"
#include "vault/store/sqlite/page_overlay.h"
#include "vault/store/sqlite/page_set.h"
#include "vault/store/sqlite/written_pages.h"

namespace kua::store {

struct VfsOptions {
    std::uint32_t page_size_bytes = 4096;
    // Fall back to reading where a database can't be opened for writing.
    bool may_be_read_only = false;
    bool ignore_writers = false;  // see ConnectionOptions
    bool track_pages = false;
    bool note_writes = false;  // for read_back()
    bool batch_pages = false;  // see ConnectionOptions
    bool read_ahead = false;   // likewise
    PageOverlay overlay = {};  // likewise; a page that is written leaves it
};

// The system of one connection; registered with SQLite while it lives, under a name of its own.
// One thread at a time, as its connection.
class Vfs {
public:
    Vfs(const base::Environment& environment, const VfsOptions& options);
    Vfs(const Vfs&) = delete;
    Vfs& operator=(const Vfs&) = delete;
    ~Vfs();

    const char* name() const noexcept { return name_.c_str(); }

    // The first exception that a callback kept since forget_failure(); SQLite has only seen a
    // result code. Null if there was none.
    std::exception_ptr failure() const noexcept { return failure_; }
    void forget_failure() noexcept { failure_ = nullptr; }

    // How often a whole page was read from the database file.
    std::uint64_t page_reads() const noexcept { return page_reads_; }
    const PageSet& pages_read() const noexcept { return pages_read_; }
    // Compares what was written to the database file `path` since the last call with what reads
    // back, if writes are noted. Throws kStorage if anything differs.
    void read_back(const base::fs::path& path);
    // Where pages wait to be written together; null if they don't.
    PageBatch* batch() noexcept { return batch_ ? &*batch_ : nullptr; }
    // What reads pages ahead; null if nothing does.
    PageAhead* ahead() noexcept { return ahead_ ? &*ahead_ : nullptr; }

private:
    friend struct VfsCalls;  // the callbacks, in vfs.cpp
    friend struct FileCalls;

    const base::Environment environment_;
    VfsOptions options_;
    std::string name_;
    sqlite3_vfs vfs_{};
    std::exception_ptr failure_;
    std::uint64_t page_reads_ = 0;
    PageSet pages_read_;
    std::optional<WrittenPages> written_;
    std::optional<PageBatch> batch_;  // pages of the one database file
    std::optional<PageAhead> ahead_;  // likewise
};

}  // namespace kua::store
