#include "vault/format/bech32.h"

#include <algorithm>
#include <cstdint>

#include "vault/base/check.h"
#include "vault/base/parse.h"

namespace kua::format {
namespace {

constexpr std::string_view kCharset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::string_view kUpperCharset = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
constexpr std::size_t kChecksumCharacters = 6;

// All ones if a == b, else zero, for values below 2^16.
constexpr std::uint32_t mask_if_equal(std::uint32_t a, std::uint32_t b) noexcept {
    return 0U - (((a ^ b) - 1U) >> 31U);
}

// The BCH code of BIP 173 over groups of 5 bits, prefix first.
class Checksum {
public:
    explicit Checksum(std::string_view prefix) noexcept {
        for (const char c : prefix) {
            add(octet(c) >> 5U);
        }
        add(0);
        for (const char c : prefix) {
            add(octet(c) & 31U);
        }
    }

    void add(std::uint32_t group) noexcept {
        constexpr std::uint32_t kGenerators[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                 0x2a1462b3};
        const std::uint32_t top = state_ >> 25U;
        state_ = ((state_ & 0x1ffffffU) << 5U) ^ group;
        for (std::uint32_t i = 0; i < 5; ++i) {
            state_ ^= kGenerators[i] & (0U - ((top >> i) & 1U));
        }
    }

    // 1 once a right checksum was added.
    std::uint32_t state() const noexcept { return state_; }

private:
    // Checksums are over lower case whatever the text is in.
    static std::uint32_t octet(char c) noexcept {
        return static_cast<unsigned char>(base::to_ascii_lower(c));
    }

    std::uint32_t state_ = 1;
};

bool is_upper(std::string_view prefix) {
    const bool upper = std::ranges::any_of(prefix, base::is_ascii_upper);
    const bool lower = std::ranges::any_of(prefix, base::is_ascii_lower);
    KUA_CHECK(upper != lower);
    return upper;
}

// Looks at every character of the charset, so that memory access does not depend on the group.
char character_of(std::uint32_t group, bool upper) noexcept {
    std::uint32_t found = 0;
    const std::string_view charset = upper ? kUpperCharset : kCharset;
    for (std::uint32_t i = 0; i < charset.size(); ++i) {
        found |= mask_if_equal(i, group) & static_cast<unsigned char>(charset[i]);
    }
    return static_cast<char>(found);
}

// The reverse; sets `bad` to all ones for a character of no meaning.
std::uint32_t group_of(char c, bool upper, std::uint32_t& bad) noexcept {
    std::uint32_t found = 0;
    std::uint32_t any = 0;
    const std::string_view charset = upper ? kUpperCharset : kCharset;
    for (std::uint32_t i = 0; i < charset.size(); ++i) {
        const std::uint32_t here =
            mask_if_equal(static_cast<unsigned char>(c), static_cast<unsigned char>(charset[i]));
        found |= here & i;
        any |= here;
    }
    bad |= ~any;
    return found;
}

std::size_t encoded_size(std::string_view prefix, std::size_t data_bytes) {
    return prefix.size() + 1 + (data_bytes * 8 + 4) / 5 + kChecksumCharacters;
}

template <class Put>
void encode_to(std::string_view prefix, base::ByteView data, Put put) {
    const bool upper = is_upper(prefix);
    Checksum checksum{prefix};
    std::ranges::for_each(prefix, put);
    put('1');
    const auto put_group = [&](std::uint32_t group) {
        checksum.add(group);
        put(character_of(group, upper));
    };
    std::uint32_t pending = 0;
    unsigned pending_bits = 0;
    for (const std::byte byte : data) {
        pending = (pending << 8U) | std::to_integer<std::uint32_t>(byte);
        pending_bits += 8;
        while (pending_bits >= 5) {
            pending_bits -= 5;
            put_group((pending >> pending_bits) & 31U);
        }
        pending &= 0xfU;
    }
    if (pending_bits > 0) {
        put_group((pending << (5 - pending_bits)) & 31U);
    }
    for (std::size_t i = 0; i < kChecksumCharacters; ++i) {
        checksum.add(0);
    }
    const std::uint32_t sum = checksum.state() ^ 1U;
    for (std::uint32_t i = 0; i < kChecksumCharacters; ++i) {
        put(character_of((sum >> (5U * (5U - i))) & 31U, upper));
    }
}

// How many bytes `text` stands for, by its prefix and length alone.
std::optional<std::size_t> decoded_size(std::string_view prefix, std::string_view text) {
    if (!text.starts_with(prefix) || text.size() < encoded_size(prefix, 0) ||
        text[prefix.size()] != '1') {
        return std::nullopt;
    }
    const std::size_t groups = text.size() - encoded_size(prefix, 0);
    if (groups * 5 % 8 >= 5) {
        return std::nullopt;  // a whole group of padding
    }
    return groups * 5 / 8;
}

// `out` has decoded_size(). False leaves it in any state.
bool decode_to(std::string_view prefix, std::string_view text, base::MutableByteView out) {
    const bool upper = is_upper(prefix);
    Checksum checksum{prefix};
    std::uint32_t bad = 0;
    std::uint32_t pending = 0;
    unsigned pending_bits = 0;
    std::size_t written = 0;
    const std::string_view groups = text.substr(prefix.size() + 1);
    const std::size_t data_groups = groups.size() - kChecksumCharacters;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const std::uint32_t group = group_of(groups[i], upper, bad);
        checksum.add(group);
        if (i >= data_groups) {
            continue;
        }
        pending = (pending << 5U) | group;
        pending_bits += 5;
        if (pending_bits >= 8) {
            pending_bits -= 8;
            out[written++] = static_cast<std::byte>((pending >> pending_bits) & 0xffU);
            pending &= 0xffU >> (8U - pending_bits);
        }
    }
    bad |= pending;  // what is left is padding
    bad |= checksum.state() ^ 1U;
    return bad == 0;
}

}  // namespace

std::string encode_bech32(std::string_view prefix, base::ByteView data) {
    std::string text;
    text.reserve(encoded_size(prefix, data.size()));
    encode_to(prefix, data, [&](char c) { text.push_back(c); });
    return text;
}

crypto::SecretBytes encode_secret_bech32(std::string_view prefix, base::ByteView data) {
    crypto::SecretBytes text{encoded_size(prefix, data.size())};
    auto at = text.expose_for_writing().begin();
    encode_to(prefix, data, [&](char c) { *at++ = static_cast<std::byte>(c); });
    return text;
}

std::optional<base::Bytes> decode_bech32(std::string_view prefix, std::string_view text) {
    const std::optional<std::size_t> size = decoded_size(prefix, text);
    if (!size) {
        return std::nullopt;
    }
    base::Bytes data(*size);
    if (!decode_to(prefix, text, data)) {
        return std::nullopt;
    }
    return data;
}

std::optional<crypto::SecretBytes> decode_secret_bech32(std::string_view prefix,
                                                        base::ByteView text) {
    const std::string_view characters = base::text_of(text);
    const std::optional<std::size_t> size = decoded_size(prefix, characters);
    if (!size) {
        return std::nullopt;
    }
    crypto::SecretBytes data{*size};
    if (!decode_to(prefix, characters, data.expose_for_writing())) {
        return std::nullopt;
    }
    return data;
}

}  // namespace kua::format
