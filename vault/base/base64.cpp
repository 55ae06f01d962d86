#include "vault/base/base64.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "vault/base/range_mask.h"

namespace kua::base {
namespace {

// The last two characters of the alphabet; the first 62 are the same in all forms.
struct Alphabet {
    int char62;
    int char63;
};

Alphabet alphabet_of(Base64 form) noexcept {
    return form == Base64::kUrl ? Alphabet{'-', '_'} : Alphabet{'+', '/'};
}

char digit_of(unsigned sextet, const Alphabet& alphabet) noexcept {
    // Each (limit - value) >> 8 is all ones above its limit and adds the step from one run of the
    // alphabet to the next: A-Z, a-z, 0-9, char62, char63.
    const int value = static_cast<int>(sextet);
    int c = 'A' + value;
    c += ((25 - value) >> 8) & ('a' - 'Z' - 1);
    c += ((51 - value) >> 8) & ('0' - 'z' - 1);
    c += ((61 - value) >> 8) & (alphabet.char62 - '9' - 1);
    c += ((62 - value) >> 8) & (alphabet.char63 - alphabet.char62 - 1);
    return static_cast<char>(c);
}

// So many digits are taken at once that a processor can work on several side by side.
constexpr std::size_t kDigits = 64;
constexpr std::size_t kBytes = kDigits / 4 * 3;
using Sextets = std::array<std::int16_t, kDigits>;

// Negative for what is no digit.
Sextets sextets_of(const std::array<char, kDigits>& digits, const Alphabet& alphabet) noexcept {
    Sextets all;
    for (std::size_t i = 0; i < kDigits; ++i) {
        const int c = static_cast<unsigned char>(digits[i]);
        const int sextet = -1 + (range_mask(c, 'A', 'Z') & (c - 'A' + 1)) +
                           (range_mask(c, 'a', 'z') & (c - 'a' + 27)) +
                           (range_mask(c, '0', '9') & (c - '0' + 53)) +
                           (range_mask(c, alphabet.char62, alphabet.char62) & 63) +
                           (range_mask(c, alphabet.char63, alphabet.char63) & 64);
        all[i] = static_cast<std::int16_t>(sextet);
    }
    return all;
}

bool are_digits(const Sextets& all) noexcept {
    int signs = 0;
    for (const std::int16_t sextet : all) {
        signs |= sextet;
    }
    return signs >= 0;
}

std::array<std::byte, kBytes> packed(const Sextets& all) noexcept {
    std::array<std::byte, kBytes> bytes;
    for (std::size_t i = 0; i < kDigits / 4; ++i) {
        unsigned bits = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            bits = bits << 6 | (static_cast<unsigned>(all[4 * i + k]) & 0x3f);
        }
        bytes[3 * i] = static_cast<std::byte>(bits >> 16 & 0xff);
        bytes[3 * i + 1] = static_cast<std::byte>(bits >> 8 & 0xff);
        bytes[3 * i + 2] = static_cast<std::byte>(bits & 0xff);
    }
    return bytes;
}

}  // namespace

std::string encode_base64(ByteView bytes, Base64 form) {
    const Alphabet alphabet = alphabet_of(form);
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    unsigned bits = 0;
    unsigned pending = 0;  // low bits of `bits` that are still to be written
    for (const std::byte byte : bytes) {
        bits = ((bits << 8) | std::to_integer<unsigned>(byte)) & 0xffff;
        for (pending += 8; pending >= 6; pending -= 6) {
            text.push_back(digit_of((bits >> (pending - 6)) & 0x3f, alphabet));
        }
    }
    if (pending > 0) {
        text.push_back(digit_of((bits << (6 - pending)) & 0x3f, alphabet));
    }
    while (form == Base64::kPadded && text.size() % 4 != 0) {
        text.push_back('=');
    }
    return text;
}

std::optional<Bytes> decode_base64(std::string_view text, Base64 form) {
    if (form == Base64::kPadded) {
        if (text.size() % 4 != 0) {
            return std::nullopt;
        }
        for (int i = 0; i < 2 && text.ends_with('='); ++i) {
            text.remove_suffix(1);
        }
    }
    if (text.size() % 4 == 1) {
        return std::nullopt;
    }
    const Alphabet alphabet = alphabet_of(form);
    Bytes bytes(text.size() * 3 / 4);
    bool is_valid = true;
    for (MutableByteView left{bytes}; !text.empty();) {
        std::array<char, kDigits> digits;
        digits.fill('A');  // zeros
        const std::size_t count = std::min(text.size(), kDigits);
        std::copy_n(text.begin(), count, digits.begin());
        text.remove_prefix(count);
        const Sextets sextets = sextets_of(digits, alphabet);
        is_valid &= are_digits(sextets);
        const std::array<std::byte, kBytes> whole = packed(sextets);
        const std::span used = std::span{whole}.first(std::min(left.size(), kBytes));
        std::ranges::copy(used, left.begin());
        left = left.subspan(used.size());
        // The last digit may have bits that belong to no byte.
        for (const std::byte unused : std::span{whole}.subspan(used.size())) {
            is_valid &= unused == std::byte{0};
        }
    }
    if (!is_valid) {
        return std::nullopt;
    }
    return bytes;
}

}  // namespace kua::base
