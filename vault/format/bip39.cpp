#include "vault/format/bip39.h"

#include <algorithm>

#include "vault/crypto/sha256.h"

namespace kua::format {
namespace {

constexpr std::size_t kBitsPerWord = 11;

}  // namespace

// BIP-39, "Generating the mnemonic": the entropy, then the first bits of its SHA-256, cut into
// numbers of 11 bits.
std::array<std::string_view, kBip39MnemonicWords> bip39_mnemonic(
    std::span<const std::byte, kBip39EntropyBytes> entropy) {
    std::array<std::byte, kBip39EntropyBytes + 1> bits{};
    std::copy(entropy.begin(), entropy.end(), bits.begin());
    bits.back() = crypto::sha256(entropy).front();
    std::array<std::string_view, kBip39MnemonicWords> words;
    for (std::size_t word = 0; word < words.size(); ++word) {
        std::size_t number = 0;
        for (std::size_t at = word * kBitsPerWord; at < (word + 1) * kBitsPerWord; ++at) {
            const auto bit = std::to_integer<std::size_t>(bits.at(at / 8) >> (7 - at % 8)) & 1U;
            number = number << 1U | bit;
        }
        words.at(word) = kBip39Words.at(number);
    }
    return words;
}

}  // namespace kua::format
