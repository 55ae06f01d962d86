// The raw handles behind Connection, Rows and Transaction. For this folder only.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sqlcipher/sqlite3.h>

#include "vault/base/cdeleter.h"
#include "vault/store/sqlite/connection.h"
#include "vault/store/sqlite/vfs.h"

namespace kua::store {

using DatabaseHandle = std::unique_ptr<sqlite3, base::CDeleter<sqlite3_close_v2>>;
using StatementHandle = std::unique_ptr<sqlite3_stmt, base::CDeleter<sqlite3_finalize>>;

// Starts SQLite once, with our settings, and asserts what it is. Throws kFailed.
void ensure_sqlite_ready();

enum class BindBytes : std::uint8_t { kCopy, kRefer };

struct Connection::Impl {
    Impl(const base::Environment& environment, const fs::path& path,
         const ConnectionOptions& options);

    // Every call of SQLite stands between these two: the first forgets what earlier calls ran
    // into, the second throws what this one did unless `code` is OK, ROW or DONE.
    void begin_call() noexcept;
    void check(int code);
    [[noreturn]] void fail(int code);

    // A statement ready to run, kept or new; give_back() keeps it for the next time.
    StatementHandle prepare(std::string_view sql);
    void give_back(std::string_view sql, StatementHandle statement) noexcept;
    void bind(sqlite3_stmt* statement, std::span<const Value> values, BindBytes bytes);
    // SQLITE_ROW or SQLITE_DONE, else throws; throws kDamaged too if a page read by this step was
    // damaged without SQLite having noticed.
    int step(sqlite3_stmt* statement);
    // Runs one statement without rows or parameters.
    void run(std::string_view sql);

    void begin_reading();
    void end_reading() noexcept;

    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };

    fs::path path;
    ConnectionOptions options;
    Vfs vfs;  // outlives the database
    DatabaseHandle database;
    // Idle statements by their SQL; finalized before the database is closed.
    std::unordered_map<std::string, std::vector<StatementHandle>, TextHash, std::equal_to<>> idle;
    StatementHandle probe;
    std::uint64_t probed_reads = 0;  // vfs.page_reads() when the probe last ran
    int readers = 0;                 // Rows alive
    bool reading = false;            // a read transaction was begun for them
};

}  // namespace kua::store
