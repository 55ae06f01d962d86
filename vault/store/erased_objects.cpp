#include "vault/store/erased_objects.h"

#include "vault/store/object_table.h"

namespace kua::store {

void erase_object(Transaction& catalog, const SealedDigest& digest, base::ByteView case_id) {
    catalog.run(
        "INSERT INTO erasure(segment, first_piece, pieces)"
        " SELECT segment, first_piece, pieces FROM extent WHERE sealed_digest = ?1",
        digest.bytes);
    remove_object(catalog, digest);
    catalog.run(
        "INSERT INTO erased(sealed_digest, case_id) VALUES(?1, ?2)"
        " ON CONFLICT(sealed_digest) DO NOTHING",
        digest.bytes, case_id);
}

bool is_erased(Connection& catalog, const SealedDigest& digest) {
    return catalog
        .query_integer(
            "SELECT 1 FROM erased WHERE sealed_digest = ?1"
            " AND NOT EXISTS (SELECT 1 FROM object WHERE object.sealed_digest = ?1)",
            digest.bytes)
        .has_value();
}

std::vector<Extent> list_pending_erasures(Connection& catalog) {
    Rows rows = catalog.query(
        "SELECT segment, first_piece, pieces FROM erasure ORDER BY segment, first_piece");
    std::vector<Extent> pieces;
    while (rows.next()) {
        pieces.push_back({.segment = static_cast<std::uint32_t>(rows.integer(0)),
                          .first_piece = rows.integer(1),
                          .pieces = rows.integer(2)});
    }
    return pieces;
}

}  // namespace kua::store
