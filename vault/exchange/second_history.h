// Two histories of one journal, both signed by its author: what to say of them, and what shows it
// to anybody.
#pragma once

#include <string>

#include "vault/base/bytes.h"
#include "vault/exchange/authentic_bundle.h"
#include "vault/exchange/refs.h"
#include "vault/exchange/refused.h"
#include "vault/store/sqlite/connection.h"

namespace kua::exchange {

struct SecondHistory {
    Refused refused;       // kFork
    base::Bytes evidence;  // quarantine.h; empty if nothing is here to show beside it
};

// `there` is for a place where something else is here, or continues something else. Of an open
// case.
SecondHistory tell_second_history(store::Connection& catalog, const Channel& channel,
                                  const std::string& own_fingerprint, std::uint64_t first,
                                  const journal::BundleContent& there);

}  // namespace kua::exchange
