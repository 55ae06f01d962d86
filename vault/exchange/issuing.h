// Grants on their way out: put at the end of what is to be left in the inboxes of members, and in
// the own one. The next sync sends them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"
#include "vault/evidence/members.h"
#include "vault/store/store.h"

namespace kua::exchange {

// Of the present epoch, to that member of the case.
void issue_grant(store::Transaction& write, const evidence::Identity& identity,
                 const std::string& case_id, const evidence::Member& to, base::Random& random);
// To all who belong to the case, the owner too.
void issue_grants(store::Transaction& write, const evidence::Identity& identity,
                  const evidence::CaseKeys& keys, base::Random& random);

// Whether the own entries are here that began that epoch, and so all that say who is out by then.
bool has_begun(store::Connection& catalog, const std::string& case_id, const std::string& own,
               std::uint64_t epoch);

// After a restored vault has heard of newer epochs and has its journal back: grants for all who
// belong to those cases, since it doesn't know who got one. As far as `may` says. Draws restore
// keys where there are none. Whether there were any grants.
bool issue_due_grants(store::Store& store, const evidence::Identity& identity,
                      const std::function<bool(const std::string& case_id)>& may);

}  // namespace kua::exchange
