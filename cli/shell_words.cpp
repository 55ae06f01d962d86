#include "cli/shell_words.h"

#include <array>
#include <memory>
#include <optional>
#include <utility>

#include <histedit.h>

#include "kua/error.h"

namespace kua::cli {
namespace {

struct EndTokenizer {
    void operator()(Tokenizer* tokenizer) const noexcept { tok_end(tokenizer); }
};

// What libedit says of a line that isn't finished.
constexpr int kInSingleQuotes = 1;
constexpr int kInDoubleQuotes = 2;

struct Split {
    int unfinished = 0;  // 0, or one of the above
    std::vector<std::string> words;
};

// Outside of single quotes, where the line would be unfinished anyway, such a backslash waits for
// the character that it escapes. libedit would look for it behind the end of the line.
bool ends_in_backslash(std::string_view line) {
    const std::size_t last_other = line.find_last_not_of('\\');
    const std::size_t run = line.size() - (last_other == line.npos ? 0 : last_other + 1);
    return run % 2 == 1;
}

Split tokenize(const std::string& line) {
    const std::unique_ptr<Tokenizer, EndTokenizer> tokenizer{tok_init(nullptr)};
    int count = 0;
    const char** words = nullptr;
    const int answer = tokenizer ? tok_str(tokenizer.get(), line.c_str(), &count, &words) : -1;
    if (answer < 0) {
        throw Error{ErrorCode::kFailed, "not enough memory"};
    }
    return {answer, answer == 0 ? std::vector<std::string>{words, words + count}
                                : std::vector<std::string>{}};
}

}  // namespace

std::vector<std::string> split_words(std::string_view line) {
    if (line.find('\0') != line.npos) {
        throw Error{ErrorCode::kUsage, "a line can't hold a zero byte"};
    }
    if (const std::size_t first = line.find_first_not_of(" \t");
        first == line.npos || line[first] == '#') {
        return {};
    }
    if (ends_in_backslash(line)) {
        throw Error{ErrorCode::kUsage, "there is nothing behind the last backslash"};
    }
    Split split = tokenize(std::string{line});
    switch (split.unfinished) {
        case 0:
            return std::move(split.words);
        case kInSingleQuotes:
            throw Error{ErrorCode::kUsage, "a single quote (') is not closed"};
        case kInDoubleQuotes:
            throw Error{ErrorCode::kUsage, "a double quote (\") is not closed"};
        default:
            throw Error{ErrorCode::kUsage, "this line isn't finished"};
    }
}

UnfinishedWords split_unfinished(std::string_view before_cursor) {
    // A mark where the cursor is makes a word of what is being typed, also of nothing.
    constexpr char kMark = '\x01';
    const std::string marked = std::string{before_cursor} + kMark;
    for (const char quote : {'\0', '\'', '"'}) {
        Split split = tokenize(quote == '\0' ? marked : marked + quote);
        if (split.unfinished == 0 && !split.words.empty()) {
            std::string current = std::move(split.words.back());
            split.words.pop_back();
            current.pop_back();
            return {std::move(split.words), std::move(current), quote};
        }
    }
    return {};
}

std::string quoted_rest(std::string_view rest, char quote) {
    constexpr std::string_view kUnquoted = "-_.,:/+@%=~";
    std::string out;
    for (const char c : rest) {
        if (quote == '\'' && c == '\'') {
            out += "'\\''";
            continue;
        }
        const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || (static_cast<unsigned char>(c) & 0x80U) != 0;
        const bool escaped = quote == '\0'  ? !is_word && kUnquoted.find(c) == kUnquoted.npos
                             : quote == '"' ? c == '"' || c == '\\'
                                            : false;
        out.append(escaped ? 1U : 0U, '\\');
        out += c;
    }
    return out;
}

}  // namespace kua::cli
