// Searching open cases. docs/user-guide.md, "Finding things". Implemented in
// vault/vault_search.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kua/item.h"

namespace kua {

struct FindRequest {
    std::string words;      // as typed: words, each the front of one, and "exact phrases"
    std::string case_name;  // empty: the current case
    bool all_cases = false;
    ItemFilters filters;
    std::size_t most = 50;  // items, best first; 0: all
};

// Bytes of a text, from `begin` up to `end`.
struct TextRange {
    std::size_t begin = 0;
    std::size_t end = 0;
};

struct SearchHit {
    std::string place;             // "name", "note", "turn 0004", "translation en 0010.1", ...
    std::string start;             // timecode it begins at; empty: none
    std::string text;              // around what was found; untrusted
    std::vector<TextRange> found;  // in `text`
};

struct FoundItem {
    ItemSummary item;
    std::vector<SearchHit> hits;  // best first; none if only filters were given
};

// A place, event, act, person or source that was found by its own words.
struct FoundThing {
    std::string kind;
    std::string id;
    std::string short_id;
    std::string name;
    std::vector<SearchHit> hits;
};

struct FindReport {
    std::vector<FoundItem> items;
    std::vector<FoundThing> things;
    std::uint64_t total_items = 0;   // that fit, also those beyond `most`
    bool is_more = false;            // there are more; so many that none is the best
    std::uint64_t sealed_cases = 0;  // that can't be searched
    std::string shorter_words;       // nothing was found: the same with shorter words, to be tried
};

// What a case still lacks, with the first few items that lack it.
struct OpenQuestion {
    std::string code;  // "consent_not_asked", "not_looked_at", ...
    std::uint64_t count = 0;
    std::vector<std::string> first;  // short ids of items, or pseudonyms
};

struct TodoReport {
    std::string case_id;
    std::vector<OpenQuestion> open;  // none with a count of 0
    std::uint64_t items = 0;
};

}  // namespace kua
