// What an author's signed bundles say to have seen of others' journals, kept beside the journals:
// every bundle is a receipt. An author may have signed two histories, and a receipt for one of them
// says nothing of the other; so it counts as far as its root is that of what is here.
// Tables: docs/formats.md, "Catalog".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vault/journal/manifest.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::journal {

// Whether the journal of `author` had that root when it held `size` entries, a size that some
// bundle here ends with; an honest author has seen no other. `root` in base64, as in a checkpoint.
[[nodiscard]] bool is_root_here(store::Connection& catalog, const std::string& case_id,
                                const std::string& author, std::uint64_t size,
                                std::string_view root);

// Keeps what a bundle says to have seen.
void store_seen(store::Transaction& write, const Manifest& manifest);

// A bundle of `who` said to have seen so many entries of `other`, which weren't here then: now they
// are, and are the same.
void note_seen_here(store::Transaction& write, const std::string& case_id, const std::string& who,
                    const std::string& other, std::uint64_t size);

// How many entries of `other`, of the history that is here, the author `who` is known to have seen
// by what the bundles here say. 0 if nothing is known. What was seen of another history doesn't
// count, nor what goes beyond what is here: that it goes on from here isn't known.
std::uint64_t known_seen(store::Connection& catalog, const std::string& case_id,
                         const std::string& who, const std::string& other);

// How many it says to have seen, of whatever history, and be it more than is here: the most that
// `who` can be thought to know.
std::uint64_t most_known(store::Connection& catalog, const std::string& case_id,
                         const std::string& who, const std::string& other);

}  // namespace kua::journal
