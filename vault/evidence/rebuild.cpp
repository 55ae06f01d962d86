#include "vault/evidence/rebuild.h"

#include <algorithm>
#include <string>
#include <vector>

#include "vault/base/check.h"
#include "vault/base/hex.h"
#include "vault/evidence/members.h"
#include "vault/evidence/projection.h"
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
            const CaseKeys keys = load_case_keys(store.catalog(), case_id);
            store::Transaction write{store.catalog()};
            if (!keys.sealed()) {
                project_case_anew(write, keys);
            }
            write.run("DELETE FROM case_to_show WHERE case_id = ?1", journal::blob_of(case_id));
            write.commit();
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kDamaged && error.code() != ErrorCode::kNotFound) {
                throw;
            }
        }
    }
}

}  // namespace kua::evidence
