#include "vault/evidence/holdings.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "vault/evidence/casework/custody_view.h"
#include "vault/evidence/members.h"
#include "vault/journal/going_on.h"
#include "vault/journal/ids.h"
#include "vault/journal/known_seen.h"
#include "vault/journal/receive.h"

namespace kua::evidence {
namespace {

std::uint64_t count_of(std::optional<std::int64_t> number) {
    return static_cast<std::uint64_t>(number.value_or(0));
}

class Counting {
public:
    Counting(store::Connection& catalog, const std::string& case_id)
        : catalog_(catalog), case_id_(case_id), blob_(journal::blob_of(case_id)) {}

    // Objects in bundles of `author` that lie wholly within the first `entries` entries.
    std::uint64_t objects_within(const std::string& author, std::uint64_t entries) {
        return count_of(catalog_.query_integer(
            "SELECT COUNT(*) FROM bundle_object WHERE case_id = ?1 AND author = ?2"
            " AND first <= ?3",
            blob_, journal::blob_of(author), last_bundle_within(author, entries)));
    }

    // Those behind, as far as they are in this vault.
    std::uint64_t objects_here_behind(const std::string& author, std::uint64_t entries) {
        return count_of(catalog_.query_integer(
            "SELECT COUNT(*) FROM bundle_object CROSS JOIN object"
            " ON object.sealed_digest = bundle_object.sealed_digest"
            " WHERE bundle_object.case_id = ?1 AND author = ?2 AND first > ?3",
            blob_, journal::blob_of(author), last_bundle_within(author, entries)));
    }

    std::uint64_t objects_here() {
        return count_of(
            catalog_.query_integer("SELECT COUNT(*) FROM object WHERE case_id = ?1", blob_));
    }

    std::uint64_t seen(const std::string& who, const std::string& other) {
        return journal::known_seen(catalog_, case_id_, who, other);
    }

private:
    // The first entry of that bundle; 0: there is none.
    std::int64_t last_bundle_within(const std::string& author, std::uint64_t entries) {
        return catalog_
            .query_integer(
                "SELECT first FROM bundle WHERE case_id = ?1 AND author = ?2 AND first <= ?3"
                " AND first + count - 1 <= ?3 ORDER BY first DESC LIMIT 1",
                blob_, journal::blob_of(author), entries)
            .value_or(0);
    }

    store::Connection& catalog_;
    const std::string& case_id_;
    base::Bytes blob_;
};

std::vector<std::string> list_shredded_somewhere(store::Connection& catalog,
                                                 const std::string& case_id) {
    store::Rows rows = catalog.query(
        "SELECT DISTINCT item FROM entry INDEXED BY entry_shredded WHERE case_id = ?1"
        " AND type = 'custody.shredded'",
        journal::blob_of(case_id));
    std::vector<std::string> items;
    while (rows.next()) {
        items.emplace_back(rows.text(0));
    }
    return items;
}

bool is_here(store::Connection& catalog, const std::string& case_id, const std::string& item) {
    return catalog
        .query_integer(
            "SELECT 1 FROM item JOIN object"
            " ON object.sealed_digest = item.sealed_digest"
            " WHERE item.case_id = ?1 AND item.item = ?2",
            journal::blob_of(case_id), item)
        .has_value();
}

// Takes out who may have an entry without what it added.
void leave_out_shredded(store::Connection& catalog, const std::string& case_id,
                        const std::string& own, Holding& holding) {
    for (const std::string& item : list_shredded_somewhere(catalog, case_id)) {
        const Holders holders = holders_of(catalog, case_id, own, item);
        for (MemberHolding& member : holding.members) {
            const bool may_lack_it =
                std::ranges::find(holders.doubtful, member.fingerprint) != holders.doubtful.end();
            member.originals -= may_lack_it && member.originals > 0 ? 1U : 0U;
        }
    }
}

// Everybody else who may hold something: in a sealed case whoever ever signed there.
std::vector<std::string> list_others(store::Connection& catalog, const CaseKeys& keys,
                                     const std::string& own) {
    std::vector<std::string> others;
    if (keys.sealed()) {
        for (const journal::KnownAuthor& author : load_authors(catalog, keys.case_id)) {
            others.push_back(author.fingerprint);
        }
    } else {
        for (const Member& member : list_members(catalog, keys.case_id)) {
            if (member.removed == 0) {
                others.push_back(member.card.fingerprint);
            }
        }
    }
    std::erase(others, own);
    return others;
}

// Without those who signed two histories: which of their vaults goes on nobody knows.
std::vector<std::string> list_reliable(store::Connection& catalog, const CaseKeys& keys,
                                       std::vector<std::string> others) {
    std::erase_if(others, [&](const std::string& other) {
        return journal::is_stopped(catalog, keys.case_id, other);
    });
    return others;
}

}  // namespace

bool is_shared(store::Connection& catalog, const CaseKeys& keys, const std::string& own) {
    return !list_others(catalog, keys, own).empty();
}

std::uint64_t count_only_here(store::Connection& catalog, const CaseKeys& keys,
                              const std::string& own) {
    std::vector<std::string> others = list_others(catalog, keys, own);
    Counting count{catalog, keys.case_id};
    if (others.empty()) {
        return keys.sealed() ? count.objects_here() : 0;
    }
    others = list_reliable(catalog, keys, std::move(others));
    std::uint64_t only_here = 0;
    for (const journal::LogHead& log : journal::list_logs(catalog, keys.case_id)) {
        std::uint64_t elsewhere = 0;  // so much of it, at the most
        for (const std::string& other : others) {
            elsewhere =
                std::max(elsewhere, log.author == other ? log.size : count.seen(other, log.author));
        }
        only_here += count.objects_here_behind(log.author, elsewhere);
    }
    if (keys.sealed()) {
        return only_here;
    }
    for (const std::string& item : list_shredded_somewhere(catalog, keys.case_id)) {
        const Holders holders = holders_of(catalog, keys.case_id, own, item);
        const bool was_counted_elsewhere = holders.known.empty() && !holders.doubtful.empty();
        only_here += was_counted_elsewhere && is_here(catalog, keys.case_id, item) ? 1U : 0U;
    }
    return only_here;
}

std::vector<std::string> list_lacking(store::Connection& catalog, const std::string& case_id,
                                      const std::string& own) {
    std::vector<std::string> lacking;
    for (const std::string& item : list_shredded_somewhere(catalog, case_id)) {
        if (is_here(catalog, case_id, item)) {
            Holders holders = holders_of(catalog, case_id, own, item);
            std::ranges::move(holders.doubtful, std::back_inserter(lacking));
        }
    }
    return lacking;
}

Holding find_holding(store::Connection& catalog, const CaseKeys& keys, const std::string& own) {
    Counting count{catalog, keys.case_id};
    Holding holding;
    holding.originals = count.objects_here();
    holding.only_here = count_only_here(catalog, keys, own);
    holding.own_entries = journal::find_log(catalog, keys.case_id, own).size;
    if (keys.sealed()) {
        return holding;
    }
    const std::vector<journal::LogHead> logs = journal::list_logs(catalog, keys.case_id);
    for (const std::string& other : list_others(catalog, keys, own)) {
        MemberHolding member{other, 0, 0};
        if (journal::is_stopped(catalog, keys.case_id, other)) {
            holding.members.push_back(std::move(member));
            continue;
        }
        member.own_entries = count.seen(other, own);
        for (const journal::LogHead& log : logs) {
            member.originals += count.objects_within(
                log.author, log.author == other ? log.size : count.seen(other, log.author));
        }
        holding.members.push_back(std::move(member));
    }
    leave_out_shredded(catalog, keys.case_id, own, holding);
    return holding;
}

}  // namespace kua::evidence
