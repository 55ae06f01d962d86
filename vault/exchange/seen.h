// What authors say to have seen of each other against what is here: two roots for one size of a
// journal are two histories, of which somebody was told the other one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "vault/journal/manifest.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::exchange {

// Of what the author of a bundle had seen of others, as far as their journals are here.
[[nodiscard]] std::vector<Finding> compare_seen(store::Connection& catalog,
                                                const journal::Manifest& manifest);
// Of what others have seen of a journal that now goes as far as the bundle just taken: all that any
// of their bundles says, not only the newest. What was compared is forgotten.
[[nodiscard]] std::vector<Finding> compare_with_seen(store::Transaction& write,
                                                     const journal::Manifest& manifest);

// What of others' journals a bundle builds on and isn't here, in words; nothing if it is all here.
// It comes first: it can't be checked before, and numbers that nobody can check would put the
// author's entries after all others for ever. The own journal is left out, and what can't come any
// more: of authors who were stopped or removed.
[[nodiscard]] std::optional<std::string> missing_before(store::Connection& catalog,
                                                        const journal::Manifest& manifest,
                                                        const std::string& own_fingerprint);

}  // namespace kua::exchange
