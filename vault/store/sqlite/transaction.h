// The one way to write to a database.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "vault/store/sqlite/connection.h"

namespace kua::store {

// Everything between construction and commit() happens as a whole or not at all; the destructor
// rolls back and never commits. One per connection at a time; other processes may read meanwhile.
// After an Error only the destructor may follow.
class Transaction {
public:
    // Takes the write lock of the file at once. kBusy if another writer keeps it.
    explicit Transaction(Connection& connection);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    // Runs one statement that returns no rows; returns how many rows it changed. Texts and blobs
    // are bound without being copied.
    template <class... Arguments>
    std::int64_t run(std::string_view sql, const Arguments&... arguments) {
        const std::array<Value, sizeof...(Arguments)> values{Value{arguments}...};
        return run_with(sql, values);
    }
    // Runs several statements without parameters, for migrations.
    void run_script(std::string_view sql);
    // The rowid that the last INSERT got.
    std::int64_t last_insert_id() const noexcept;

    template <class... Arguments>
    Rows query(std::string_view sql, const Arguments&... arguments) {
        return connection_.query(sql, arguments...);
    }
    template <class... Arguments>
    std::optional<std::int64_t> query_integer(std::string_view sql, const Arguments&... arguments) {
        return connection_.query_integer(sql, arguments...);
    }

    // For reading what this transaction has written so far.
    Connection& connection() noexcept { return connection_; }

    // Calls `action` once commit() has made everything durable. It must not throw.
    void on_commit(std::function<void()> action);
    // Returns when everything is durable, the directory included, and every page written was read
    // back through another handle. If that finds a difference (kStorage), the device is failing.
    void commit();

private:
    std::int64_t run_with(std::string_view sql, std::span<const Value> values);

    Connection& connection_;
    std::vector<std::function<void()>> actions_;
    bool open_ = true;
};

}  // namespace kua::store
