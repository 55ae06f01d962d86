// Makes the index of a pack that has none, or none to rely on.
#pragma once

#include <functional>

#include "vault/format/git_pack_reader.h"

namespace kua::format {

// Reads the pack through, twice. `outside` finds objects that deltas may be made from though they
// are not in the pack; null if there are none. What is made from something that isn't there, and
// what is no commit, tree or blob, is left out. kDamaged if the pack is malformed, doesn't have its
// checksum or needs more work than a pack of its size may.
GitIndex index_git_pack(GitPackReader& pack,
                        const std::function<const GitObject*(const GitId&)>& outside);

}  // namespace kua::format
