// Words as searching compares them, in any language and script: without case, without marks above
// and below letters, and with the letters that Kazakh has beside Russian ones as a Russian keyboard
// types them (docs/formats.md, "Search"). Text that is shown is never folded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kua::base {

// Letters and digits that stand together.
struct Word {
    std::string folded;     // its front, if it is longer than any word: some 256 bytes
    std::size_t begin = 0;  // the bytes it takes in the text that it was read from
    std::size_t end = 0;
};

// All words of `text`, front to back. Bytes that are no UTF-8 belong to none.
std::vector<Word> split_words(std::string_view text);

// The folded words with a space between each two; empty if there is none.
std::string fold_text(std::string_view text);

}  // namespace kua::base
