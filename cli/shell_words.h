// A line typed at the shell's prompt, as words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kua::cli {

// Splits as a POSIX shell does: blanks separate, '...' keeps everything, "..." everything but \"
// and
// \\, a backslash the next character; nothing else has a meaning. A line whose first word begins
// with # has no words. kUsage for an unfinished quote.
std::vector<std::string> split_words(std::string_view line);

// What stands before the cursor: words that are finished, and the one that is being typed.
struct UnfinishedWords {
    std::vector<std::string> before;
    std::string current;  // may be empty
    char quote = '\0';    // in which it stands: ', ", or '\0' for none
};
UnfinishedWords split_unfinished(std::string_view before_cursor);

// The rest of a word, written so that split_words() gives it back after what was typed.
std::string quoted_rest(std::string_view rest, char quote);

}  // namespace kua::cli
