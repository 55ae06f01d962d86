#include "vault/journal/known_seen.h"

#include <algorithm>

#include "vault/base/base64.h"
#include "vault/journal/ids.h"
#include "vault/journal/receive.h"

namespace kua::journal {
namespace {

// The newest receipt is kept whole, since what it names may still come. If another takes its place,
// what it said of the history that is here must not go with it.
void store_newest(store::Transaction& write, const Manifest& manifest, const SeenLog& seen,
                  std::uint64_t common) {
    write.run(
        "INSERT INTO seen_log (case_id, author, other, size, root, common)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        " ON CONFLICT (case_id, author, other) DO UPDATE"
        " SET size = excluded.size, root = excluded.root, common = excluded.common"
        " WHERE excluded.size > size",
        blob_of(manifest.case_id), blob_of(manifest.author), blob_of(seen.author), seen.size,
        seen.root, common);
}

}  // namespace

bool is_root_here(store::Connection& catalog, const std::string& case_id, const std::string& author,
                  std::uint64_t size, std::string_view root) {
    const auto here = root_at(catalog, case_id, author, size);
    return here && base::encode_base64(*here, base::Base64::kPadded) == root;
}

void store_seen(store::Transaction& write, const Manifest& manifest) {
    store::Connection& catalog = write.connection();
    for (const SeenLog& seen : manifest.seen) {
        const std::uint64_t before =
            known_seen(catalog, manifest.case_id, manifest.author, seen.author);
        store_newest(write, manifest, seen, before);
        if (seen.size > before &&
            is_root_here(catalog, manifest.case_id, seen.author, seen.size, seen.root)) {
            note_seen_here(write, manifest.case_id, manifest.author, seen.author, seen.size);
        }
        write.run(
            "INSERT INTO seen_ahead (case_id, other, size, author, root)"
            " SELECT ?1, ?3, ?4, ?2, ?5 WHERE ?4 >"
            " IFNULL((SELECT size FROM log WHERE case_id = ?1 AND author = ?3), 0)"
            " ON CONFLICT DO NOTHING",
            blob_of(manifest.case_id), blob_of(manifest.author), blob_of(seen.author), seen.size,
            seen.root);
    }
}

void note_seen_here(store::Transaction& write, const std::string& case_id, const std::string& who,
                    const std::string& other, std::uint64_t size) {
    write.run(
        "UPDATE seen_log SET common = ?4 WHERE case_id = ?1 AND author = ?2 AND other = ?3"
        " AND common < ?4",
        blob_of(case_id), blob_of(who), blob_of(other), size);
}

std::uint64_t known_seen(store::Connection& catalog, const std::string& case_id,
                         const std::string& who, const std::string& other) {
    store::Rows rows = catalog.query(
        "SELECT size, root, common FROM seen_log"
        " WHERE case_id = ?1 AND author = ?2 AND other = ?3",
        blob_of(case_id), blob_of(who), blob_of(other));
    if (!rows.next()) {
        return 0;
    }
    const auto newest = static_cast<std::uint64_t>(rows.integer(0));
    const auto common = static_cast<std::uint64_t>(rows.integer(2));
    // Of a catalog that an earlier kua kept only the newest is there, and nobody compared it.
    return newest > common && is_root_here(catalog, case_id, other, newest, rows.text(1)) ? newest
                                                                                          : common;
}

std::uint64_t most_known(store::Connection& catalog, const std::string& case_id,
                         const std::string& who, const std::string& other) {
    const auto size = catalog.query_integer(
        "SELECT size FROM seen_log WHERE case_id = ?1 AND author = ?2 AND other = ?3",
        blob_of(case_id), blob_of(who), blob_of(other));
    return static_cast<std::uint64_t>(size.value_or(0));
}

}  // namespace kua::journal
