// What stands as taken back by name, so that whoever enters more of that source hears of it.
// Source: docs/consent.md, "Taking back".
#pragma once

#include <string>
#include <vector>

#include "vault/evidence/consent/decision.h"

namespace kua::evidence {

struct TakenBack {
    PurposeSet purposes;  // something is taken back for these, of all they gave
    std::vector<std::string>
        items;  // full ids of those of which something is, each once; ascending
};

// By withdrawals and refusals that stand; a lower level is another answer.
TakenBack taken_back_by(const SourceConsent& consent);

// The purposes for which that statement allows what stands as taken back.
PurposeSet against_what_is_taken_back(const SourceConsent& consent,
                                      const ConsentStatement& statement);

std::vector<std::string> purpose_names(const PurposeSet& purposes);

}  // namespace kua::evidence
