#include "vault/evidence/rebuild.h"

#include <algorithm>
#include <string>
#include <vector>

#include "vault/base/check.h"
#include "vault/base/hex.h"
#include "vault/evidence/members.h"
#include "vault/evidence/projection.h"
#include "vault/evidence/search/search_rows.h"
#include "vault/journal/check.h"
#include "vault/journal/ids.h"

namespace kua::evidence {

Projected project_case_anew(store::Transaction& write, const CaseKeys& keys) {
    KUA_CHECK(!keys.sealed());
    erase_projection(write, keys.case_id);
    Projected projected;
    std::vector<journal::LogHead> heads = journal::list_logs(write.connection(), keys.case_id);
    // What the owner says of members decides which entries of others count.
    const std::string owner = owner_of(write.connection(), keys.case_id);
    std::stable_partition(heads.begin(), heads.end(),
                          [&owner](const journal::LogHead& head) { return head.author == owner; });
    for (const journal::LogHead& head : heads) {
        const auto authors = load_authors(write.connection(), keys.case_id);
        const journal::LogReport log =
            journal::check_log(write.connection(), head, authors, keys.identities,
                               [&write](const journal::VerifiedBundle& bundle) {
                                   project(write, bundle.entries, bundle.manifest.seen);
                               });
        projected.findings.insert(projected.findings.end(), log.findings.begin(),
                                  log.findings.end());
        projected.entries += log.entries;
    }
    return projected;
}

std::optional<Finding> project_after_removal(store::Transaction& write, const CaseKeys& keys) {
    const auto authors = load_authors(write.connection(), keys.case_id);
    for (const journal::LogHead& head : journal::list_logs(write.connection(), keys.case_id)) {
        const journal::LogReport log =
            journal::check_log(write.connection(), head, authors, keys.identities,
                               [](const journal::VerifiedBundle&) {});
        if (!log.findings.empty()) {
            const Finding& first = log.findings.front();
            return Finding{first.code, first.subject,
                           first.text +
                               "; what is shown of the case is all there may be of that, so it was"
                               " not made anew: what counts no more still shows"};
        }
    }
    static_cast<void>(project_case_anew(write, keys));  // finds no more than was found
    return std::nullopt;
}

namespace {

void refresh_search_of_case(store::Transaction& write, const std::string& case_id) {
    std::vector<std::string> subjects;
    {
        store::Rows rows = write.query(
            "SELECT item FROM item WHERE case_id = ?1 UNION ALL"
            " SELECT thing FROM thing WHERE case_id = ?1",
            journal::blob_of(case_id));
        while (rows.next()) {
            subjects.emplace_back(rows.text(0));
        }
    }
    for (const std::string& subject : subjects) {
        refresh_search(write, case_id, subject);
    }
}

void commit_as_shown(store::Transaction& write, const std::string& case_id) {
    write.run("DELETE FROM case_to_show WHERE case_id = ?1", journal::blob_of(case_id));
    write.commit();
}

void show_case_anew(store::Store& store, const CaseKeys& keys) {
    {
        store::Transaction write{store.catalog()};
        if (keys.sealed() || project_case_anew(write, keys).findings.empty()) {
            commit_as_shown(write, keys.case_id);
            return;
        }
    }
    // A damaged journal must not thin out what is shown: only what is searched is made, of it.
    store::Transaction write{store.catalog()};
    refresh_search_of_case(write, keys.case_id);
    commit_as_shown(write, keys.case_id);
}

}  // namespace

bool is_shown_by_older_kua(store::Connection& catalog, const std::string& case_id) {
    return catalog
        .query_integer("SELECT 1 FROM case_to_show WHERE case_id = ?1", journal::blob_of(case_id))
        .has_value();
}

bool has_what_older_kua_did_not_show(store::Store& store) {
    return store.catalog().query_integer("SELECT 1 FROM case_to_show LIMIT 1").has_value();
}

void show_what_older_kua_did_not(store::Store& store) {
    std::vector<std::string> cases;
    {
        store::Rows rows = store.catalog().query("SELECT case_id FROM case_to_show");
        while (rows.next()) {
            cases.push_back(base::encode_hex(rows.blob(0)));
        }
    }
    for (const std::string& case_id : cases) {
        try {
            show_case_anew(store, load_case_keys(store.catalog(), case_id));
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kDamaged && error.code() != ErrorCode::kNotFound) {
                throw;
            }
            store::Transaction write{store.catalog()};  // or each opening would try it again
            write.run("DELETE FROM case_to_show WHERE case_id = ?1", journal::blob_of(case_id));
            write.commit();
        }
    }
}

}  // namespace kua::evidence
