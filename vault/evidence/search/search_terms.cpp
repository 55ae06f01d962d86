#include "vault/evidence/search/search_terms.h"

#include <algorithm>
#include <array>

#include "kua/error.h"
#include "vault/base/utf8.h"
#include "vault/base/words.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kMostWords = 64;
constexpr std::size_t kAround = 80;  // bytes before and behind what was found
constexpr std::array<std::string_view, 6> kQuotes = {"\"", "«", "»", "“", "”", "„"};

std::size_t quote_at(std::string_view text) {
    for (const std::string_view quote : kQuotes) {
        if (text.starts_with(quote)) {
            return quote.size();
        }
    }
    return 0;
}

void add_term(std::vector<SearchTerm>& terms, std::string_view typed, bool is_exact) {
    SearchTerm term;
    term.is_exact = is_exact;
    for (base::Word& word : base::split_words(typed)) {
        term.words.push_back(std::move(word.folded));
    }
    if (!term.words.empty()) {
        terms.push_back(std::move(term));
    }
}

bool matches(const SearchTerm& term, const std::vector<base::Word>& words, std::size_t at) {
    if (at + term.words.size() > words.size()) {
        return false;
    }
    for (std::size_t i = 0; i < term.words.size(); ++i) {
        const bool is_front = !term.is_exact && i + 1 == term.words.size();
        const std::string& word = words[at + i].folded;
        if (is_front ? !word.starts_with(term.words[i]) : word != term.words[i]) {
            return false;
        }
    }
    return true;
}

bool is_inside_character(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

}  // namespace

std::vector<SearchTerm> parse_search(std::string_view typed) {
    std::vector<SearchTerm> terms;
    std::size_t begin = 0;
    bool is_quoted = false;
    const auto end_term = [&](std::size_t end) {
        add_term(terms, typed.substr(begin, end - begin), is_quoted);
    };
    for (std::size_t at = 0; at < typed.size();) {
        const std::size_t quote = quote_at(typed.substr(at));
        const bool is_space = typed[at] == ' ' || typed[at] == '\t' || typed[at] == '\n';
        if (quote != 0 || (is_space && !is_quoted)) {
            end_term(at);
            begin = at + std::max<std::size_t>(quote, 1);
            is_quoted = quote != 0 ? !is_quoted : is_quoted;
        }
        at += std::max<std::size_t>(quote, 1);
    }
    end_term(typed.size());
    std::size_t words = 0;
    for (const SearchTerm& term : terms) {
        words += term.words.size();
    }
    if (words > kMostWords) {
        throw Error{ErrorCode::kUsage, "more than 64 words at once are not looked for"};
    }
    return terms;
}

std::string match_expression(const std::vector<SearchTerm>& terms) {
    std::string all;
    for (const SearchTerm& term : terms) {
        all += all.empty() ? "\"" : " AND \"";
        for (const std::string& word : term.words) {
            all += word;  // letters and digits, nothing that means something to SQLite
            all += ' ';
        }
        all.pop_back();
        all += term.is_exact ? "\"" : "\" *";
    }
    return all;
}

std::vector<TextRange> find_terms(std::string_view text, const std::vector<SearchTerm>& terms) {
    const std::vector<base::Word> words = base::split_words(text);
    std::vector<TextRange> found;
    for (std::size_t at = 0; at < words.size(); ++at) {
        for (const SearchTerm& term : terms) {
            if (!matches(term, words, at)) {
                continue;
            }
            const std::size_t end = words[at + term.words.size() - 1].end;
            if (!found.empty() && found.back().end >= words[at].begin) {
                found.back().end = std::max(found.back().end, end);
            } else {
                found.push_back({words[at].begin, end});
            }
        }
    }
    return found;
}

Excerpt excerpt_of(std::string_view text, const std::vector<SearchTerm>& terms) {
    const std::vector<TextRange> found = find_terms(text, terms);
    const std::size_t first = found.empty() ? 0 : found.front().begin;
    const std::size_t last = found.empty() ? 0 : found.front().end;
    std::size_t begin = first > kAround ? first - kAround : 0;
    std::size_t end = std::min(text.size(), last + kAround);
    while (is_inside_character(text, begin)) {
        ++begin;
    }
    while (is_inside_character(text, end)) {
        ++end;
    }
    Excerpt excerpt;
    const std::string_view before = begin > 0 ? "…" : "";
    excerpt.text = std::string{before} + std::string{text.substr(begin, end - begin)};
    excerpt.text += end < text.size() ? "…" : "";
    for (const TextRange& range : found) {
        if (range.begin >= begin && range.end <= end) {
            excerpt.found.push_back(
                {range.begin - begin + before.size(), range.end - begin + before.size()});
        }
    }
    return excerpt;
}

std::string shorter_words(std::string_view typed) {
    constexpr std::size_t kStays = 4;  // letters that a word keeps at least
    std::string all;
    bool is_any_shorter = false;
    for (const base::Word& word : base::split_words(typed)) {
        std::string_view text = typed.substr(word.begin, word.end - word.begin);
        const auto letters =
            static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
                return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
            }));
        if (letters > kStays) {
            is_any_shorter = true;
            do {
                text.remove_suffix(1);
            } while (is_inside_character(typed, word.begin + text.size()));
        }
        all += (all.empty() ? "" : " ") + std::string{text};
    }
    return is_any_shorter ? all : std::string{};
}

}  // namespace kua::evidence
