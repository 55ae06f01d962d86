// For decoders that must not tell by their time what they decode.
#pragma once

namespace kua::base {

// All ones if lo <= c <= hi, else 0; no branch on `c`.
constexpr int range_mask(int c, int lo, int hi) noexcept {
    return ((lo - 1 - c) & (c - hi - 1)) >> 8;
}

}  // namespace kua::base
