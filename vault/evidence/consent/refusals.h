// What sources refused stays refused when the entry that says so stops to count. Source:
// docs/consent.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "vault/journal/entry.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

struct RepeatedRefusals {
    std::vector<journal::EntryDraft> drafts;
    std::vector<std::string> sources;  // that they are of, ascending
    // Who took back `keep`. Of that all is repeated but `keep` itself: it would have evidence
    // destroyed by the word of somebody who isn't trusted any more.
    std::vector<std::string> keep;
    // Sources that were too many for one bundle, whatever was said of them.
    std::size_t left_out = 0;
};

// The refusals that `author` entered after `last_seq` and that the owner of the case didn't answer
// knowing of them, of sources that are known without those entries; also that nobody was asked.
// What was allowed to some only, or on a condition, is refused where without that it would be
// allowed otherwise: somebody has to ask again. To be made before the author is removed. What the
// author said of `self` and `unknown` isn't among them. Where there is too much of it, what is
// refused of some items is refused of all that the source gave.
RepeatedRefusals repeat_refusals(store::Connection& catalog, const std::string& case_id,
                                 const std::string& author, std::uint64_t last_seq);

}  // namespace kua::evidence
