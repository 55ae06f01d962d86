// Item ids: "i-" and 16 characters, shown shortened. An id is drawn from its author and its object,
// so that nobody else's entry can claim it. docs/formats.md, "Ids, names and times".
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "vault/base/random.h"
#include "vault/journal/entry.h"
#include "vault/journal/manifest.h"
#include "vault/store/sealed_digest.h"

namespace kua::evidence {

std::string item_id_of(std::string_view author, const store::SealedDigest& object);

// Whether the text has the form of a whole id.
[[nodiscard]] bool is_item_id(std::string_view text);

// Ids of other things are drawn at random: a prefix such as "pl-", and 16 characters.
std::string new_thing_id(std::string_view prefix, base::Random& random);
[[nodiscard]] bool is_thing_id(std::string_view text, std::string_view prefix);

// Whether the entry, if it brings an item, gives it the id that follows from its author and object.
[[nodiscard]] bool has_own_item_id(const journal::Entry& entry);

// Whether the entry, if it brings an item, names a size that a file can have, and that fits into
// the object if that is among `objects`.
[[nodiscard]] bool has_possible_size(const journal::Entry& entry,
                                     std::span<const journal::BundleObject> objects);

}  // namespace kua::evidence
