// Sources: the people that things came from, known in the case by pseudonyms.
#pragma once

#include <string>
#include <vector>

#include "kua/casework.h"
#include "vault/evidence/casework/recording.h"

namespace kua::evidence {

// Enters a new source and returns its pseudonym. kExists if it is taken; kUsage if `pseudonym` is
// none, and in a sealed case, which doesn't know what is taken, if it is empty.
std::string add_source(store::Store& store, const Identity& identity, const CaseKeys& keys,
                       const std::string& pseudonym, const GivenFacts& given);

// The first free one of the hundred numbers that the own place among the members gives, so that two
// who are apart don't name two people alike: the owner's are P-01 to P-99, the next member's P-101
// to P-199; after those, the first above all that are known here.
std::string next_pseudonym(store::Connection& catalog, const std::string& case_id,
                           const std::string& own_fingerprint);

// Of an open case, by number. Names of authors are left empty.
std::vector<SourceSummary> list_sources(store::Connection& catalog, const std::string& case_id);
// kNotFound.
SourceSummary load_source(store::Connection& catalog, const std::string& case_id,
                          const std::string& pseudonym);

}  // namespace kua::evidence
