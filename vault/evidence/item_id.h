// Item ids: "i-" and 16 characters, shown shortened. An id is drawn from its author and its object,
// so that nobody else's entry can claim it. docs/formats.md, "Ids, names and times".
#pragma once

#include <string>
#include <string_view>

#include "vault/journal/entry.h"
#include "vault/store/sealed_digest.h"

namespace kua::evidence {

std::string item_id_of(std::string_view author, const store::SealedDigest& object);

// Whether the entry, if it brings an item, gives it the id that follows from its author and object.
[[nodiscard]] bool has_own_item_id(const journal::Entry& entry);

}  // namespace kua::evidence
