#include "vault/store/catalog.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vault/base/check.h"

namespace kua::store {

namespace {

// PRAGMA user_version: the layout as a whole; the tables have versions of their own.
constexpr std::int64_t kLayout = 1;
constexpr std::size_t kReadingCacheBytes = std::size_t{16} << 20;
// Enough for all pages that one commit of thousands of items changes, so that each is written once.
// Only taken as far as it is used.
constexpr std::size_t kWritingCacheBytes = std::size_t{64} << 20;

ConnectionOptions options_for(ConnectionMode mode) {
    return {.cipher = kCatalogCipher,
            .mode = mode,
            .cache_bytes = mode == ConnectionMode::kRead ? kReadingCacheBytes : kWritingCacheBytes};
}

std::vector<MigrationSet> all_sets(std::span<const MigrationSet> sets) {
    std::vector<MigrationSet> all{store_migrations()};
    all.insert(all.end(), sets.begin(), sets.end());
    return all;
}

void check_layout(Connection& catalog) {
    if (catalog.query_integer("PRAGMA application_id") != kApplicationId) {
        throw Error{ErrorCode::kDamaged, "catalog.db is not the catalog of this vault"};
    }
    const std::int64_t layout = catalog.query_integer("PRAGMA user_version").value_or(0);
    if (layout != kLayout) {
        throw Error{ErrorCode::kNewerFormat, "the catalog has layout " + std::to_string(layout) +
                                                 "; this kua knows " + std::to_string(kLayout)};
    }
}

}  // namespace

Connection create_catalog(const base::Environment& environment, const fs::path& dir,
                          const crypto::CatalogKey& key, std::span<const MigrationSet> sets) {
    const fs::path path = dir / kCatalogName;
    KUA_CHECK(!environment.files.status(path));
    Connection catalog{environment, path, key.expose(), options_for(ConnectionMode::kCreate)};
    {
        Transaction write{catalog};
        write.run_script("PRAGMA application_id = " + std::to_string(kApplicationId) +
                         "; PRAGMA user_version = " + std::to_string(kLayout) + ";");
        write.commit();
    }
    migrate(catalog, all_sets(sets));
    return catalog;
}

OpenedCatalog open_catalog(const base::Environment& environment, const fs::path& dir,
                           const crypto::CatalogKey& key, std::span<const MigrationSet> sets,
                           Access access, PageOverlay overlay) {
    const fs::path path = dir / kCatalogName;
    const std::optional<base::FileStatus> status = environment.files.status(path);
    // SQLite would take an empty file for a new database, and drop a journal beside it.
    if (!status || status->size_bytes == 0) {
        throw Error{ErrorCode::kDamaged,
                    std::string{"catalog.db is "} + (status ? "empty" : "missing") +
                        ", and without it nothing in this vault can be found: make a copy of the "
                        "whole folder, then look for an older copy of the vault"};
    }
    const auto mode = access == Access::kWrite ? ConnectionMode::kWrite : ConnectionMode::kRead;
    ConnectionOptions options = options_for(mode);
    options.overlay = std::move(overlay);
    Connection catalog{environment, path, key.expose(), options};
    check_layout(catalog);
    const std::vector<MigrationSet> all = all_sets(sets);
    SchemaState schema = schema_state(catalog, all);
    if (schema == SchemaState::kOlder && access == Access::kWrite) {
        migrate(catalog, all);
        schema = SchemaState::kCurrent;
    }
    return {std::move(catalog), schema};
}

}  // namespace kua::store
