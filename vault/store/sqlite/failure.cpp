// From SQLite's result codes to Error.
#include <string>

#include "vault/store/sqlite/codec_hook.h"
#include "vault/store/sqlite/handle.h"

namespace kua::store {

namespace {

ErrorCode code_for(int code, std::string_view message) {
    switch (code & 0xff) {
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
        case SQLITE_FORMAT:
            return ErrorCode::kDamaged;
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PROTOCOL:
        case SQLITE_NOLFS:
            return ErrorCode::kStorage;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return ErrorCode::kBusy;
        case SQLITE_TOOBIG:
            return ErrorCode::kFailed;
        case SQLITE_INTERRUPT:
            return ErrorCode::kInterrupted;
        case SQLITE_ERROR:
            // SQLCipher reports a wrong page MAC so, and nothing else comes without words of its
            // own: a mistake in SQL says what is wrong with it.
            return message == sqlite3_errstr(SQLITE_ERROR) ? ErrorCode::kDamaged : ErrorCode::kBug;
        default:
            return ErrorCode::kBug;
    }
}

// What people read. SQLite's own words only where they can't hold anybody's data: SQL of ours,
// names of tables and columns.
std::string words_for(ErrorCode code, int sqlite_code, std::string_view message) {
    if (sqlite_code == SQLITE_READONLY_ROLLBACK || sqlite_code == SQLITE_READONLY_CANTINIT) {
        return "it was being written when the device stopped, and can only be opened from a medium "
               "that can be written to";
    }
    switch (code) {
        case ErrorCode::kDamaged:
            return "the file is damaged, or was encrypted with another key";
        case ErrorCode::kBusy:
            return "another process is using the file";
        default:
            return std::string{message} + " (SQLite " + std::to_string(sqlite_code) + ")";
    }
}

}  // namespace

void Connection::Impl::begin_call() noexcept {
    vfs.forget_failure();
    static_cast<void>(take_codec_failure());
}

void Connection::Impl::check(int code) {
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) {
        fail(code);
    }
}

void Connection::Impl::fail(int code) {
    const std::string doing = "use " + path.filename().string();
    if (vfs.failure()) {
        const std::exception_ptr failure = vfs.failure();
        vfs.forget_failure();
        try {
            std::rethrow_exception(failure);
        } catch (const Error& error) {
            throw error.during(doing);
        }
    }
    if (take_codec_failure() || (code & 0xff) == SQLITE_NOMEM) {
        throw Error{ErrorCode::kFailed, "not enough memory"}.during(doing);
    }
    const std::string message = database ? sqlite3_errmsg(database.get()) : sqlite3_errstr(code);
    const int extended = database ? sqlite3_extended_errcode(database.get()) : code;
    const ErrorCode error_code = code_for(code, message);
    const std::string words = words_for(error_code, extended, message);
    throw((code & 0xff) == SQLITE_FULL ? Error::no_room(words) : Error{error_code, words})
        .during(doing);
}

}  // namespace kua::store
