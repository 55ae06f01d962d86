// Receipts: entries that say nothing but what their bundle's manifest says, what has been received.
#pragma once

#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"
#include "vault/store/store.h"

namespace kua::exchange {

// Appends one to the own journal of an open case; then none is due there any more. Throws what
// journal::append() throws.
void write_receipt(store::Store& store, const evidence::Identity& identity,
                   const evidence::CaseKeys& keys);

}  // namespace kua::exchange
