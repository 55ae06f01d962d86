// The catalog's rows about objects: only such a row makes an object exist.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "vault/base/bytes.h"
#include "vault/store/extents.h"
#include "vault/store/sealed_digest.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::store {

// An object is its age header (kept here) followed by its payload (kept in pieces).
struct ObjectRecord {
    SealedDigest digest;
    base::Bytes case_id;
    base::Bytes header;
    std::uint64_t payload_bytes = 0;  // without the header
    std::vector<Extent> extents;
};

// kExists if an object of that digest is there already.
void insert_object(Transaction& catalog, const ObjectRecord& object);
std::optional<ObjectRecord> find_object(Connection& catalog, const SealedDigest& digest);
// Digests of all objects of a case, or of all cases, ascending.
std::vector<SealedDigest> list_objects(Connection& catalog, base::ByteView case_id);
std::vector<SealedDigest> list_objects(Connection& catalog);
// Where each object begins: reading in this order touches every segment once.
std::map<SealedDigest, PiecePlace> list_places(Connection& catalog);
// Forgets the object; ObjectStore::erase() then removes its pieces. False if it isn't there.
bool remove_object(Transaction& catalog, const SealedDigest& digest);

}  // namespace kua::store
