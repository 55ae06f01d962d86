// Schemas of the catalog as numbered steps that only go forward.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "vault/store/sqlite/transaction.h"

namespace kua::store {

// The tables of one layer. Step n (from 1) brings its version n - 1 to n; steps are never changed
// once released. Names and versions reach disk, in table schema_version(name, version).
struct MigrationSet {
    std::string_view name;
    std::span<const std::string_view> steps;
};

// The tables that store itself keeps; always the first set.
const MigrationSet& store_migrations();

enum class SchemaState : std::uint8_t { kCurrent, kOlder };

// Compares what is there with `sets`. Throws kNewerFormat if a set is there in a newer version or
// is not known here, kNotVault if the database is something else.
SchemaState schema_state(Connection& catalog, std::span<const MigrationSet> sets);

// Runs all missing steps, each in a transaction of its own.
void migrate(Connection& catalog, std::span<const MigrationSet> sets);

}  // namespace kua::store
