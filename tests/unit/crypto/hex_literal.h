// Bytes written as hexadecimal in a test.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "vault/base/bytes.h"
#include "vault/base/hex.h"

namespace kua::crypto {

inline base::Bytes hex(std::string_view digits) {
    return base::decode_hex(digits).value();
}

template <std::size_t Size>
std::array<std::byte, Size> hex_array(std::string_view digits) {
    const base::Bytes bytes = hex(digits);
    std::array<std::byte, Size> array{};
    for (std::size_t i = 0; i < Size; ++i) {
        array.at(i) = bytes.at(i);
    }
    return array;
}

// 00 01 02 ..., starting at `first`.
template <std::size_t Size>
std::array<std::byte, Size> counting_from(unsigned first) {
    std::array<std::byte, Size> array{};
    for (std::size_t i = 0; i < Size; ++i) {
        array.at(i) = static_cast<std::byte>(first + i);
    }
    return array;
}

}  // namespace kua::crypto
