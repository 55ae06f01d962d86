#include "vault/base/base64.h"

#include <cstddef>

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

int sextet_of(char digit, const Alphabet& alphabet) noexcept {  // negative if it is none
    const int c = static_cast<unsigned char>(digit);
    return -1 + (range_mask(c, 'A', 'Z') & (c - 'A' + 1)) +
           (range_mask(c, 'a', 'z') & (c - 'a' + 27)) + (range_mask(c, '0', '9') & (c - '0' + 53)) +
           (range_mask(c, alphabet.char62, alphabet.char62) & 63) +
           (range_mask(c, alphabet.char63, alphabet.char63) & 64);
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
    Bytes bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    unsigned bits = 0;
    unsigned pending = 0;
    int invalid = 0;  // negative as soon as one character was no digit
    for (const char c : text) {
        const int sextet = sextet_of(c, alphabet);
        invalid |= sextet;
        bits = ((bits << 6) | (static_cast<unsigned>(sextet) & 0x3f)) & 0xffff;
        pending += 6;
        if (pending >= 8) {
            pending -= 8;
            bytes.push_back(static_cast<std::byte>((bits >> pending) & 0xff));
        }
    }
    const unsigned unused = bits & ((1U << pending) - 1);
    if (invalid < 0 || unused != 0) {
        return std::nullopt;
    }
    return bytes;
}

}  // namespace kua::base
