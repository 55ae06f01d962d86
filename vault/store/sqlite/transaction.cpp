#include "vault/store/sqlite/transaction.h"

#include <cstddef>
#include <utility>

#include "vault/base/check.h"
#include "vault/store/sqlite/handle.h"

namespace kua::store {

Transaction::Transaction(Connection& connection) : connection_(connection) {
    // A SELECT that is still being read would keep the transaction from starting.
    KUA_CHECK(connection.impl().readers == 0);
    connection.impl().run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
    sqlite3* database = connection_.impl().database.get();
    // SQLite has already rolled back by itself if the disk was full.
    if (open_ && sqlite3_get_autocommit(database) == 0) {
        // If this fails, what is half-written stays in the journal, and whoever opens the file
        // next rolls it back.
        sqlite3_exec(database, "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

std::int64_t Transaction::run_with(std::string_view sql, std::span<const Value> values) {
    KUA_CHECK(open_);
    Connection::Impl& impl = connection_.impl();
    StatementHandle statement = impl.prepare(sql);
    impl.bind(statement.get(), values, BindBytes::kRefer);
    const int code = impl.step(statement.get());
    KUA_CHECK(code == SQLITE_DONE);
    const std::int64_t changed = sqlite3_changes64(impl.database.get());
    impl.give_back(sql, std::move(statement));
    return changed;
}

void Transaction::run_script(std::string_view sql) {
    KUA_CHECK(open_);
    Connection::Impl& impl = connection_.impl();
    while (!sql.empty()) {
        impl.begin_call();
        sqlite3_stmt* raw = nullptr;
        const char* rest = nullptr;
        const int code =
            sqlite3_prepare_v3(impl.database.get(), sql.data(), static_cast<int>(sql.size()),
                               /*prepFlags=*/0, &raw, &rest);
        const StatementHandle statement{raw};
        impl.check(code);
        sql.remove_prefix(static_cast<std::size_t>(rest - sql.data()));
        while (statement && impl.step(statement.get()) == SQLITE_ROW) {
        }
    }
}

std::int64_t Transaction::last_insert_id() const noexcept {
    return sqlite3_last_insert_rowid(connection_.impl().database.get());
}

void Transaction::on_commit(std::function<void()> action) {
    actions_.push_back(std::move(action));
}

void Transaction::commit() {
    KUA_CHECK(open_);
    Connection::Impl& impl = connection_.impl();
    impl.run("COMMIT");
    open_ = false;
    impl.vfs.read_back(impl.path);
    for (const auto& action : actions_) {
        action();
    }
}

}  // namespace kua::store
