// What was carried of a case, taken in once the case is open: checked then as if a remote had
// brought it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "kua/finding.h"
#include "kua/progress.h"
#include "vault/evidence/identity.h"
#include "vault/exchange/refs.h"
#include "vault/store/store.h"

namespace kua::exchange {

struct CarriedTaken {
    std::uint64_t items = 0;
    std::vector<std::pair<Channel, std::uint64_t>> entries;  // how many came, of whom
    std::vector<Finding> findings;
};

// Nothing if the case is sealed, or nothing is carried of it. What is in, and what is refused, is
// dropped from what is carried; what waits for something else stays. Throws for the vault's storage
// only; the next call goes on.
CarriedTaken take_in_carried(store::Store& store, const evidence::Identity& identity,
                             const std::string& case_id, Progress& progress);

// The cases that a receipt is due in: others should learn that what was carried arrived.
std::vector<std::string> list_receipts_due(store::Connection& catalog);
void settle_receipt(store::Transaction& write, const std::string& case_id);

}  // namespace kua::exchange
