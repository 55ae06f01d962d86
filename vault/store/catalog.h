// DIR/catalog.db: all metadata, keys and journals. SQLCipher 4 defaults, so stock tools open it
// with the raw key alone. Tables of this layer: docs/formats, Catalog; those of the layers above
// come as migration sets of their own.
#pragma once

#include <span>

#include "kua/access.h"
#include "vault/base/environment.h"
#include "vault/crypto/keys.h"
#include "vault/store/migrations.h"
#include "vault/store/sqlite/connection.h"

namespace kua::store {

inline constexpr std::string_view kCatalogName = "catalog.db";
inline constexpr std::int32_t kApplicationId = 0x6b756131;  // "kua1", reaches disk

// `sets` come after store_migrations(), in order.
Connection create_catalog(const base::Environment& environment, const fs::path& dir,
                          const crypto::CatalogKey& key, std::span<const MigrationSet> sets);

struct OpenedCatalog {
    Connection connection;
    SchemaState schema;  // kOlder only for reading: it must be opened for writing first
};

// Opens and checks the schema, which is migrated if `access` allows to write. kNewerFormat if a
// newer kua wrote it, kDamaged if the file is missing, empty or damaged.
// `overlay` stands for pages that are damaged (core_pages.h).
OpenedCatalog open_catalog(const base::Environment& environment, const fs::path& dir,
                           const crypto::CatalogKey& key, std::span<const MigrationSet> sets,
                           Access access, PageOverlay overlay = {});

}  // namespace kua::store
