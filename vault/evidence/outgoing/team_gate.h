// Other members as a way out: whoever is let into a case reads all of it, and nobody can take that
// back. Source: docs/consent.md, "Other members".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vault/evidence/cases.h"
#include "vault/evidence/members.h"

namespace kua::evidence {

// Pseudonyms of sources who said no to `team`, for all they gave or for some of it, ascending: to
// content, or to what an item of theirs carries. Who was never asked didn't. Open cases.
std::vector<std::string> list_refusing_team(store::Connection& catalog, const std::string& case_id);

// Whether this source said no to anything but names: what comes from them next may carry that.
[[nodiscard]] bool refuses_team(store::Connection& catalog, const std::string& case_id,
                                const std::string& source);

// Fingerprints of members other than `own` who read the case.
std::vector<std::string> list_readers(store::Connection& catalog, const std::string& case_id,
                                      const std::string& own);

// kRefused, naming them, if somebody in that role would read what a source refuses the team.
void require_team_for_member(store::Connection& catalog, const std::string& case_id, Role role);

// kRefused if `source` refuses the team, and members other than `own` (a fingerprint) read the
// case. A sealed case can't tell, and is asked nothing. `command` is that of ways_out.h.
void require_team_for_source(std::string_view command, store::Connection& catalog,
                             const CaseKeys& keys, const std::string& own,
                             const std::string& source);
// The same for what is added to an item: whoever gave it, and whoever is to be seen in it.
void require_team_for_item(std::string_view command, store::Connection& catalog,
                           const CaseKeys& keys, const std::string& own, const std::string& item);

}  // namespace kua::evidence
