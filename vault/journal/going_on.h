// What keeps a journal from going on: two histories signed by its author, and signs that the own
// one is longer elsewhere. Tables: docs/formats.md, "Catalog".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vault/base/clock.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::journal {

// Nothing more of this author is taken in this case, and nothing appended if it is the own one.
void stop_author(store::Transaction& write, const std::string& case_id, const std::string& author,
                 const base::Clock& clock);
[[nodiscard]] bool is_stopped(store::Connection& catalog, const std::string& case_id,
                              const std::string& author);
struct Stopped {
    std::string author;
    std::string at;  // claimed time
};
std::vector<Stopped> list_stopped(store::Connection& catalog, const std::string& case_id);

// What `author` says of having seen journals counts no more: it can't be proved, and keeps the own
// journal from going on if it is made up.
void doubt_author(store::Transaction& write, const std::string& case_id, const std::string& author,
                  const base::Clock& clock);

[[nodiscard]] bool is_doubted(store::Connection& catalog, const std::string& case_id,
                              const std::string& author);

// This vault itself left word, before it was restored from an older copy, of so many entries of its
// own.
void note_own_ahead(store::Transaction& write, const std::string& case_id, const std::string& own,
                    std::uint64_t size);

// The most entries of `author` that anybody whom this vault doesn't doubt says to have seen, the
// author included. 0 if nobody does.
struct MostSeen {
    std::uint64_t size = 0;
    std::string by;  // whose fingerprint; empty if nobody's
};
MostSeen most_seen(store::Connection& catalog, const std::string& case_id,
                   const std::string& author);

// kRefused if the own journal of `size` entries may not be appended to: there is more of it
// elsewhere, or it has two histories.
void check_may_append(store::Connection& catalog, const std::string& case_id,
                      const std::string& own, std::uint64_t size);

}  // namespace kua::journal
