// What the journals of an open case answer about one item: who made it, how it came here, who has
// had it, what was done with it.
#pragma once

#include <string>
#include <vector>

#include "kua/custody.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

// `item` is a full id. Names of members are left empty, and `holders` are fingerprints, the own one
// not among them; `in_signed_checkpoint` and `entries` are left to the caller.
CustodyAccount view_custody(store::Connection& catalog, const std::string& case_id,
                            const std::string& own, const std::string& item);

// Fingerprints of other members who have the entry that added an item.
struct Holders {
    std::vector<std::string> known;     // and so the object that came with it
    std::vector<std::string> doubtful;  // they, or whoever brought it, have destroyed it
};
Holders holders_of(store::Connection& catalog, const std::string& case_id, const std::string& own,
                   const std::string& item);

}  // namespace kua::evidence
