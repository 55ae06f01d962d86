// What else holds evidence back stays when the entry that says so stops to count: holds, who and
// what is to be seen in an item, that a source is under 18. Source: docs/consent.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "vault/journal/entry.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

struct RepeatedRestrictions {
    std::vector<journal::EntryDraft> drafts;
    std::vector<std::string>
        things;  // whole ids of items, and pseudonyms, that they are of; sorted
    // So many more there were too many to look at, or couldn't be read: of these nothing is
    // repeated.
    std::size_t left_out = 0;
};

// An honest member has some dozens; what is made of at most that many has room in one bundle.
constexpr std::size_t kMostRestrictions = 5'000;

// What `author` entered after `last_seq` without which more could go out than now: `hold`,
// `third_parties`, `place_is_private`, what is to be seen in it (`carries`, `kind`), `age_group`,
// and links of a source to an item as `appeared`; also of bytes that are an item of others. Of what
// is known without those entries. To be made before the author is removed. Not among it is whose an
// item is. Ends when there are `most` entries.
RepeatedRestrictions repeat_restrictions(store::Connection& catalog, const std::string& case_id,
                                         const std::string& author, std::uint64_t last_seq,
                                         std::size_t most = kMostRestrictions);

}  // namespace kua::evidence
