#include "vault/exchange/second_history.h"

#include "vault/evidence/cases.h"
#include "vault/exchange/quarantine.h"
#include "vault/journal/ids.h"

namespace kua::exchange {

SecondHistory tell_second_history(store::Connection& catalog, const Channel& channel,
                                  const std::string& own_fingerprint, std::uint64_t first,
                                  const journal::BundleContent& there) {
    const bool is_own = channel.author == own_fingerprint;
    SecondHistory second{
        {FindingCode::kFork, is_own ? "this vault's own journal went on differently elsewhere from"
                                      " entry " +
                                          std::to_string(first) +
                                          " on: it was restored from an older copy and then added"
                                          " to"
                                    : "two journals by this author from entry " +
                                          std::to_string(first) +
                                          " on; both kept, nothing new of theirs is taken"},
        {}};
    store::Rows rows = catalog.query(
        "SELECT sealed FROM bundle WHERE case_id = ?1 AND author = ?2 AND first <= ?3"
        " ORDER BY first DESC LIMIT 1",
        journal::blob_of(channel.case_id), journal::blob_of(channel.author), first);
    if (rows.next()) {
        const evidence::CaseKeys keys = evidence::load_case_keys(catalog, channel.case_id);
        second.evidence =
            write_fork_evidence({channel.case_id, channel.author, author_key(catalog, channel),
                                 journal::open_bundle(rows.blob(0), keys.identities), there});
    }
    return second;
}

}  // namespace kua::exchange
