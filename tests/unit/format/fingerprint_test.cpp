#include "vault/format/fingerprint.h"

#include <set>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "vault/base/hex.h"
#include "vault/crypto/sha256.h"

namespace kua::format {
namespace {

using testing::code_of;

std::string mnemonic_of(std::byte byte) {
    std::array<std::byte, kBip39EntropyBytes> entropy{};
    entropy.fill(byte);
    std::string text;
    for (const std::string_view word : bip39_mnemonic(entropy)) {
        text += (text.empty() ? "" : " ") + std::string{word};
    }
    return text;
}

TEST_CASE("the list of BIP-39 is the published one", "[format]") {
    std::string file;
    std::set<std::string_view> beginnings;
    for (const std::string_view word : kBip39Words) {
        file += std::string{word} + "\n";
        beginnings.insert(word.substr(0, 4));
    }
    CHECK(base::encode_hex(crypto::sha256(base::bytes_of(file))) ==
          "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
    CHECK(beginnings.size() == kBip39ListWords);
}

TEST_CASE("words are those of BIP-39's test vectors", "[format]") {
    CHECK(mnemonic_of(std::byte{0x00}) ==
          "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon"
          " about");
    CHECK(mnemonic_of(std::byte{0x7f}) ==
          "legal winner thank year wave sausage worth useful legal winner thank yellow");
    CHECK(mnemonic_of(std::byte{0x80}) ==
          "letter advice cage absurd amount doctor acoustic avoid letter advice cage above");
    CHECK(mnemonic_of(std::byte{0xff}) == "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong");
}

TEST_CASE("words and digits say the first half of a fingerprint", "[format]") {
    const std::string half = "0000ffff0001000a0064271086a0ff00";
    const SpokenFingerprint spoken = spoken_fingerprint(half + std::string(32, '7'));
    CHECK(spoken.groups == std::array<std::string, 8>{"00000", "65535", "00001", "00010", "00100",
                                                      "10000", "34464", "65280"});
    CHECK(spoken.words == spoken_fingerprint(half + std::string(32, '0')).words);
    CHECK(code_of([&] { return spoken_fingerprint(half); }) == ErrorCode::kBug);
    CHECK(code_of([&] { return spoken_fingerprint(std::string(64, 'x')); }) == ErrorCode::kBug);
}

TEST_CASE("a word may be typed in capitals, or its first four letters", "[format]") {
    const SpokenFingerprint spoken = spoken_fingerprint(std::string(64, 'f'));  // zoo ... wrong
    for (const char* typed : {"wrong", "WRONG", " Wrong ", "wron"}) {
        CHECK(is_fingerprint_word(spoken, 11, typed));
    }
    for (const char* typed : {"wro", "wrongs", "write", "", " ", "w rong"}) {
        CHECK_FALSE(is_fingerprint_word(spoken, 11, typed));
    }
    CHECK(is_fingerprint_word(spoken, 0, "zoo"));
    CHECK_FALSE(is_fingerprint_word(spoken, 0, "zo"));
    CHECK_FALSE(is_fingerprint_word(spoken, 0, "wrong"));
}

TEST_CASE("what no word of the list begins with is misspelt", "[format]") {
    for (const char* typed : {"abandon", "ABAN", " zoo ", "act", "acti"}) {
        CHECK(is_listed_word(typed));
    }
    for (const char* typed : {"abandn", "aba", "zo", "zoos", "", " ", "аbandon", "3"}) {
        CHECK_FALSE(is_listed_word(typed));
    }
}

}  // namespace
}  // namespace kua::format
