// DIR/catalog.copies: the pages of catalog.db that everything else hangs on, kept once more: the
// first, those of the schema, the first of each table and index, and all of the tables that hold
// keys. Without it one damaged byte there would close the whole vault. Made anew when a writer
// closes the vault. A copy is used only where the page of catalog.db doesn't authenticate and the
// copy does: whoever reads takes it for the page, whoever writes puts it in its place first.
// docs/formats: Catalog, second copies.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "kua/finding.h"
#include "vault/base/environment.h"
#include "vault/crypto/keys.h"
#include "vault/store/sqlite/page_overlay.h"

namespace kua::store {

namespace fs = std::filesystem;

inline constexpr std::string_view kCoreName = "catalog.copies";
inline constexpr std::string_view kNewCoreName = "catalog.copies.new";  // while it is being made

struct CoreCheck {
    PageOverlay overlay;            // good copies of pages that are damaged in catalog.db
    std::vector<Finding> findings;  // about the copies
};

// Compares the copies, if there are any, with catalog.db. Copies of an older state, as a crash
// leaves them, are neither used nor found; nor is any used while somebody writes. Throws kStorage
// if the files can't be read.
CoreCheck check_core(const base::Environment& environment, const fs::path& dir,
                     const crypto::CatalogKey& key);

struct MendedCore {
    std::size_t pages = 0;
    PageOverlay overlay;  // of a catalog that was cut, which is left as it is
};

// Writes the good copies over what is damaged in catalog.db, durably, and reads them back. For
// whoever holds the writer's lock, before the catalog is opened for writing: what is written to it
// makes all the copies older, and the damaged pages would then have none. Waits for readers; kBusy
// if they don't end. kStorage, also if what was written reads differently.
MendedCore mend_core(const base::Environment& environment, const fs::path& dir,
                     const crypto::CatalogKey& key);

// Makes the copies anew unless they are right. What `tables` hold is copied in full. Throws
// kDamaged if catalog.db can't be read so far; then the copies stay as they are.
void save_core(const base::Environment& environment, const fs::path& dir,
               const crypto::CatalogKey& key, std::span<const std::string_view> tables);

// Durably: what is removed from the catalog next must not stay in a copy.
void remove_core(base::FileSystem& files, const fs::path& dir);

}  // namespace kua::store
