// An open file as SQLite sees it: what vfs.cpp opens and vfs_file.cpp reads, writes and locks. For
// this folder only.
#pragma once

#include <cstdint>
#include <memory>

#include <sqlcipher/sqlite3.h>

#include "vault/base/filesystem.h"
#include "vault/store/sqlite/vfs.h"

namespace kua::store {

// The bytes of a database file that whoever reads has locked and whoever writes pages locks alone.
// Source: SQLite, os.h, "SHARED_FIRST".
inline constexpr std::uint64_t kSharedFirst = 0x40000002;
inline constexpr std::uint64_t kSharedBytes = 510;

struct OpenFile {
    std::unique_ptr<base::File> file;
    base::fs::path path;
    bool is_database = false;
    bool sync_directory = false;  // the name isn't durable yet
    int lock = SQLITE_LOCK_NONE;
    std::uint64_t dirty_from = 0;  // written since the last hint: [dirty_from, dirty_to)
    std::uint64_t dirty_to = 0;
    std::uint64_t dirty_bytes = 0;
};

// What SQLite allocates for us: the methods it calls, then what is ours.
struct Handle {
    sqlite3_file base;
    Vfs* vfs;
    OpenFile* open;  // owned; released in close()
};

// Where a name has to be synced.
inline base::fs::path directory_of(const base::fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : base::fs::path{"."};
}

// What SQLite calls with a Handle.
const sqlite3_io_methods& file_methods() noexcept;

}  // namespace kua::store
