// Looking for words in what an open case holds, and for what it still lacks.
#pragma once

#include <string>

#include "kua/search.h"
#include "vault/evidence/search/item_filter.h"

namespace kua::evidence {

// Items whose texts have all the words, best first; without words those that fit the filter, in the
// order they came. `most` as in FindRequest; what was found in one case is put behind what `report`
// has. kUsage if neither words nor filters are given.
void find_in_case(store::Connection& catalog, const std::string& case_id,
                  const FindRequest& request, FindReport& report);

TodoReport list_open_questions(store::Connection& catalog, const std::string& case_id);

}  // namespace kua::evidence
