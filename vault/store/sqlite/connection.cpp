#include "vault/store/sqlite/connection.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "vault/base/check.h"
#include "vault/base/hex.h"
#include "vault/crypto/secret_bytes.h"
#include "vault/store/sqlite/codec_hook.h"
#include "vault/store/sqlite/handle.h"

namespace kua::store {

namespace {

constexpr std::size_t kMaxIdleStatements = 200;

int on_busy(void* payload, int attempts) noexcept {
    return wait_for_others(attempts, *static_cast<const ConnectionOptions*>(payload)) ? 1 : 0;
}

// SQLCipher's form of a raw key: x'64 hexadecimal digits'. The salt stays the file's own.
crypto::SecretBytes raw_key_text(RawKey key) {
    crypto::SecretBytes text{3 + 2 * key.size()};
    const base::MutableByteView out = text.expose_for_writing();
    const std::span<char> characters{reinterpret_cast<char*>(out.data()), out.size()};
    characters[0] = 'x';
    characters[1] = '\'';
    base::encode_hex_into(key, characters.subspan(2, 2 * key.size()));
    characters.back() = '\'';
    return text;
}

int open_flags(ConnectionMode mode) {
    // Connections belong to one thread at a time, so SQLite needs no mutex of its own.
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_READWRITE;
    return mode == ConnectionMode::kCreate ? flags | SQLITE_OPEN_CREATE : flags;
}

VfsOptions vfs_options(const ConnectionOptions& options) {
    return {.page_size_bytes = options.cipher.page_size_bytes,
            .may_be_read_only = options.mode == ConnectionMode::kRead,
            .ignore_writers = options.ignore_writers,
            .track_pages = options.track_pages,
            .note_writes = options.mode != ConnectionMode::kRead,
            .batch_pages = options.batch_pages,
            .read_ahead = options.read_ahead,
            .overlay = options.overlay};
}

void configure(Connection::Impl& impl) {
    const ConnectionOptions& options = impl.options;
    const std::string page_size = std::to_string(options.cipher.page_size_bytes);
    const std::string cache_kib = std::to_string(options.cache_bytes / 1024);
    const char* mac = options.cipher.mac == PageMac::kHmacSha256 ? "HMAC_SHA256" : "HMAC_SHA512";
    for (const std::string& pragma : {
             // SQLCipher's, before anything is read
             "cipher_page_size = " + page_size,
             "cipher_hmac_algorithm = " + std::string{mac},
             // SQLite's
             std::string{"temp_store = MEMORY"},
             std::string{"mmap_size = 0"},
             std::string{"trusted_schema = OFF"},
             std::string{"cell_size_check = ON"},
             std::string{"secure_delete = ON"},
             std::string{"foreign_keys = ON"},
             "cache_size = -" + cache_kib,
             std::string{"synchronous = EXTRA"},
             std::string{"journal_mode = DELETE"},
         }) {
        impl.run("PRAGMA " + pragma);
    }
    sqlite3_db_config(impl.database.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    if (options.mode == ConnectionMode::kRead) {
        impl.run("PRAGMA query_only = ON");
    }
}

}  // namespace

bool wait_for_others(int attempts, const ConnectionOptions& options) noexcept {
    constexpr std::uint32_t kStepMs = 5;
    if (static_cast<std::uint64_t>(attempts) * kStepMs >= options.busy_timeout_ms) {
        return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{kStepMs});
    return true;
}

Connection::Impl::Impl(const base::Environment& environment, const fs::path& path_in,
                       const ConnectionOptions& options_in)
    : path(path_in), options(options_in), vfs(environment, vfs_options(options_in)) {}

Connection::Connection(const base::Environment& environment, const fs::path& path, RawKey key,
                       const ConnectionOptions& options) {
    KUA_CHECK(!options.ignore_writers || options.mode == ConnectionMode::kRead);
    KUA_CHECK(!(options.batch_pages || options.read_ahead) ||
              options.cipher.mac == PageMac::kHmacSha256);
    KUA_CHECK(!options.read_ahead || options.overlay.empty());
    ensure_sqlite_ready();
    impl_ = std::make_unique<Impl>(environment, path, options);
    impl_->begin_call();
    sqlite3* raw = nullptr;
    const int opened =
        sqlite3_open_v2(path.c_str(), &raw, open_flags(options.mode), impl_->vfs.name());
    impl_->database.reset(raw);
    impl_->check(opened);
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_busy_handler(raw, on_busy, &impl_->options);
    {
        const crypto::SecretBytes text = raw_key_text(key);
        impl_->check(
            sqlite3_key_v2(raw, "main", text.expose().data(), static_cast<int>(text.size())));
    }
    configure(*impl_);
    // Reads page 1, so checks the key.
    query_integer("SELECT count(*) FROM sqlite_schema");
}

Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

void Connection::expect_row(std::uint64_t row_bytes) noexcept {
    if (PageAhead* const ahead = impl_->vfs.ahead()) {
        ahead->expect_row(row_bytes);
    }
}

const fs::path& Connection::path() const noexcept {
    return impl_->path;
}

void Connection::vacuum() {
    KUA_CHECK(impl_->readers == 0 && sqlite3_get_autocommit(impl_->database.get()) != 0);
    impl_->run("VACUUM");
}

const PageSet& Connection::pages_read() const noexcept {
    return impl_->vfs.pages_read();
}

Snapshot::Snapshot(Connection& connection) : connection_(connection) {
    connection_.impl().begin_reading();
}

Snapshot::~Snapshot() {
    connection_.impl().end_reading();
}

StatementHandle Connection::Impl::prepare(std::string_view sql) {
    if (const auto found = idle.find(sql); found != idle.end() && !found->second.empty()) {
        StatementHandle statement = std::move(found->second.back());
        found->second.pop_back();
        return statement;
    }
    begin_call();
    sqlite3_stmt* raw = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(database.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, &rest);
    StatementHandle statement{raw};
    check(code);
    KUA_CHECK(statement != nullptr && rest == sql.data() + sql.size());  // exactly one statement
    return statement;
}

void Connection::Impl::give_back(std::string_view sql, StatementHandle statement) noexcept {
    if (!statement) {
        return;
    }
    sqlite3_reset(statement.get());
    sqlite3_clear_bindings(statement.get());
    try {
        if (idle.size() >= kMaxIdleStatements) {
            idle.clear();
        }
        idle[std::string{sql}].push_back(std::move(statement));
    } catch (const std::bad_alloc&) {
        // Not kept, so finalized.
    }
}

void Connection::Impl::bind(sqlite3_stmt* statement, std::span<const Value> values,
                            BindBytes bytes) {
    KUA_CHECK(sqlite3_bind_parameter_count(statement) == static_cast<int>(values.size()));
    sqlite3_destructor_type keep = bytes == BindBytes::kCopy ? SQLITE_TRANSIENT : SQLITE_STATIC;
    int index = 0;
    for (const Value& value : values) {
        ++index;
        // A null pointer would bind NULL.
        const void* data =
            value.bytes().empty() ? "" : static_cast<const void*>(value.bytes().data());
        const sqlite3_uint64 size = value.bytes().size();
        int code = SQLITE_OK;
        switch (value.kind()) {
            case Value::Kind::kNull:
                code = sqlite3_bind_null(statement, index);
                break;
            case Value::Kind::kInteger:
                code = sqlite3_bind_int64(statement, index, value.integer());
                break;
            case Value::Kind::kReal:
                code = sqlite3_bind_double(statement, index, value.real());
                break;
            case Value::Kind::kText:
                code = sqlite3_bind_text64(statement, index, static_cast<const char*>(data), size,
                                           keep, SQLITE_UTF8);
                break;
            case Value::Kind::kBlob:
                code = sqlite3_bind_blob64(statement, index, data, size, keep);
                break;
        }
        check(code);
    }
}

int Connection::Impl::step(sqlite3_stmt* statement) {
    begin_call();
    const PageWorkScope working{{.batch = vfs.batch(), .ahead = vfs.ahead()}};
    const int code = sqlite3_step(statement);
    check(code);
    // SQLCipher answers a page whose MAC is wrong with zeros and puts the pager into an error
    // state. SQLite stumbles over such a page, unless it is the last one of a long value: then it
    // returns the value with zeros at its end, and ending the statement clears the error. So after
    // every step that read pages a SELECT that must look at a page asks for the state, inside the
    // same read transaction (begin_reading()).
    if (vfs.page_reads() != probed_reads) {
        probed_reads = vfs.page_reads();
        if (!probe) {
            probe = prepare("SELECT 1 FROM sqlite_schema LIMIT 1");
        }
        const int state = sqlite3_step(probe.get());
        sqlite3_reset(probe.get());
        check(state);
    }
    return code;
}

void Connection::Impl::run(std::string_view sql) {
    StatementHandle statement = prepare(sql);
    while (step(statement.get()) == SQLITE_ROW) {
    }
    give_back(sql, std::move(statement));
}

void Connection::Impl::begin_reading() {
    if (readers == 0 && sqlite3_get_autocommit(database.get()) != 0) {
        run("BEGIN");
        reading = true;
    }
    ++readers;
}

void Connection::Impl::end_reading() noexcept {
    --readers;
    if (readers == 0 && reading) {
        reading = false;
        // A read transaction has nothing to lose: if it can't end in one way, it ends in the other.
        if (sqlite3_exec(database.get(), "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK) {
            sqlite3_exec(database.get(), "ROLLBACK", nullptr, nullptr, nullptr);
        }
    }
}

}  // namespace kua::store
