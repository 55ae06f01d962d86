// Numbers and names in git's binary files: highest byte first.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "vault/format/git_object.h"

namespace kua::format {

constexpr std::array<std::byte, 8> be64(std::uint64_t value) noexcept {
    std::array<std::byte, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::byte>((value >> (8 * (7 - i))) & 0xff);
    }
    return bytes;
}

constexpr std::array<std::byte, 4> be32(std::uint32_t value) noexcept {
    const std::array<std::byte, 8> wide = be64(value);
    return {wide[4], wide[5], wide[6], wide[7]};
}

// Of the front of `bytes`, which holds as many.
constexpr std::uint64_t read_be(base::ByteView bytes, std::size_t count) noexcept {
    std::uint64_t value = 0;
    for (const std::byte byte : bytes.first(count)) {
        value = (value << 8) | std::to_integer<std::uint64_t>(byte);
    }
    return value;
}
constexpr std::uint32_t read_be32(base::ByteView bytes) noexcept {
    return static_cast<std::uint32_t>(read_be(bytes, 4));
}
constexpr std::uint64_t read_be64(base::ByteView bytes) noexcept {
    return read_be(bytes, 8);
}

inline GitId read_git_id(base::ByteView bytes) {
    GitId id;
    const base::ByteView front = bytes.first(id.bytes.size());
    std::copy(front.begin(), front.end(), id.bytes.begin());
    return id;
}

}  // namespace kua::format
