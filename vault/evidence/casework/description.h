// Saying more, or something else, about what is there: nothing is erased, the journal keeps what
// was said before.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kua/casework.h"
#include "vault/evidence/casework/recording.h"
#include "vault/evidence/standing_facts.h"

namespace kua::evidence {

// The item, source or other thing that `name` means, in an open case: kNotFound.
struct Described {
    const ThingKind* kind = nullptr;
    std::string id;  // a whole id, of a source its pseudonym, of a case empty
};
Described resolve_thing(store::Connection& catalog, const std::string& case_id,
                        const std::string& name);

// Enters what of `given` differs from what stands; nothing if nothing does. kUsage without a
// comment, or for facts that a thing of this kind doesn't have; kNotFound for a source that isn't
// there.
std::vector<FactChange> describe(store::Store& store, const Identity& identity,
                                 const CaseKeys& keys, const Described& thing,
                                 const GivenFacts& given, const std::string& comment);

// kUsage for what can't be: half a position, a place or event inside itself, a source reached
// through themselves. `facts` are given anew, of a thing of which `standing` stands; its id may be
// empty while it has none.
void require_sense(store::Connection& catalog, const CaseKeys& keys, const Described& thing,
                   const std::vector<journal::Fact>& facts, const base::Json& standing);

// kNotFound if the case has no source of that pseudonym; words such as `self` are no pseudonyms and
// always fit. Not asked in a sealed case, which can't tell. The message says what to do next: to
// add the source or, if it is about one that was there before, to see which there are.
enum class SourceMeant : std::uint8_t { kPerhapsNew, kKnown };
void require_source(store::Connection& catalog, const CaseKeys& keys, const std::string& source,
                    SourceMeant meant = SourceMeant::kPerhapsNew);

}  // namespace kua::evidence
