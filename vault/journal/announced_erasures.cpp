#include "vault/journal/announced_erasures.h"

#include "vault/journal/ids.h"

namespace kua::journal {

bool is_named_by(store::Connection& catalog, const std::string& case_id, const std::string& author,
                 const store::SealedDigest& object) {
    return catalog
        .query_integer(
            "SELECT 1 FROM bundle_object INDEXED BY bundle_object_by_digest"
            " WHERE sealed_digest = ?1 AND case_id = ?2 AND author = ?3 LIMIT 1",
            object.bytes, blob_of(case_id), blob_of(author))
        .has_value();
}

bool is_named_by_others(store::Connection& catalog, const std::string& case_id,
                        const std::string& author, const store::SealedDigest& object) {
    return catalog
        .query_integer(
            "SELECT 1 FROM bundle_object INDEXED BY bundle_object_by_digest"
            " WHERE sealed_digest = ?1 AND (case_id <> ?2 OR author <> ?3) LIMIT 1",
            object.bytes, blob_of(case_id), blob_of(author))
        .has_value();
}

void note_announced_erasure(store::Transaction& write, const std::string& case_id,
                            const std::string& author, const store::SealedDigest& object,
                            const AnnouncedErasure& announced) {
    if (is_named_by(write.connection(), case_id, author, object)) {
        write.run(
            "INSERT INTO announced_erasure (case_id, author, sealed_digest, seq, epoch)"
            " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
            blob_of(case_id), blob_of(author), object.bytes, announced.seq, announced.epoch);
    }
}

std::optional<AnnouncedErasure> find_announced_erasure(store::Connection& catalog,
                                                       const std::string& case_id,
                                                       const std::string& author,
                                                       const store::SealedDigest& object) {
    store::Rows rows = catalog.query(
        "SELECT seq, epoch FROM announced_erasure"
        " WHERE case_id = ?1 AND author = ?2 AND sealed_digest = ?3",
        blob_of(case_id), blob_of(author), object.bytes);
    if (!rows.next()) {
        return std::nullopt;
    }
    return AnnouncedErasure{static_cast<std::uint64_t>(rows.integer(0)),
                            static_cast<std::uint64_t>(rows.integer(1))};
}

}  // namespace kua::journal
