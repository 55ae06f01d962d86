// Who is said to speak in a testimony, transcript or translation: a name in the place of a
// pseudonym would stand in the journal for ever.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "vault/evidence/cases.h"

namespace kua::evidence {

struct NamedSpeaker {
    std::string name;
    std::size_t line = 0;
};

// kFailed, naming the line and not the name, for one who is neither a pseudonym nor a member of the
// case, by the name on the card; kNotFound for a pseudonym that the case doesn't have. A sealed
// case can't tell.
void require_speakers(store::Connection& catalog, const CaseKeys& keys,
                      const std::vector<NamedSpeaker>& speakers);

}  // namespace kua::evidence
