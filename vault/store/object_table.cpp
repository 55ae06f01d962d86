#include "vault/store/object_table.h"

#include "vault/base/check.h"

namespace kua::store {

void insert_object(Transaction& catalog, const ObjectRecord& object) {
    if (catalog.query_integer("SELECT 1 FROM object WHERE sealed_digest = ?1",
                              object.digest.bytes)) {
        throw Error{ErrorCode::kExists, "this object is in the vault already"};
    }
    std::int64_t pieces = 0;
    std::int64_t ordinal = 0;
    for (const Extent& extent : object.extents) {
        KUA_CHECK(extent.segment > 0 && extent.first_piece > 0 && extent.pieces > 0);
        catalog.run(
            "INSERT INTO extent(sealed_digest, ordinal, segment, first_piece, pieces) "
            "VALUES(?1, ?2, ?3, ?4, ?5)",
            object.digest.bytes, ordinal, extent.segment, extent.first_piece, extent.pieces);
        ++ordinal;
        pieces += extent.pieces;
    }
    catalog.run(
        "INSERT INTO object(sealed_digest, case_id, header, payload_bytes, pieces) "
        "VALUES(?1, ?2, ?3, ?4, ?5)",
        object.digest.bytes, object.case_id, object.header, object.payload_bytes, pieces);
}

std::optional<ObjectRecord> find_object(Connection& catalog, const SealedDigest& digest) {
    ObjectRecord object;
    object.digest = digest;
    std::int64_t pieces = 0;
    {
        Rows rows = catalog.query(
            "SELECT case_id, header, payload_bytes, pieces FROM object WHERE sealed_digest = ?1",
            digest.bytes);
        if (!rows.next()) {
            return std::nullopt;
        }
        object.case_id = base::copy_of(rows.blob(0));
        object.header = base::copy_of(rows.blob(1));
        object.payload_bytes = static_cast<std::uint64_t>(rows.integer(2));
        pieces = rows.integer(3);
    }
    Rows rows = catalog.query(
        "SELECT segment, first_piece, pieces FROM extent WHERE sealed_digest = ?1 "
        "ORDER BY ordinal",
        digest.bytes);
    while (rows.next()) {
        const Extent extent{.segment = static_cast<std::uint32_t>(rows.integer(0)),
                            .first_piece = rows.integer(1),
                            .pieces = rows.integer(2)};
        pieces -= extent.pieces;
        object.extents.push_back(extent);
    }
    if (pieces != 0) {
        throw Error{ErrorCode::kDamaged, "the catalog contradicts itself about an object's pieces"};
    }
    return object;
}

namespace {

std::vector<SealedDigest> collect(Rows rows) {
    std::vector<SealedDigest> digests;
    while (rows.next()) {
        digests.push_back({rows.fixed_blob<32>(0)});
    }
    return digests;
}

}  // namespace

std::vector<SealedDigest> list_objects(Connection& catalog, base::ByteView case_id) {
    return collect(catalog.query(
        "SELECT sealed_digest FROM object WHERE case_id = ?1 ORDER BY sealed_digest", case_id));
}

std::vector<SealedDigest> list_objects(Connection& catalog) {
    return collect(catalog.query("SELECT sealed_digest FROM object ORDER BY sealed_digest"));
}

std::map<SealedDigest, PiecePlace> list_places(Connection& catalog) {
    Rows rows = catalog.query(
        "SELECT sealed_digest, segment, first_piece FROM extent WHERE ordinal = 0"
        " ORDER BY sealed_digest");
    std::map<SealedDigest, PiecePlace> places;
    while (rows.next()) {
        places.emplace_hint(places.end(), SealedDigest{rows.fixed_blob<32>(0)},
                            PiecePlace{.segment = static_cast<std::uint32_t>(rows.integer(1)),
                                       .piece = rows.integer(2)});
    }
    return places;
}

bool remove_object(Transaction& catalog, const SealedDigest& digest) {
    catalog.run("DELETE FROM extent WHERE sealed_digest = ?1", digest.bytes);
    return catalog.run("DELETE FROM object WHERE sealed_digest = ?1", digest.bytes) > 0;
}

}  // namespace kua::store
