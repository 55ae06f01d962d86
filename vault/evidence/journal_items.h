// The items of a case as its bundles name them, for a catalog whose projection can't be read.
#pragma once

#include <vector>

#include "kua/item.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"

namespace kua::evidence {

// Reads every bundle of the open case `keys` but those that are damaged or build on a damaged one.
// In the order the items came in; `short_id` is the whole id and `arrivals` is 1.
std::vector<ItemSummary> items_of_bundles(store::Connection& catalog, const CaseKeys& keys);

}  // namespace kua::evidence
