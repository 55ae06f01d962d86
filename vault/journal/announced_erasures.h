// What authors say of objects that their own bundles name: that they have destroyed them. Kept per
// case and author, since nobody speaks for another's bundles, and also where the object is still
// here. It stays when a case is sealed. docs/formats.md, "Shredding".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vault/store/sealed_digest.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::journal {

struct AnnouncedErasure {
    std::uint64_t seq = 0;    // of the entry that says so
    std::uint64_t epoch = 0;  // whose channel that travels in
};

// Whether a bundle of `author` in that case names the object.
[[nodiscard]] bool is_named_by(store::Connection& catalog, const std::string& case_id,
                               const std::string& author, const store::SealedDigest& object);
// Whether one of anybody else, or in another case, does.
[[nodiscard]] bool is_named_by_others(store::Connection& catalog, const std::string& case_id,
                                      const std::string& author, const store::SealedDigest& object);

// Notes the first announcement; nothing if no bundle of that author names the object.
void note_announced_erasure(store::Transaction& write, const std::string& case_id,
                            const std::string& author, const store::SealedDigest& object,
                            const AnnouncedErasure& announced);
std::optional<AnnouncedErasure> find_announced_erasure(store::Connection& catalog,
                                                       const std::string& case_id,
                                                       const std::string& author,
                                                       const store::SealedDigest& object);

}  // namespace kua::journal
