// Making the projection of a case anew from its bundles.
#pragma once

#include <string>
#include <vector>

#include "kua/finding.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::evidence {

struct Projected {
    std::vector<Finding> findings;  // bundles that could not be used
    std::uint64_t entries = 0;
};

// Erases the projection of the open case `keys` and makes it anew, within the caller's transaction.
Projected project_case_anew(store::Transaction& write, const CaseKeys& keys);

}  // namespace kua::evidence
