// Entering what a source allows or takes back, and looking at it. Source: docs/consent.md.
#pragma once

#include <string>
#include <vector>

#include "kua/casework.h"
#include "vault/evidence/casework/recording.h"

namespace kua::evidence {

// A consent.given as it is entered. kUsage if it isn't said how the source was informed, or what
// of: a level, or a decision with purposes and attributes; kNotFound for a source or an item that
// isn't there; kRefused if somebody else than the owner, or more than level 2, speaks for unknown
// material.
journal::EntryDraft draft_consent(store::Connection& catalog, const Identity& identity,
                                  const CaseKeys& keys, const ConsentRequest& request);
void give_consent(store::Store& store, const Identity& identity, const CaseKeys& keys,
                  const ConsentRequest& request);

// Enters a consent.withdrawn; of all attributes if none is named. kUsage without a purpose.
void withdraw_consent(store::Store& store, const Identity& identity, const CaseKeys& keys,
                      const ConsentRequest& request);

// What a source took back and what stands so, for people: purposes, of all they gave, and short ids
// of single items. Of an open case; `own` as below.
struct TakenBackNames {
    std::vector<std::string> purposes;
    std::vector<std::string> items;
};
TakenBackNames names_taken_back(store::Connection& catalog, const std::string& case_id,
                                const std::string& own, const std::string& source);

// Whether a consent that doesn't tell when it was given allows what was taken back: it may have
// been given before that. Of an open case.
[[nodiscard]] bool may_be_outdated(store::Connection& catalog, const std::string& case_id,
                                   const std::string& own, const journal::EntryDraft& consent);

// What stands now, and what went out before that is no longer allowed. Of an open case; names of
// authors and members are fingerprints. `own` is that of this vault, whose word `self` is.
ConsentOverview view_consent(store::Connection& catalog, const std::string& case_id,
                             const std::string& own, const std::string& source);

}  // namespace kua::evidence
