// Rows: one running SELECT.
#include <algorithm>

#include "vault/base/check.h"
#include "vault/store/sqlite/handle.h"

namespace kua::store {

struct Rows::State {
    State(Connection::Impl& connection_in, std::string_view sql_in)
        : connection(connection_in), sql(sql_in) {
        connection.begin_reading();
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        connection.give_back(sql, std::move(statement));
        connection.end_reading();
    }

    Connection::Impl& connection;
    std::string sql;
    StatementHandle statement;
    bool on_row = false;
    bool at_end = false;
};

Rows::Rows(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Rows::Rows(Rows&&) noexcept = default;
Rows::~Rows() = default;

bool Rows::next() {
    if (state_->at_end) {
        return false;
    }
    state_->on_row = false;
    state_->on_row = state_->connection.step(state_->statement.get()) == SQLITE_ROW;
    state_->at_end = !state_->on_row;
    return state_->on_row;
}

namespace {

void expect(bool on_row, sqlite3_stmt* statement, int column, int type) {
    KUA_CHECK(on_row && column >= 0 && column < sqlite3_column_count(statement));
    if (sqlite3_column_type(statement, column) != type) {
        throw Error{ErrorCode::kDamaged, "a database column holds an unexpected type"};
    }
}

}  // namespace

bool Rows::is_null(int column) const {
    KUA_CHECK(state_->on_row && column >= 0);
    return sqlite3_column_type(state_->statement.get(), column) == SQLITE_NULL;
}

std::int64_t Rows::integer(int column) const {
    expect(state_->on_row, state_->statement.get(), column, SQLITE_INTEGER);
    return sqlite3_column_int64(state_->statement.get(), column);
}

double Rows::real(int column) const {
    expect(state_->on_row, state_->statement.get(), column, SQLITE_FLOAT);
    return sqlite3_column_double(state_->statement.get(), column);
}

std::string_view Rows::text(int column) const {
    sqlite3_stmt* statement = state_->statement.get();
    expect(state_->on_row, statement, column, SQLITE_TEXT);
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    return text == nullptr ? std::string_view{} : std::string_view{text, size};
}

base::ByteView Rows::blob(int column) const {
    sqlite3_stmt* statement = state_->statement.get();
    expect(state_->on_row, statement, column, SQLITE_BLOB);
    const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    if (bytes == nullptr && size > 0) {
        throw Error{ErrorCode::kFailed, "out of memory"};
    }
    return {bytes, size};
}

void Rows::copy_fixed_blob(int column, base::MutableByteView out) const {
    const base::ByteView bytes = blob(column);
    if (bytes.size() != out.size()) {
        throw Error{ErrorCode::kDamaged, "a database column holds an unexpected size"};
    }
    std::ranges::copy(bytes, out.begin());
}

Rows Connection::query_with(std::string_view sql, std::span<const Value> values) {
    auto state = std::make_unique<Rows::State>(*impl_, sql);
    state->statement = impl_->prepare(sql);
    // Copied, since the caller's values may go before the last row is read.
    impl_->bind(state->statement.get(), values, BindBytes::kCopy);
    return Rows{std::move(state)};
}

}  // namespace kua::store
