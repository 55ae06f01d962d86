#include "vault/base/hex.h"

#include <cstddef>

#include "vault/base/check.h"
#include "vault/base/range_mask.h"

namespace kua::base {
namespace {

char digit_of(unsigned nibble) noexcept {
    // (9 - nibble) >> 8 is all ones above nine: 'a' follows '9' at a distance of 39.
    const int value = static_cast<int>(nibble);
    return static_cast<char>('0' + value + (((9 - value) >> 8) & ('a' - '9' - 1)));
}

int nibble_of(char digit) noexcept {  // negative if it is none
    const int c = static_cast<unsigned char>(digit);
    return -1 + (range_mask(c, '0', '9') & (c - '0' + 1)) +
           (range_mask(c, 'a', 'f') & (c - 'a' + 11));
}

}  // namespace

std::string encode_hex(ByteView bytes) {
    std::string text(bytes.size() * 2, '\0');
    encode_hex_into(bytes, text);
    return text;
}

void encode_hex_into(ByteView bytes, std::span<char> out) {
    KUA_CHECK(out.size() == bytes.size() * 2);
    std::size_t at = 0;
    for (const std::byte byte : bytes) {
        const auto value = std::to_integer<unsigned>(byte);
        out[at++] = digit_of(value >> 4);
        out[at++] = digit_of(value & 0xf);
    }
}

std::optional<Bytes> decode_hex(std::string_view text) {
    if (text.size() % 2 != 0) {
        return std::nullopt;
    }
    Bytes bytes(text.size() / 2);
    int invalid = 0;  // negative as soon as one digit was none
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int high = nibble_of(text[2 * i]);
        const int low = nibble_of(text[2 * i + 1]);
        invalid |= high | low;
        bytes[i] = static_cast<std::byte>(((high & 0xf) << 4) | (low & 0xf));
    }
    if (invalid < 0) {
        return std::nullopt;
    }
    return bytes;
}

}  // namespace kua::base
