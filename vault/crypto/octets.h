// How both C libraries want to see bytes. For the .cpp files of this folder only.
#pragma once

#include <cstddef>
#include <iterator>

namespace kua::crypto {

inline const unsigned char* octets(const std::byte* bytes) noexcept {
    return reinterpret_cast<const unsigned char*>(bytes);
}

inline unsigned char* octets(std::byte* bytes) noexcept {
    return reinterpret_cast<unsigned char*>(bytes);
}

// The same for whatever holds bytes side by side; null if it holds none.
template <class Range>
auto* octets(Range&& range) noexcept {
    return octets(std::data(range));
}

}  // namespace kua::crypto
