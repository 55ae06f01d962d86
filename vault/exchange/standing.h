// Whether the author of a bundle was allowed to write it, by the roster that he knew.
#pragma once

#include <optional>
#include <string>

#include "kua/finding.h"
#include "vault/journal/bundle.h"
#include "vault/store/sqlite/connection.h"

namespace kua::exchange {

struct Standing {
    // Nothing: he was. kGap: the roster isn't known here yet, so it can't be told.
    std::optional<FindingCode> fault;
    std::string text;
};
[[nodiscard]] Standing standing_of(store::Connection& catalog,
                                   const journal::VerifiedBundle& bundle);

// Whether this kua knows what entries of that type mean.
[[nodiscard]] bool is_known_type(std::string_view entry_type);

}  // namespace kua::exchange
