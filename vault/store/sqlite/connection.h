// An encrypted database: the catalog or one segment. A thin layer over SQLCipher that owns every
// handle, routes every system call through a base::Environment and turns result codes into Error.
//
// Settings of every connection: temporary data in memory, no memory map, untrusted schema, checked
// cells, overwritten deletions, foreign keys, no log of SQLCipher's own, rollback journal that is
// deleted durably (synchronous EXTRA: a journal that came back after a power cut would undo a
// commit that was already reported).
//
// Errors, here and in transaction.h: kDamaged if a page fails its MAC or makes no sense, also when
// the key is not this file's; kStorage for the device and a full disk; kBusy if another process
// kept the file locked for the whole timeout; kBug for SQL that SQLite refuses.
// Threads: one at a time per connection; connections are independent of each other.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kua/version.h"
#include "vault/base/environment.h"
#include "vault/store/sqlite/page_overlay.h"
#include "vault/store/sqlite/page_set.h"
#include "vault/store/sqlite/value.h"

namespace kua::store {

namespace fs = std::filesystem;

enum class PageMac : std::uint8_t { kHmacSha512, kHmacSha256 };

// How SQLCipher lays out and authenticates pages. Reaches disk; docs/formats: Databases.
struct CipherProfile {
    std::uint32_t page_size_bytes = 4096;
    PageMac mac = PageMac::kHmacSha512;
};
inline constexpr CipherProfile kCatalogCipher{4096, PageMac::kHmacSha512};   // SQLCipher 4 as is
inline constexpr CipherProfile kSegmentCipher{65536, PageMac::kHmacSha256};  // twice as fast

using RawKey = std::span<const std::byte, 32>;

enum class ConnectionMode : std::uint8_t {
    // Must exist. Takes the file for writing where it may, only to roll back what a crash left
    // half-done; on a medium that can't be written to, such a leftover is kStorage.
    kRead,
    kWrite,   // must exist
    kCreate,  // made if missing
};

struct ConnectionOptions {
    CipherProfile cipher = kCatalogCipher;
    ConnectionMode mode = ConnectionMode::kRead;
    std::size_t cache_bytes = std::size_t{8} << 20;
    std::uint32_t busy_timeout_ms = 10'000;
    // Reads without taking locks or waiting, also while another process writes. What is read may
    // then mix old and new pages: every error may be one of that mix, and is only believed after
    // reading again under locks. For kRead.
    bool ignore_writers = false;
    bool track_pages = false;  // keep pages_read()
    PageOverlay overlay = {};
    // Encrypts and writes pages several at a time: faster for much that is new. For kSegmentCipher.
    bool batch_pages = false;
    // Reads the pages of a long value several at a time, if expect_row() was told of it, and checks
    // their MACs side by side. For kSegmentCipher, without an overlay.
    bool read_ahead = false;
};

// Waits a moment for another process to let go of a file; the time already waited follows from
// `attempts`, counted from 0. False if it was as long as the options say.
bool wait_for_others(int attempts, const ConnectionOptions& options) noexcept;

// The rows of one SELECT, front to back. Must not outlive its connection.
class Rows {
public:
    Rows(Rows&&) noexcept;
    Rows& operator=(Rows&&) = delete;
    ~Rows();

    // Goes to the next row, the first at first; false after the last. Throws Error.
    bool next();

    // Columns of the current row, counted from 0. Throws kDamaged if the column holds another type.
    // Views are valid until next() or the end of the Rows.
    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string_view text(int column) const;
    base::ByteView blob(int column) const;
    // A blob of exactly this size; kDamaged if it has another.
    template <std::size_t SizeBytes>
    std::array<std::byte, SizeBytes> fixed_blob(int column) const {
        std::array<std::byte, SizeBytes> out{};
        copy_fixed_blob(column, out);
        return out;
    }

private:
    friend class Connection;
    struct State;
    explicit Rows(std::unique_ptr<State> state) noexcept;
    void copy_fixed_blob(int column, base::MutableByteView out) const;

    std::unique_ptr<State> state_;
};

class Connection {
public:
    // Opens `path` with a raw key (no key derivation but SQLCipher's own of the MAC key) and reads
    // its first page, so that a wrong key or damage shows here. What `environment` refers to must
    // outlive the connection. kNoFile if the file is missing and not to be made.
    Connection(const base::Environment& environment, const fs::path& path, RawKey key,
               const ConnectionOptions& options);
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    ~Connection();

    // Runs a SELECT. SQL is kept prepared for the next time.
    template <class... Arguments>
    Rows query(std::string_view sql, const Arguments&... arguments) {
        const std::array<Value, sizeof...(Arguments)> values{Value{arguments}...};
        return query_with(sql, values);
    }
    // The integer in the first column of the first row; nothing if there is no row or it is NULL.
    template <class... Arguments>
    std::optional<std::int64_t> query_integer(std::string_view sql, const Arguments&... arguments) {
        Rows rows = query(sql, arguments...);
        if (!rows.next() || rows.is_null(0)) {
            return std::nullopt;
        }
        return rows.integer(0);
    }

    // The next row that is read whole has about so many bytes, and its leaf page is in the cache.
    // Makes that faster where pages are read ahead.
    void expect_row(std::uint64_t row_bytes) noexcept;

    const fs::path& path() const noexcept;
    // Writes the file anew without free pages, so that nothing deleted is left in them. Needs as
    // much space again. Outside of transactions.
    void vacuum();
    // Pages read from the file since it was opened, if asked to keep them.
    const PageSet& pages_read() const noexcept;

    struct Impl;  // handle.h
    Impl& impl() noexcept { return *impl_; }

private:
    Rows query_with(std::string_view sql, std::span<const Value> values);

    std::unique_ptr<Impl> impl_;
};

// All that is read while it lives shows one state, and costs a lock and a look at page 1 once and
// not for each query. No Transaction can begin meanwhile; after a kDamaged everything else may be
// kDamaged too. Must not outlive the connection.
class Snapshot {
public:
    explicit Snapshot(Connection& connection);
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    ~Snapshot();

private:
    Connection& connection_;
};

// SQLCipher and its SQLite as they run in this process. Throws kFailed if they are too old or were
// built without threads or encryption; every connection checks that too.
std::vector<ComponentVersion> component_versions();

}  // namespace kua::store
