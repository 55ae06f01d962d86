// A testimony as the journals tell it: its turns, and the transcripts and translations beside them.
#pragma once

#include <string>

#include "kua/testimony.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

// kNotFound for an item that isn't there; one without testimony and texts gives none of them.
// `item` is a full id. Of an open case; names of authors are left empty.
TestimonyView view_testimony(store::Connection& catalog, const std::string& case_id,
                             const std::string& item);

// Those of the first account that has any.
std::vector<Turn> turns_of(const TestimonyView& view);

}  // namespace kua::evidence
