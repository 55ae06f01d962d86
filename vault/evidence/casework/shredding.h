// Destroying originals on purpose: the object's header and pieces go, its line stays in the
// journal.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "kua/shredding.h"
#include "vault/evidence/casework/recording.h"
#include "vault/store/sealed_digest.h"

namespace kua::evidence {

// What a request is about, before anything is done: kUsage for neither or both of items and a
// source, and without a reason; kNotFound. What may not be destroyed stands in `failed`. Holders
// are fingerprints.
ShredReport plan_shredding(store::Store& store, const Identity& identity, const CaseKeys& keys,
                           const ShredRequest& request);

// Does what `plan` says, in one step: entries, and objects forgotten; then removes their pieces.
// Durable when it returns. kRefused if the own role may not. Fills in `plan.pieces_left`.
void shred(store::Store& store, const Identity& identity, const CaseKeys& keys,
           const std::string& reason, ShredReport& plan);

// Notes what entries of the channel of `epoch` say of it: others can do without an object once the
// author whose bundle names it has said so. Nothing is destroyed here by what comes in.
void heed_shredding(store::Transaction& write, std::uint64_t epoch,
                    std::span<const journal::Entry> entries);

// The object that such an entry names; nothing if it names none or is another one.
std::optional<store::SealedDigest> object_shredded(const journal::Entry& entry);

}  // namespace kua::evidence
