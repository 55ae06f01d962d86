// Objects that were destroyed on purpose. The catalog keeps that an object was here, by its digest,
// and until they are gone the places of its pieces. docs/formats: Catalog.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "vault/store/extents.h"
#include "vault/store/sealed_digest.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::store {

// Forgets the object and notes its pieces for ObjectStore::finish_erasing(). Of one that isn't here
// only notes that none is to be missed.
void erase_object(Transaction& catalog, const SealedDigest& digest, base::ByteView case_id);

// Whether it isn't here because it was destroyed.
[[nodiscard]] bool is_erased(Connection& catalog, const SealedDigest& digest);

// The places of pieces that are still to be removed, by segment.
std::vector<Extent> list_pending_erasures(Connection& catalog);

}  // namespace kua::store
