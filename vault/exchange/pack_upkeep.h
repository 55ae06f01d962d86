// What a push does for the packs that are there already: an index for those that a crash left
// without one, and one pack in place of many small ones.
#pragma once

#include "vault/exchange/new_packs.h"
#include "vault/exchange/object_directory.h"

namespace kua::exchange {

struct UpkeepLimits {
    std::uint64_t small_bytes = std::uint64_t{64} << 20;  // a pack below this is small
    std::size_t max_small = 50;                           // more than so many are merged
    PackLimits packs{};
};

// Gives packs whose index is missing or no good a new one. Those that are damaged stay as they are.
void mend_indexes(base::FileSystem& files, ObjectDirectory& objects);

// Merges small packs if there are too many: the new ones are there, durable and read back, before
// an old one goes. What can't be read whole, what another program keeps or has indexed in its own
// way, and all of them if there is no room, stay as they are.
void merge_small_packs(base::FileSystem& files, ObjectDirectory& objects,
                       const UpkeepLimits& limits);

}  // namespace kua::exchange
