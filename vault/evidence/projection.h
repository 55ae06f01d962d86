// The projection: what the journals of open cases say, as tables that can be searched. It holds
// nothing of its own: erased when a case is sealed, made anew from the bundles at any time, and
// then equal row for row. Tables: docs/formats.md, "Catalog".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "vault/journal/entry.h"
#include "vault/journal/manifest.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::evidence {

// Shows what `entries`, of one author and in their order, say; nothing of those that come after the
// last entry of a removed author that counts (members.h), as far as that is known by then. Between
// authors any order gives the same rows. Entries of unknown types are kept as entries and change
// nothing else. `seen` is what their bundle says to have seen of others.
void project(store::Transaction& write, std::span<const journal::Entry> entries,
             std::span<const journal::SeenLog> seen);

// Removes every row about the case. The pages keep nothing either once the file was vacuumed.
void erase_projection(store::Transaction& write, const std::string& case_id);

// A digest over all rows of the case in a fixed order, for comparing two projections, with the
// number of rows.
struct ProjectionDigest {
    std::string hex;
    std::uint64_t rows = 0;
    bool operator==(const ProjectionDigest&) const = default;
};
ProjectionDigest digest_projection(store::Connection& catalog, const std::string& case_id);

}  // namespace kua::evidence
