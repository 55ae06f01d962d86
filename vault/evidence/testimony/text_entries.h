// Transcripts and translations: signed layers over a testimony or a recording, which stays as it
// is. docs/formats.md, "Texts that people write".
#pragma once

#include "kua/testimony.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"
#include "vault/store/store.h"

namespace kua::evidence {

// A transcript or translation of `request.item`, and whether it was entered: not if exactly this is
// there. kFailed, naming the line or segment, for what doesn't fit; kUsage without a language.
TextReport enter_text(store::Store& store, const Identity& identity, const CaseKeys& keys,
                      const TextRequest& request);

}  // namespace kua::evidence
