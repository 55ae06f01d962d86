// The EFF's large word list, for generated passphrases. vault/words/README.md has its source.
#pragma once

#include <array>
#include <string_view>

namespace kua {

constexpr std::size_t kWordCount = 7776;  // 6^5; 12.9 bits a word
extern const std::array<std::string_view, kWordCount> kWords;

}  // namespace kua
