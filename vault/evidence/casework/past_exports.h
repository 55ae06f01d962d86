// What went out before a source took something back: of what they gave, and of what they are to be
// seen in. Source: docs/consent.md, "Taking back".
#pragma once

#include <string>
#include <vector>

#include "kua/casework.h"
#include "vault/evidence/consent/consents.h"

namespace kua::evidence {

// The exports and hand-overs, in order, that would be refused now for want of this giver's consent,
// however that came about; and those of which something was taken back after them, also if it is
// allowed again. `by_name` is a fingerprint. Of an open case.
std::vector<PastExport> list_past_exports(store::Connection& catalog, const std::string& case_id,
                                          const std::string& giver);

}  // namespace kua::evidence
