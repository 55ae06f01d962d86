// The one SQLite of the process: started once, and asserted to be what we built against.
#include <string>
#include <string_view>

#include "vault/base/parse.h"
#include "vault/store/sqlite/codec_hook.h"
#include "vault/store/sqlite/handle.h"

namespace kua::store {

namespace {

constexpr int kMinSqliteVersion = 3'046'000;
constexpr std::uint64_t kMinSqlcipherMajor = 4;
constexpr std::uint64_t kMinSqlcipherMinor = 6;

std::string read_cipher_version() {
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2(":memory:", &raw, SQLITE_OPEN_READWRITE, nullptr);
    const DatabaseHandle database{raw};
    if (opened != SQLITE_OK) {
        throw Error{ErrorCode::kFailed, "cannot start SQLCipher"};
    }
    const auto ask = [&](const char* sql) -> std::string {
        sqlite3_stmt* raw_statement = nullptr;
        sqlite3_prepare_v2(database.get(), sql, -1, &raw_statement, nullptr);
        const StatementHandle statement{raw_statement};
        if (!statement || sqlite3_step(statement.get()) != SQLITE_ROW) {
            return {};
        }
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), 0));
        return text == nullptr ? std::string{} : std::string{text};
    };
    ask("PRAGMA cipher_log = none");
    // Locks and wipes every allocation, at a cost; it would not cover what SQLite's pages hold
    // while they are in use. Keys are wiped in any case.
    ask("PRAGMA cipher_memory_security = OFF");
    const std::string version = ask("PRAGMA cipher_version");  // "4.6.1 community"
    return version.substr(0, version.find(' '));
}

bool is_new_enough(std::string_view version) {
    const auto parts = base::split(version, '.', /*max_parts=*/4);
    if (!parts || parts->size() < 2) {
        return false;
    }
    const auto major = base::parse_unsigned((*parts)[0]);
    const auto minor = base::parse_unsigned((*parts)[1]);
    return major && minor &&
           (*major > kMinSqlcipherMajor ||
            (*major == kMinSqlcipherMajor && *minor >= kMinSqlcipherMinor));
}

// A database in memory that stays open, so that SQLCipher stays as hook_codec() has set it.
DatabaseHandle hold_sqlcipher() {
    constexpr std::string_view kKey = "nothing is ever stored here";
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2(":memory:", &raw, SQLITE_OPEN_READWRITE, nullptr);
    DatabaseHandle database{raw};
    if (opened != SQLITE_OK ||
        sqlite3_key_v2(raw, "main", kKey.data(), static_cast<int>(kKey.size())) != SQLITE_OK) {
        throw Error{ErrorCode::kFailed, "cannot start SQLCipher"};
    }
    hook_codec();
    return database;
}

const std::string& started_version() {
    static const std::string version = [] {
        // Paths are paths, also one that begins with "file:".
        sqlite3_config(SQLITE_CONFIG_URI, 0);
        if (sqlite3_initialize() != SQLITE_OK || sqlite3_threadsafe() == 0 ||
            sqlite3_libversion_number() < kMinSqliteVersion) {
            throw Error{
                ErrorCode::kFailed,
                std::string{"SQLite is too old or built without threads: "} + sqlite3_libversion()};
        }
        std::string found = read_cipher_version();
        if (!is_new_enough(found)) {
            throw Error{ErrorCode::kFailed, "SQLCipher is too old or missing: " + found};
        }
        static const DatabaseHandle held = hold_sqlcipher();
        return found;
    }();
    return version;
}

}  // namespace

void ensure_sqlite_ready() {
    started_version();
}

std::vector<ComponentVersion> component_versions() {
    return {{"SQLCipher", started_version()}, {"SQLite", sqlite3_libversion()}};
}

}  // namespace kua::store
