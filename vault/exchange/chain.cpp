#include "vault/exchange/chain.h"

namespace kua::exchange {
namespace {

ChainCommit read_commit_row(const store::Rows& rows) {
    return {
        format::GitId{rows.fixed_blob<20>(0)},
        {static_cast<std::uint64_t>(rows.integer(1)), static_cast<std::uint64_t>(rows.integer(2))}};
}

}  // namespace

std::optional<ChainPlace> find_commit(store::Connection& catalog, const std::string& ref,
                                      const format::GitId& id) {
    store::Rows rows = catalog.query(
        "SELECT commit_id, first, number FROM chain_commit WHERE ref = ?1 AND commit_id = ?2", ref,
        id.bytes);
    if (!rows.next()) {
        return std::nullopt;
    }
    return read_commit_row(rows).place;
}

std::optional<ChainCommit> newest_commit(store::Connection& catalog, const std::string& ref) {
    return commit_before(catalog, ref, kAfterAll);
}

std::optional<ChainCommit> commit_before(store::Connection& catalog, const std::string& ref,
                                         const ChainPlace& place) {
    store::Rows rows = catalog.query(
        "SELECT commit_id, first, number FROM chain_commit"
        " WHERE ref = ?1 AND (first, number) < (?2, ?3) AND first > 0"
        " ORDER BY first DESC, number DESC, is_other LIMIT 1",
        ref, place.first, place.number);
    if (!rows.next()) {
        return std::nullopt;
    }
    return read_commit_row(rows);
}

std::optional<ChainCommit> made_commit_before(store::Connection& catalog, const std::string& ref,
                                              const ChainPlace& place) {
    store::Rows rows = catalog.query(
        "SELECT commit_id, first, number FROM chain_commit"
        " WHERE ref = ?1 AND (first, number) < (?2, ?3) AND is_other = 0"
        " ORDER BY first DESC, number DESC LIMIT 1",
        ref, place.first, place.number);
    if (!rows.next()) {
        return std::nullopt;
    }
    return read_commit_row(rows);
}

void record_commit(store::Transaction& write, const std::string& ref, const ChainCommit& commit,
                   const std::optional<format::GitId>& parent, Bytes bytes) {
    write.run(
        "INSERT INTO chain_commit (ref, commit_id, first, number, is_other)"
        " SELECT ?1, ?2, ?3, ?4, ?6 OR EXISTS (SELECT 1 FROM chain_commit"
        " WHERE ref = ?1 AND first = ?3 AND number = ?4 AND is_other = 0)"
        " OR EXISTS (SELECT 1 FROM chain_commit WHERE ref = ?1 AND commit_id = ?5 AND is_other = 1)"
        " WHERE true ON CONFLICT DO NOTHING",
        ref, commit.id.bytes, commit.place.first, commit.place.number,
        parent ? base::ByteView{parent->bytes} : base::ByteView{}, bytes == Bytes::kOthers ? 1 : 0);
}

std::optional<ChainCommit> undisputed_commit_before(store::Connection& catalog,
                                                    const std::string& ref,
                                                    const ChainPlace& place) {
    const auto disputed = catalog.query_integer(
        "SELECT MIN(first) FROM (SELECT first FROM chain_commit WHERE ref = ?1 AND first > 0"
        " GROUP BY first, number HAVING COUNT(*) > 1)",
        ref);
    const bool is_before = disputed && static_cast<std::uint64_t>(*disputed) < place.first;
    return made_commit_before(
        catalog, ref, is_before ? ChainPlace{static_cast<std::uint64_t>(*disputed), 0} : place);
}

std::optional<ChainPlace> place_behind(store::Connection& catalog, const std::string& ref,
                                       const std::optional<format::GitId>& parent) {
    return parent ? find_commit(catalog, ref, *parent) : std::optional{kBeforeAll};
}

bool continues_newest(store::Connection& catalog, const std::string& ref,
                      const std::optional<format::GitId>& parent) {
    const auto newest = newest_commit(catalog, ref);
    return place_behind(catalog, ref, parent) == (newest ? newest->place : kBeforeAll);
}

void record_passed_over(store::Transaction& write, const std::string& ref, const format::GitId& id,
                        const ChainPlace& place) {
    write.run(
        "INSERT INTO chain_commit (ref, commit_id, first, number, is_other)"
        " VALUES (?1, ?2, ?3, ?4, 1) ON CONFLICT DO NOTHING",
        ref, id.bytes, place.first, place.number);
}

std::optional<format::GitId> last_shown(store::Connection& catalog, const std::string& remote,
                                        const std::string& ref) {
    store::Rows rows = catalog.query(
        "SELECT commit_id FROM remote_ref WHERE remote = ?1 AND ref = ?2", remote, ref);
    if (!rows.next()) {
        return std::nullopt;
    }
    return format::GitId{rows.fixed_blob<20>(0)};
}

void record_shown(store::Transaction& write, const std::string& remote, const std::string& ref,
                  const format::GitId& id) {
    write.run(
        "INSERT INTO remote_ref (remote, ref, commit_id) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (remote, ref) DO UPDATE SET commit_id = excluded.commit_id",
        remote, ref, id.bytes);
}

}  // namespace kua::exchange
