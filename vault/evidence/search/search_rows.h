// What searching looks at: for every item and other thing of an open case the texts that words are
// looked for in, and of items what filters ask. All of it follows from other rows of the projection
// and is made anew whenever one of those changes, so that any order of syncs gives the same.
// Tables: docs/formats.md, "Search".
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "vault/journal/entry.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::evidence {

// What filters ask about an item. Names and values reach disk.
struct Facet {
    std::string name;   // carries, language, place, source or tag
    std::string value;  // of a tag TAG=STATE; of a place its id, or `~` and its folded name
    auto operator<=>(const Facet&) const = default;
};
std::string facet_of_place(std::string_view place);
std::string facet_of_place_name(std::string_view name);  // also if it looks like an id

// When it was taken, as format::TimeSpan.
struct DatedRow {
    std::optional<std::int64_t> earliest_s;
    std::optional<std::int64_t> latest_s;
    std::optional<std::int64_t> utc_offset_minutes;
    bool operator==(const DatedRow&) const = default;
};

// One text in which all words of a search must be.
struct Passage {
    std::string place;  // "name", "note", "turn 0004", "translation en 0010.1", ...
    std::string start;  // the timecode it begins at; empty: none
    std::string text;
    auto operator<=>(const Passage&) const = default;
};

struct SearchRows {
    std::set<Facet> facets;
    std::optional<DatedRow> dated;
    std::set<Passage> passages;
    bool operator==(const SearchRows&) const = default;
};

// What the other rows say of an item or another thing of the table `thing`; nothing of what isn't
// there. kDamaged.
SearchRows search_rows_of(store::Connection& catalog, const std::string& case_id,
                          const std::string& subject);
// What is stored. Of nothing, nothing.
SearchRows stored_search_rows(store::Connection& catalog, const std::string& case_id,
                              const std::string& subject);
// Whether an entry of this type about an item changes what is found of it.
[[nodiscard]] bool changes_search(std::string_view entry_type);

// Makes the second the first.
void refresh_search(store::Transaction& write, const std::string& case_id,
                    const std::string& subject);
// The same for an item that this very entry added, and about which nothing else is known yet.
void begin_search(store::Transaction& write, const journal::Entry& added, const std::string& facts);

// Makes the index anew from the passages that are left, so that nothing of erased ones is in it.
void erase_search(store::Transaction& write);

// Whether the index has exactly the words of all passages, of all cases.
[[nodiscard]] bool index_fits(store::Connection& catalog);

}  // namespace kua::evidence
