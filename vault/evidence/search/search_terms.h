// What somebody typed to search for: words, each of which is the front of one, and exact phrases in
// quotation marks. There are no operators: whatever is typed is looked for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kua/search.h"

namespace kua::evidence {

// Words that stand next to each other; of a phrase whole, else the last is the front of a word.
struct SearchTerm {
    std::vector<std::string> words;  // folded
    bool is_exact = false;
};

// kUsage if there are more than anybody types. Empty if no letter or digit is in it.
std::vector<SearchTerm> parse_search(std::string_view typed);

// The same as SQLite's index understands it.
std::string match_expression(const std::vector<SearchTerm>& terms);

// Where the terms stand in a text, front to back.
std::vector<TextRange> find_terms(std::string_view text, const std::vector<SearchTerm>& terms);

// The part of a text around what was found first, with where the terms stand in it.
struct Excerpt {
    std::string text;
    std::vector<TextRange> found;
};
Excerpt excerpt_of(std::string_view text, const std::vector<SearchTerm>& terms);

// What was typed with each longer word a letter shorter; empty if none is longer.
std::string shorter_words(std::string_view typed);

}  // namespace kua::evidence
