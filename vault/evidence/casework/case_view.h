// What was said of a case as a whole, and how far its questions are answered.
#pragma once

#include <string>

#include "kua/case.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

// Fills in the facts and the questions, in the order in which they were given. Open cases only.
void read_case_details(store::Connection& catalog, const std::string& case_id,
                       CaseDetails& details);

}  // namespace kua::evidence
