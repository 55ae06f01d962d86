// Sending by files: what others aren't known to have of a case, as git bundle files that fit an
// e-mail or a messenger.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "kua/progress.h"
#include "vault/evidence/identity.h"
#include "vault/store/store.h"

namespace kua::exchange {

// Room for one commit (carrier.h) and something around it.
constexpr std::uint64_t kMinFileBytes = std::uint64_t{20} << 20;

enum class WhatToSend : std::uint8_t {
    kNotKnownThere,  // what some member isn't known to have, and what is carried unread
    kEverything,
};

struct SentFiles {
    std::vector<base::fs::path> files;  // in the order they are to be taken in
    std::uint64_t bundles = 0;
    std::uint64_t bytes = 0;
    std::uint64_t grants = 0;
    std::uint64_t carried = 0;      // of `bundles`: unread here (carried.h)
    std::vector<Finding> findings;  // what is carried and couldn't be sent
};

// Writes `to`, and beside it as many more as it takes (name-2, name-3, ...), none over `max_bytes`
// unless a single bundle is. kExists if one is there; then those written before it stay. Writes no
// file if there is nothing to send.
SentFiles send_files(store::Store& store, const evidence::Identity& identity,
                     const std::string& case_id, const base::fs::path& to, std::uint64_t max_bytes,
                     WhatToSend what, Progress& progress);

}  // namespace kua::exchange
