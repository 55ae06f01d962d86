// The name of an object.
#pragma once

#include <array>
#include <compare>
#include <cstddef>

namespace kua::store {

// SHA-256 of an object's sealed bytes: its name in catalogs and on remotes. A type of its own, so
// that the digest of an original can't take its place.
struct SealedDigest {
    std::array<std::byte, 32> bytes{};
    auto operator<=>(const SealedDigest&) const = default;
};

}  // namespace kua::store
