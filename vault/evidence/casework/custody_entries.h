// Items that change hands outside of kua: what people enter of it.
#pragma once

#include "kua/custody.h"
#include "vault/evidence/casework/recording.h"

namespace kua::evidence {

// Enters it for all items (full ids) that may, in one step. What a source doesn't allow stands in
// the report. kUsage without a name or, for handing over, a purpose; kRefused in a sealed case.
HandChangeReport enter_hand_change(store::Store& store, const Identity& identity,
                                   const CaseKeys& keys, const HandChangeRequest& request);

}  // namespace kua::evidence
