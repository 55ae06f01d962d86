// Whether there is room here for what others sent. It is asked before anything is written: a disk
// that is full of one author's evidence would end the exchange with all of them.
#pragma once

#include <cstdint>

#include "vault/store/store.h"

namespace kua::exchange {

// An eighth of what is free stays free, for what this vault writes of its own. Throws Refused
// (kGap, with both sizes) if `bytes` more are too many.
void require_room(store::Store& store, std::uint64_t bytes);

}  // namespace kua::exchange
