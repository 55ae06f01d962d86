#include "vault/journal/going_on.h"

#include "kua/error.h"
#include "vault/base/counted.h"
#include "vault/base/hex.h"
#include "vault/journal/ids.h"
#include "vault/journal/log.h"

namespace kua::journal {

void stop_author(store::Transaction& write, const std::string& case_id, const std::string& author,
                 const base::Clock& clock) {
    write.run(
        "INSERT INTO stopped_author (case_id, author, at) VALUES (?1, ?2, ?3)"
        " ON CONFLICT DO NOTHING",
        blob_of(case_id), blob_of(author), claimed_time(clock));
}

bool is_stopped(store::Connection& catalog, const std::string& case_id, const std::string& author) {
    return catalog
        .query_integer("SELECT 1 FROM stopped_author WHERE case_id = ?1 AND author = ?2",
                       blob_of(case_id), blob_of(author))
        .has_value();
}

std::vector<Stopped> list_stopped(store::Connection& catalog, const std::string& case_id) {
    store::Rows rows = catalog.query(
        "SELECT author, at FROM stopped_author WHERE case_id = ?1 ORDER BY at, author",
        blob_of(case_id));
    std::vector<Stopped> all;
    while (rows.next()) {
        all.push_back({base::encode_hex(rows.blob(0)), std::string{rows.text(1)}});
    }
    return all;
}

void doubt_author(store::Transaction& write, const std::string& case_id, const std::string& author,
                  const base::Clock& clock) {
    write.run(
        "INSERT INTO doubted_author (case_id, author, at) VALUES (?1, ?2, ?3)"
        " ON CONFLICT DO NOTHING",
        blob_of(case_id), blob_of(author), claimed_time(clock));
}

bool is_doubted(store::Connection& catalog, const std::string& case_id, const std::string& author) {
    return catalog
        .query_integer("SELECT 1 FROM doubted_author WHERE case_id = ?1 AND author = ?2",
                       blob_of(case_id), blob_of(author))
        .has_value();
}

void note_own_ahead(store::Transaction& write, const std::string& case_id, const std::string& own,
                    std::uint64_t size) {
    write.run(
        "INSERT INTO own_ahead (case_id, author, size) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (case_id, author) DO UPDATE SET size = excluded.size"
        " WHERE excluded.size > size",
        blob_of(case_id), blob_of(own), size);
}

MostSeen most_seen(store::Connection& catalog, const std::string& case_id,
                   const std::string& author) {
    store::Rows rows = catalog.query(
        "SELECT size, author FROM seen_log AS seen WHERE case_id = ?1 AND other = ?2 AND NOT EXISTS"
        " (SELECT 1 FROM doubted_author AS doubted WHERE doubted.case_id = seen.case_id"
        " AND doubted.author = seen.author) UNION ALL SELECT size, author FROM own_ahead"
        " WHERE case_id = ?1 AND author = ?2 ORDER BY size DESC, author LIMIT 1",
        blob_of(case_id), blob_of(author));
    if (!rows.next()) {
        return {};
    }
    return {static_cast<std::uint64_t>(rows.integer(0)), base::encode_hex(rows.blob(1))};
}

void check_may_append(store::Connection& catalog, const std::string& case_id,
                      const std::string& own, std::uint64_t size) {
    if (is_stopped(catalog, case_id, own)) {
        throw Error{ErrorCode::kRefused,
                    "nothing is added to this case with this identity any more: its journal went on"
                    " differently elsewhere, after this vault was restored from an older copy. What"
                    " is here stays, can be read and exported; go on in a new vault, with an"
                    " identity that the owner invites"};
    }
    const MostSeen seen = most_seen(catalog, case_id, own);
    if (seen.size > size && seen.by == own) {
        throw Error{ErrorCode::kRefused,
                    "nothing was added: this vault itself wrote " +
                        base::counted(seen.size, "entry", "entries") + ", and only " +
                        base::counted(size, "is", "are") +
                        " here, so it was restored from an older copy. Sync with a remote that"
                        " has the rest first, or use a newer copy"};
    }
    if (seen.size > size) {
        throw Error{ErrorCode::kRefused,
                    "nothing was added: " + seen.by.substr(0, 8) + " has seen " +
                        base::counted(seen.size, "entry", "entries") +
                        " of this vault's own, and only " + base::counted(size, "is", "are") +
                        " here, so it was restored from an older copy. Sync with a remote that"
                        " has the rest first. If it never was restored, that isn't true: then say"
                        " kua member doubt " +
                        seen.by.substr(0, 8)};
    }
}

}  // namespace kua::journal
