// The fingerprint of a card as people compare it: by words read aloud, by digits where words of a
// foreign language are hard. Both say the first 16 of its 32 bytes, which nobody can match with
// another card (2^128 attempts). Source: docs/formats.md, "Card".
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "vault/format/bip39.h"

namespace kua::format {

inline constexpr std::size_t kFingerprintWords = kBip39MnemonicWords;
inline constexpr std::size_t kFingerprintGroups = 8;

struct SpokenFingerprint {
    std::array<std::string_view, kFingerprintWords> words;  // of the list, in lower case
    std::array<std::string, kFingerprintGroups> groups;  // of 5 digits, each 2 bytes: 00000-65535
};

// `fingerprint` is 64 hex digits; anything else is kBug.
SpokenFingerprint spoken_fingerprint(std::string_view fingerprint);

// Whether somebody typed the word at `place` (from 0): in any case, with spaces around it, whole or
// at least its first four letters, by which the words of the list differ.
bool is_fingerprint_word(const SpokenFingerprint& spoken, std::size_t place,
                         std::string_view typed);

// Whether what was typed, by the same rules, is some word of the list at all: else it is misspelt.
bool is_listed_word(std::string_view typed);

}  // namespace kua::format
