#include "vault/exchange/carried_grants.h"

#include <algorithm>
#include <set>
#include <utility>

#include "vault/evidence/cases.h"
#include "vault/evidence/members.h"
#include "vault/exchange/refs.h"
#include "vault/exchange/refused.h"
#include "vault/exchange/room.h"
#include "vault/exchange/unread_bundle.h"
#include "vault/journal/ids.h"

namespace kua::exchange {
namespace {

std::set<std::string> inboxes_of(const std::vector<evidence::Member>& members,
                                 const std::string& owner, const std::string& own) {
    std::set<std::string> refs;
    for (const evidence::Member& member : members) {
        const std::string& who = member.card.fingerprint;
        if (member.removed == 0 && who != owner && who != own) {
            refs.insert(inbox_ref(member.card.inbox, owner));
        }
    }
    return refs;
}

std::vector<std::string> refs_in(store::Rows rows) {
    std::vector<std::string> refs;
    while (rows.next()) {
        refs.emplace_back(rows.text(0));
    }
    return refs;
}

void replace_inboxes(store::Transaction& write, const std::string& case_id,
                     const std::set<std::string>& refs) {
    const base::Bytes id = journal::blob_of(case_id);
    write.run("DELETE FROM other_inbox WHERE case_id = ?1", id);
    for (const std::string& ref : refs) {
        write.run("INSERT INTO other_inbox (case_id, ref) VALUES (?1, ?2)", id, ref);
    }
    write.run(
        "DELETE FROM grant_commit WHERE ref IN (SELECT ref FROM grant_for_other)"
        " AND ref NOT IN (SELECT ref FROM other_inbox)");
    write.run("DELETE FROM grant_for_other WHERE ref NOT IN (SELECT ref FROM other_inbox)");
}

// What is here for one inbox, and what comes to it.
class OtherInbox {
public:
    OtherInbox(store::Store& store, Repository& remote, std::string ref)
        : store_(store), remote_(remote), ref_(std::move(ref)) {}

    void take(const format::GitId& tip, History history) {
        InboxReader reader{remote_, history};
        std::int64_t from = 0;
        std::vector<format::GitId> trees = reader.list_trees(tip, [&](const format::GitId& commit) {
            const auto place = place_of_grant(store_.catalog(), ref_, commit);
            from = place.value_or(0);
            return place.has_value();
        });
        std::ranges::reverse(trees);
        lacking_ = list_grants_for_other(store_.catalog(), ref_, from);
        std::vector<format::GitId> there;
        for (const format::GitId& tree : trees) {
            if (const auto blob = reader.find_grant(tree)) {
                there.push_back(*blob);
            }
        }
        std::erase_if(lacking_, [&](const PendingGrant& grant) {
            return std::ranges::find(there, format::git_id(format::GitKind::kBlob, grant.sealed)) !=
                   there.end();
        });
        store::Transaction write{store_.catalog()};
        bool is_whole = true;
        for (const format::GitId& blob : there) {
            is_whole = keep(write, reader, blob) && is_whole;
        }
        settle(write, tip, is_whole && reader.is_whole());
        write.commit();
    }

    std::uint64_t taken() const noexcept { return taken_; }
    std::vector<PendingGrant> lacking() && { return std::move(lacking_); }

private:
    // False if it may be taken later.
    bool keep(store::Transaction& write, InboxReader& reader, const format::GitId& blob) {
        const bool is_here =
            write.connection()
                .query_integer("SELECT 1 FROM grant_for_other WHERE ref = ?1 AND blob_id = ?2",
                               ref_, blob.bytes)
                .has_value();
        if (is_here) {
            return true;
        }
        const auto last = write.connection().query_integer(
            "SELECT MAX(place) FROM grant_for_other WHERE ref = ?1", ref_);
        if (last.value_or(0) >= kMaxTakenForOther) {
            return true;
        }
        const std::optional<base::Bytes> sealed = reader.read_grant(blob);
        if (!sealed || sealed->size() > kMaxCarriedGrantBytes || !is_sealed_once(*sealed)) {
            return true;  // the reader knows of what is damaged; what is no age file is nobody's
        }
        try {
            require_room(store_, sealed->size());
        } catch (const Refused&) {
            return false;
        }
        insert(write, blob, *sealed);
        ++taken_;
        return true;
    }

    void insert(store::Transaction& write, const format::GitId& blob, base::ByteView sealed) {
        std::optional<format::GitId> parent;
        std::int64_t place = 1;
        {
            store::Rows rows = write.connection().query(
                "SELECT place, commit_id FROM grant_for_other WHERE ref = ?1"
                " ORDER BY place DESC LIMIT 1",
                ref_);
            if (rows.next()) {
                place = rows.integer(0) + 1;
                parent = format::GitId{rows.fixed_blob<20>(1)};
            }
        }
        const base::Bytes tree = format::write_git_tree({{"grant.age", false, blob}});
        const base::Bytes commit =
            format::write_git_commit({format::git_id(format::GitKind::kTree, tree), parent});
        write.run(
            "INSERT INTO grant_for_other (ref, place, commit_id, blob_id, sealed)"
            " VALUES (?1, ?2, ?3, ?4, ?5)",
            ref_, place, format::git_id(format::GitKind::kCommit, commit).bytes, blob.bytes,
            sealed);
        write.run(
            "UPDATE grant_for_other SET sealed = x'' WHERE ref = ?1 AND place <= (SELECT MAX(place)"
            " FROM (SELECT place, ROW_NUMBER() OVER newest AS number, SUM(length(sealed)) OVER"
            " newest AS bytes FROM grant_for_other WHERE ref = ?1 AND sealed <> x''"
            " WINDOW newest AS (ORDER BY place DESC)) WHERE number > ?2 OR bytes > ?3)",
            ref_, kMaxGrantsForOther, kMaxBytesForOther);
    }

    // What is lacking goes behind the tip; then all that is here is there.
    void settle(store::Transaction& write, const format::GitId& tip, bool is_whole) {
        const std::int64_t last =
            write.connection()
                .query_integer("SELECT MAX(place) FROM grant_for_other WHERE ref = ?1", ref_)
                .value_or(0);
        if (!lacking_.empty()) {
            lacking_.back().place = last;
        } else if (is_whole && !place_of_grant(write.connection(), ref_, tip)) {
            write.run("INSERT INTO grant_commit (ref, commit_id, place) VALUES (?1, ?2, ?3)", ref_,
                      tip.bytes, last);
        }
    }

    store::Store& store_;
    Repository& remote_;
    const std::string ref_;
    std::uint64_t taken_ = 0;
    std::vector<PendingGrant> lacking_;
};

}  // namespace

void note_other_inboxes(store::Store& store, const evidence::Identity& identity) {
    store::Connection& catalog = store.catalog();
    const std::string& own = identity.card.fingerprint;
    for (const std::string& case_id : evidence::list_case_ids(catalog)) {
        const std::string owner = evidence::owner_of(catalog, case_id);
        const std::vector<evidence::Member> members = evidence::list_members(catalog, case_id);
        if (owner == own || members.empty()) {
            continue;
        }
        const std::set<std::string> refs = inboxes_of(members, owner, own);
        const std::vector<std::string> before = list_other_inboxes(catalog, case_id);
        if (!std::ranges::equal(refs, before)) {
            store::Transaction write{catalog};
            replace_inboxes(write, case_id, refs);
            write.commit();
        }
    }
}

void note_other_inboxes(store::Transaction& write, const evidence::Identity& identity,
                        const Grant& grant) {
    replace_inboxes(write, grant.case_id,
                    inboxes_of(grant.members, grant.from, identity.card.fingerprint));
}

std::vector<std::string> list_other_inboxes(store::Connection& catalog) {
    return refs_in(catalog.query("SELECT DISTINCT ref FROM other_inbox ORDER BY ref"));
}

std::vector<std::string> list_other_inboxes(store::Connection& catalog,
                                            const std::string& case_id) {
    return refs_in(catalog.query("SELECT ref FROM other_inbox WHERE case_id = ?1 ORDER BY ref",
                                 journal::blob_of(case_id)));
}

LackingGrants take_grants_for_others(store::Store& store, Repository& remote,
                                     const std::vector<std::string>& refs,
                                     const std::map<std::string, format::GitId>& there,
                                     History history, std::uint64_t& taken) {
    std::vector<std::string> unknown;
    for (const std::string& ref : refs) {
        const auto at = there.find(ref);
        if (at != there.end() && !place_of_grant(store.catalog(), ref, at->second)) {
            unknown.push_back(ref);
        }
    }
    if (!unknown.empty()) {
        remote.fetch(unknown, {});
    }
    LackingGrants all;
    for (const std::string& ref : refs) {
        const auto at = there.find(ref);
        std::vector<PendingGrant> lacking;
        if (std::ranges::find(unknown, ref) != unknown.end()) {
            OtherInbox inbox{store, remote, ref};
            inbox.take(at->second, history);
            taken += inbox.taken();
            lacking = std::move(inbox).lacking();
        } else {
            const auto place = at == there.end() ? std::optional<std::int64_t>{0}
                                                 : place_of_grant(store.catalog(), ref, at->second);
            lacking = list_grants_for_other(store.catalog(), ref, place.value_or(0));
        }
        if (!lacking.empty()) {
            all.emplace(ref, std::move(lacking));
        }
    }
    return all;
}

std::vector<PendingGrant> list_grants_for_other(store::Connection& catalog, const std::string& ref,
                                                std::int64_t behind) {
    store::Rows rows = catalog.query(
        "SELECT place, commit_id, sealed FROM grant_for_other WHERE ref = ?1 AND place > ?2"
        " AND sealed <> x'' ORDER BY place",
        ref, behind);
    std::vector<PendingGrant> grants;
    while (rows.next()) {
        grants.push_back(
            {rows.integer(0), format::GitId{rows.fixed_blob<20>(1)}, base::copy_of(rows.blob(2))});
    }
    return grants;
}

}  // namespace kua::exchange
