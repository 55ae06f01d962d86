// What sources refused stays refused when the entry that says so stops to count. Source:
// docs/consent.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vault/journal/entry.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

struct RepeatedRefusals {
    std::vector<journal::EntryDraft> drafts;  // of consent.withdrawn; a few thousand at most
    std::vector<std::string> sources;         // that they are of, ascending
    // Who took back `keep`. That isn't repeated: it would have evidence destroyed by the word of
    // somebody who isn't trusted any more.
    std::vector<std::string> keep;
};

// The refusals that `author` entered after `last_seq` and that the owner of the case didn't answer
// knowing of them; of sources that are known without those entries. To be made before the author is
// removed. What narrows in other ways (recipients, conditions, links, holds) isn't among them, nor
// what the author said of `self` and `unknown`. Where there is too much of it, all that the source
// gave is refused for everything but `keep`.
RepeatedRefusals repeat_refusals(store::Connection& catalog, const std::string& case_id,
                                 const std::string& author, std::uint64_t last_seq);

}  // namespace kua::evidence
