// What is said of bytes when they come in again, where it bears on whether they may go out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vault/journal/entry.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

// The description by which `item`, known in an open case, also carries, shows and is held back as
// `given` says: what only restricts is taken, what would free it is for `kua describe`. Nothing if
// all of it is known.
std::optional<journal::EntryDraft> restrict_known(store::Connection& catalog,
                                                  const std::string& case_id,
                                                  const std::string& item,
                                                  const std::vector<journal::Fact>& given);

}  // namespace kua::evidence
