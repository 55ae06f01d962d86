// The commits by which a remote brings one bundle, against those that kua makes of it (carrier.h).
// Only when they are the same may they be noted as known: what is sent later builds on them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "vault/exchange/carrier.h"
#include "vault/exchange/chain.h"

namespace kua::exchange {

// In order; the last one holds the bundle.
using CommitGroup = std::vector<ReadCommit>;

// What is wrong with how the parts of the objects lie in the commits; nothing if they lie as kua
// puts them.
[[nodiscard]] std::optional<std::string> fault_of_cut(const CommitGroup& group,
                                                      const journal::Manifest& manifest);

// The objects of which not all parts are there.
std::set<store::SealedDigest> list_absent(const CommitGroup& group,
                                          const journal::Manifest& manifest);

// Whether the commits come right behind those of the bundle before, as they are known here of
// `ref`: not, if somebody committed a bundle once more, or left others out.
[[nodiscard]] bool is_in_chain(store::Connection& catalog, const std::string& ref,
                               const CommitGroup& group, std::uint64_t first);

// Gives the parts of one object in the order of the commits to `take`. kDamaged if one is missing
// or of another size.
void read_parts(Repository& remote, const CommitGroup& group, const journal::BundleObject& object,
                const std::function<void(base::ByteView)>& take);

// The same only for comparing it with the digest that the bundle names. kDamaged if a part is
// missing or can't be read: then it may be the right one.
[[nodiscard]] bool is_object(Repository& remote, const CommitGroup& group,
                             const journal::BundleObject& object);

}  // namespace kua::exchange
