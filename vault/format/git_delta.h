// Deltas as git's packs hold them: one object said by copies out of another. kua writes none, but
// `git gc` does. Source: git's gitformat-pack, "Deltified representation".
#pragma once

#include "vault/base/bytes.h"

namespace kua::format {

// What `delta` makes of `from`. kDamaged if it is malformed, made for something of another size or
// makes more than `max_bytes`, which is checked before anything is allocated.
base::Bytes apply_git_delta(base::ByteView from, base::ByteView delta, std::size_t max_bytes);

}  // namespace kua::format
