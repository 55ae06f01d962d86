// Making the projection of a case anew from its bundles.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "vault/evidence/cases.h"
#include "vault/store/sqlite/transaction.h"
#include "vault/store/store.h"

namespace kua::evidence {

struct Projected {
    std::vector<Finding> findings;  // bundles that could not be used
    std::uint64_t entries = 0;
};

// Erases the projection of the open case `keys` and makes it anew, within the caller's transaction.
Projected project_case_anew(store::Transaction& write, const CaseKeys& keys);
// After entries stopped counting that were here. Where a bundle can't be read, what is shown may be
// all that is left of it: nothing is changed then, and the finding says so.
std::optional<Finding> project_after_removal(store::Transaction& write, const CaseKeys& keys);

// The same for every open case that an older kua has shown, which knew fewer tables; once. What is
// too damaged for it stays as it is, for `verify` to name. Whether there is any of it.
void show_what_older_kua_did_not(store::Store& store);
bool has_what_older_kua_did_not_show(store::Store& store);
// Whether what the catalog shows of that case is still an older kua's.
bool is_shown_by_older_kua(store::Connection& catalog, const std::string& case_id);

}  // namespace kua::evidence
