#include "vault/format/fingerprint.h"

#include <algorithm>
#include <optional>

#include "vault/base/check.h"
#include "vault/base/hex.h"
#include "vault/base/parse.h"

namespace kua::format {
namespace {

constexpr std::size_t kFingerprintBytes = 32;
constexpr std::size_t kGroupDigits = 5;
constexpr std::size_t kTellingLetters = 4;

std::string_view without_spaces_around(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

bool stands_for(std::string_view typed, std::string_view word) {
    const std::string said = base::to_ascii_lower(without_spaces_around(typed));
    return said.size() >= std::min(word.size(), kTellingLetters) && word.starts_with(said);
}

}  // namespace

SpokenFingerprint spoken_fingerprint(std::string_view fingerprint) {
    const std::optional<base::Bytes> bytes = base::decode_hex(fingerprint);
    KUA_CHECK(bytes && bytes->size() == kFingerprintBytes);
    SpokenFingerprint spoken;
    spoken.words = bip39_mnemonic(base::ByteView{*bytes}.first<kBip39EntropyBytes>());
    for (std::size_t group = 0; group < kFingerprintGroups; ++group) {
        const auto high = std::to_integer<unsigned>((*bytes)[2 * group]);
        const auto low = std::to_integer<unsigned>((*bytes)[2 * group + 1]);
        const std::string digits = std::to_string(high << 8U | low);
        spoken.groups.at(group) = std::string(kGroupDigits - digits.size(), '0') + digits;
    }
    return spoken;
}

bool is_fingerprint_word(const SpokenFingerprint& spoken, std::size_t place,
                         std::string_view typed) {
    return stands_for(typed, spoken.words.at(place));
}

bool is_listed_word(std::string_view typed) {
    return std::ranges::any_of(kBip39Words,
                               [&](std::string_view word) { return stands_for(typed, word); });
}

}  // namespace kua::format
