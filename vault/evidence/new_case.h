// Opening a case: its keys and the entry that says what it is about; and what the cases of a vault
// look like from outside.
#pragma once

#include <string>
#include <vector>

#include "kua/case.h"
#include "vault/base/environment.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"

namespace kua::evidence {

// kUsage if the title is empty or too long, or a language or question is malformed.
void check_case_draft(const CaseDraft& draft);

// Makes keys, journal and projection of a new case; returns its id.
std::string write_new_case(store::Transaction& write, const Identity& identity,
                           const CaseDraft& draft, const base::Environment& environment);

// Nothing readable about a sealed case. kNotFound.
CaseSummary summarize_case(store::Connection& catalog, const std::string& case_id);

}  // namespace kua::evidence
