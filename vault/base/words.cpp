#include "vault/base/words.h"

#include <array>
#include <optional>
#include <utility>

#include <utf8proc.h>

#include "vault/base/utf8.h"

namespace kua::base {
namespace {

// After case and marks are gone: Kazakh letters as people type them without a Kazakh keyboard, and
// the dotless i.
constexpr std::array<std::pair<char32_t, char32_t>, 10> kTypedAs = {{
    {U'қ', U'к'},
    {U'ғ', U'г'},
    {U'ң', U'н'},
    {U'ө', U'о'},
    {U'ұ', U'у'},
    {U'ү', U'у'},
    {U'һ', U'х'},
    {U'і', U'и'},
    {U'ә', U'а'},
    {U'ı', U'i'},
}};

constexpr std::size_t kMostWordBytes = 256;  // folded; longer than any word

enum class Part : std::uint8_t { kOfWord, kMark, kBetween };

Part part_of(char32_t character) {
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(character))) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_NO:
            return Part::kOfWord;
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ME:
            return Part::kMark;
        default:
            return Part::kBetween;
    }
}

void append_folded(char32_t character, std::string& word) {
    if (character < 0x80) {
        const bool is_upper = character >= U'A' && character <= U'Z';
        word += static_cast<char>(is_upper ? character + (U'a' - U'A') : character);
        return;
    }
    constexpr std::size_t kMostParts = 32;
    constexpr int kFolding = UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK;
    std::array<utf8proc_int32_t, kMostParts> parts{};
    int boundary = 0;
    const auto count =
        utf8proc_decompose_char(static_cast<utf8proc_int32_t>(character), parts.data(), kMostParts,
                                static_cast<utf8proc_option_t>(kFolding), &boundary);
    for (std::size_t i = 0; count > 0 && i < static_cast<std::size_t>(count); ++i) {
        utf8proc_int32_t part = parts.at(i);
        for (const auto& [letter, typed] : kTypedAs) {
            if (part == static_cast<utf8proc_int32_t>(letter)) {
                part = static_cast<utf8proc_int32_t>(typed);
            }
        }
        std::array<utf8proc_uint8_t, 4> bytes{};
        const auto size = utf8proc_encode_char(part, bytes.data());
        for (std::size_t at = 0; at < static_cast<std::size_t>(size); ++at) {
            word += static_cast<char>(bytes.at(at));
        }
    }
}

}  // namespace

std::vector<Word> split_words(std::string_view text) {
    std::vector<Word> words;
    Word word;
    const auto end_word = [&] {
        if (!word.folded.empty()) {
            words.push_back(std::exchange(word, {}));
        }
        word = {};
    };
    for (std::size_t at = 0; at < text.size();) {
        const std::optional<DecodedCharacter> character = decode_character(text.substr(at));
        const std::size_t size = character ? character->size_bytes : 1;
        const Part part = character ? part_of(character->code_point) : Part::kBetween;
        if (part == Part::kBetween) {
            end_word();
        } else if (part == Part::kOfWord) {
            if (word.folded.empty()) {
                word.begin = at;
            }
            if (word.folded.size() < kMostWordBytes) {
                append_folded(character->code_point, word.folded);
            }
            word.end = at + size;
        } else if (!word.folded.empty()) {
            word.end = at + size;
        }
        at += size;
    }
    end_word();
    return words;
}

std::string fold_text(std::string_view text) {
    std::string folded;
    for (const Word& word : split_words(text)) {
        folded += folded.empty() ? "" : " ";
        folded += word.folded;
    }
    return folded;
}

}  // namespace kua::base
