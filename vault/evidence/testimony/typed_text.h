// A testimony that is typed in: its answers checked one by one, and written into the form of the
// texts that people write (docs/formats.md), so that it has bytes and a digest like any other.
#pragma once

#include <string>

#include "kua/testimony.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

constexpr std::size_t kMaxTypedBytes = std::size_t{256} << 10;

// Answers that are empty are fine. As Vault::check_typed().
void check_typed(store::Connection& catalog, const CaseKeys& keys, const TypedTestimony& typed);

// The text. `now` is an EDTF time; `typed` was checked, and its source is a pseudonym or empty.
// Without words there has to be a recording.
std::string write_typed(const TypedTestimony& typed, const Identity& identity,
                        const std::string& now);

// What the item is called.
std::string typed_name(const TypedTestimony& typed);

}  // namespace kua::evidence
