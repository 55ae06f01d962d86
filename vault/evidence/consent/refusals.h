// What sources refused stays refused when the entry that says so stops to count. Source:
// docs/consent.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vault/journal/entry.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

// As drafts of consent.withdrawn: each refusal of a source that `author` entered after `last_seq`
// and that nobody else answered who knew of it. To be made before the author is removed. What
// narrows in other ways (recipients, conditions) isn't among them, nor what the author said of
// `self`, which nobody else can say.
std::vector<journal::EntryDraft> repeat_refusals(store::Connection& catalog,
                                                 const std::string& case_id,
                                                 const std::string& author, std::uint64_t last_seq);

}  // namespace kua::evidence
