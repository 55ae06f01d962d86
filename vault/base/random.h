// Randomness as a seam: every nonce, salt and key comes through this interface, so a simulated
// history can be replayed from a seed. Release builds contain only system_random().
#pragma once

#include "vault/base/bytes.h"

namespace kua::base {

class Random {
public:
    virtual ~Random() = default;
    // Fills `out` with uniformly random bytes. Safe from any thread. Throws kFailed if the
    // system has none to give.
    virtual void fill(MutableByteView out) = 0;
};

// getrandom(2). Lives as long as the process.
Random& system_random();

}  // namespace kua::base
