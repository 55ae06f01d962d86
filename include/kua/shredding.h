// Destroying originals: what is gone from this vault, and what stays. The journal keeps that an
// item was here, and what was said of it. Implemented in vault/vault_custody.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kua/item.h"

namespace kua {

struct ShredRequest {
    std::vector<std::string> items;  // as people name them
    // Instead of items: a source who no longer allows to `keep`; all that this is about.
    std::string withdrawn;
    std::string case_name;
    std::string reason;  // needed, but for what was withdrawn
};

struct ItemToShred {
    std::string id;
    std::string short_id;
    std::uint64_t bytes = 0;           // of the original
    std::vector<std::string> holders;  // other members who are known to have it
};

// What would be, or was, destroyed.
struct ShredReport {
    std::string case_id;
    std::vector<ItemToShred> items;
    std::vector<FailedInput> failed;  // `path` holds the item's id
    // Pieces that are still there, for damage or a full disk; tried again at the next opening for
    // writing.
    std::uint64_t pieces_left = 0;
};

}  // namespace kua
