// Who has what of a case, as far as receipts tell: what members' signed bundles say to have seen.
// Of somebody who signed two histories nothing is known: one vault has the one and lacks the other,
// and which of the two goes on, or is gone, nobody can tell.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vault/evidence/cases.h"

namespace kua::evidence {

struct MemberHolding {
    std::string fingerprint;
    std::uint64_t originals = 0;    // that came with entries that this member is known to have
    std::uint64_t own_entries = 0;  // of this vault's own journal that this member is known to have
};

struct Holding {
    std::uint64_t originals = 0;    // here
    std::uint64_t only_here = 0;    // as count_only_here() tells
    std::uint64_t own_entries = 0;  // in this vault's own journal
    // Others who belong to the case; none in a sealed case, which doesn't know who they are.
    std::vector<MemberHolding> members;
};

// Whether anybody else belongs to the case, be it by an invitation that still waits; in a sealed
// case whether anybody else ever signed there.
[[nodiscard]] bool is_shared(store::Connection& catalog, const CaseKeys& keys,
                             const std::string& own);

// How many originals here nobody else is known to have; 0 in an open case of one. Looks only at
// what others haven't seen, and at what was destroyed somewhere.
std::uint64_t count_only_here(store::Connection& catalog, const CaseKeys& keys,
                              const std::string& own);

// Fingerprints of others who may lack an original that is here although they have its entry, since
// they or whoever brought it have destroyed it; none in a sealed case.
std::vector<std::string> list_lacking(store::Connection& catalog, const std::string& case_id,
                                      const std::string& own);

// `own` is this vault's fingerprint. Takes about as long as counting the objects of the case for
// each pair of members.
Holding find_holding(store::Connection& catalog, const CaseKeys& keys, const std::string& own);

}  // namespace kua::evidence
