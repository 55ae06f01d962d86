// A fast checksum (XXH3 of 128 bits, by the header of xxHash) for comparing what was just written
// with what reads back. It guards against failing devices only: anybody can make bytes that have
// the same one, so nothing may be authenticated with it.
#pragma once

#include <compare>
#include <cstdint>

#include "vault/base/bytes.h"

namespace kua::crypto {

struct Checksum {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    bool operator==(const Checksum&) const = default;
};

Checksum checksum_of(base::ByteView bytes) noexcept;
// The same by what every processor can do.
Checksum checksum_anywhere(base::ByteView bytes) noexcept;

}  // namespace kua::crypto
