#include "vault/evidence/rebuild.h"

#include "vault/base/check.h"
#include "vault/evidence/projection.h"
#include "vault/journal/check.h"

namespace kua::evidence {

Projected project_case_anew(store::Transaction& write, const Identity& identity,
                            const CaseKeys& keys) {
    KUA_CHECK(!keys.sealed());
    erase_projection(write, keys.case_id);
    Projected projected;
    for (const journal::LogHead& head : journal::list_logs(write.connection(), keys.case_id)) {
        const journal::LogReport log =
            journal::check_log(write.connection(), head, {identity.known()}, &*keys.identity,
                               [&write](const journal::VerifiedBundle& bundle) {
                                   for (const journal::Entry& entry : bundle.entries) {
                                       project(write, entry);
                                   }
                               });
        projected.findings.insert(projected.findings.end(), log.findings.begin(),
                                  log.findings.end());
        projected.entries += log.entries;
    }
    return projected;
}

}  // namespace kua::evidence
