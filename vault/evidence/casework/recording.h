// Entering something in this vault's own journal of a case.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"
#include "vault/journal/log.h"
#include "vault/store/store.h"

namespace kua::evidence {

// Appends entries and, if the case is open, shows what they say. Durable and read back when this
// returns. `store` is open for writing. kRefused if the own role doesn't write entries of a type:
// the others would take neither them nor anything that follows. `also` is done in the same step.
journal::Appended record(
    store::Store& store, const Identity& identity, const CaseKeys& keys,
    const std::vector<journal::EntryDraft>& drafts,
    const std::function<void(store::Transaction&, const journal::Appended&)>& also = nullptr);

// kRefused if the own role doesn't write entries of these types, as far as that is known here.
void require_may_write(store::Connection& catalog, const Identity& identity, const CaseKeys& keys,
                       const std::vector<journal::EntryDraft>& drafts);

// kUsage if the comment is no UTF-8 text or longer than a fact may be.
void check_comment(const std::string& comment);

}  // namespace kua::evidence
