// How a card is compared with the one its owner has: by some of the twelve words of its
// fingerprint, asked at places that nobody could know before, or by all of it. What the few words
// are worth: docs/decisions/0025; tests/unit/exchange/comparison_test.cpp counts it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vault/base/random.h"

namespace kua::exchange {

inline constexpr std::size_t kAskedWords = 3;

enum class Comparison : std::uint8_t {
    kFewWords,  // kAskedWords of them
    kWhole,     // all words, all digits, or the fingerprint itself
};

// Places of words that are to be said, from 0, ascending, all different: any choice as likely as
// any other, or all of them. Draw them only when both cards are fixed.
std::vector<std::size_t> draw_places(Comparison comparison, base::Random& random);

// Whether `words` are those at `places`, each as format::is_fingerprint_word() takes it. Too few or
// too many are kBug: whoever asks for less than all of `places` has compared nothing.
bool are_words_at(std::string_view fingerprint, std::span<const std::size_t> places,
                  std::span<const std::string> words);

// Compares `text` with all of `fingerprint`: the twelve words, the eight groups of digits, or the
// 64 hexadecimal digits, with any white space between. kUsage if it is none of the three: fewer
// words are no comparison.
bool is_whole_fingerprint(std::string_view fingerprint, std::string_view text);

}  // namespace kua::exchange
