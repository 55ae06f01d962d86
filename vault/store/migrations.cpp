#include "vault/store/migrations.h"

#include <map>
#include <string>

#include "vault/base/check.h"

namespace kua::store {

namespace {

using Versions = std::map<std::string, std::int64_t, std::less<>>;

Versions read_versions(Connection& catalog) {
    Versions versions;
    if (!catalog.query_integer("SELECT 1 FROM sqlite_schema WHERE name = 'schema_version'")) {
        return versions;
    }
    Rows rows = catalog.query("SELECT name, version FROM schema_version ORDER BY name");
    while (rows.next()) {
        versions[std::string{rows.text(0)}] = rows.integer(1);
    }
    return versions;
}

std::int64_t known_version(const MigrationSet& set) {
    return static_cast<std::int64_t>(set.steps.size());
}

}  // namespace

SchemaState schema_state(Connection& catalog, std::span<const MigrationSet> sets) {
    Versions versions = read_versions(catalog);
    SchemaState state = SchemaState::kCurrent;
    for (const MigrationSet& set : sets) {
        const auto found = versions.find(set.name);
        const std::int64_t version = found == versions.end() ? 0 : found->second;
        if (version > known_version(set)) {
            throw Error{ErrorCode::kNewerFormat, "the catalog's tables of \"" +
                                                     std::string{set.name} + "\" have version " +
                                                     std::to_string(version) + "; this kua knows " +
                                                     std::to_string(known_version(set))};
        }
        if (version < known_version(set)) {
            state = SchemaState::kOlder;
        }
        if (found != versions.end()) {
            versions.erase(found);
        }
    }
    if (!versions.empty()) {
        throw Error{ErrorCode::kNewerFormat, "the catalog has tables of \"" +
                                                 versions.begin()->first +
                                                 "\", which this kua doesn't know"};
    }
    return state;
}

void migrate(Connection& catalog, std::span<const MigrationSet> sets) {
    {
        Transaction write{catalog};
        write.run(
            "CREATE TABLE IF NOT EXISTS schema_version(name TEXT NOT NULL PRIMARY KEY, "
            "version INTEGER NOT NULL CHECK(version > 0)) STRICT, WITHOUT ROWID");
        write.commit();
    }
    for (const MigrationSet& set : sets) {
        for (std::int64_t version = 1; version <= known_version(set); ++version) {
            Transaction write{catalog};
            // Asked inside the transaction: another process may have been faster.
            const auto reached =
                write.query_integer("SELECT version FROM schema_version WHERE name = ?1", set.name);
            if (reached.value_or(0) >= version) {
                continue;
            }
            KUA_CHECK(reached.value_or(0) == version - 1);
            write.run_script(set.steps[static_cast<std::size_t>(version - 1)]);
            write.run(
                "INSERT INTO schema_version(name, version) VALUES(?1, ?2) "
                "ON CONFLICT(name) DO UPDATE SET version = excluded.version",
                set.name, version);
            write.commit();
        }
    }
}

}  // namespace kua::store
