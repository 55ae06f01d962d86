// Bytes as words that can be read aloud: the mnemonic of BIP-39, with its English list.
// vault/words/README.md says where the list comes from.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "vault/base/bytes.h"

namespace kua::format {

inline constexpr std::size_t kBip39ListWords = 2048;  // 11 bits a word
extern const std::array<std::string_view, kBip39ListWords> kBip39Words;

inline constexpr std::size_t kBip39EntropyBytes = 16;
inline constexpr std::size_t kBip39MnemonicWords = 12;  // 128 bits and a checksum of 4

std::array<std::string_view, kBip39MnemonicWords> bip39_mnemonic(
    std::span<const std::byte, kBip39EntropyBytes> entropy);

}  // namespace kua::format
