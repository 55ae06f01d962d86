// The rows that entries become in the projection, as values: made once here, so that writing them
// and checking them can't differ. docs/formats.md, "Catalog", has the tables.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vault/base/bytes.h"
#include "vault/journal/entry.h"
#include "vault/journal/manifest.h"

namespace kua::evidence {

// Of every entry, in the tables `entry` and `entry_text`.
struct EntryRow {
    base::Bytes case_id;
    std::uint64_t lamport = 0;
    base::Bytes author;
    std::uint64_t seq = 0;
    std::string time;
    std::string type;
    std::string item;
    std::string line;
    std::string disclosures;
};
EntryRow entry_row(const journal::Entry& entry);

// Of an item, in the tables `item` and `item_facts`. Arrivals are counted, not told.
struct ItemRow {
    base::Bytes case_id;
    std::string item;
    std::uint64_t lamport = 0;
    base::Bytes author;
    std::string added;
    std::string name;
    std::string kind;
    std::string media_type;
    base::Bytes digest;         // empty if the entry names none, or none that makes sense
    base::Bytes sealed_digest;  // likewise
    std::int64_t bytes = 0;
    std::string source;
    std::string captured;
    std::string captured_basis;
    std::string facts;
};
// `history` has the entries that add and describe one item, in order; `owner` is that of the case.
// Nothing if none adds it, or where its id is withheld or malformed.
std::optional<ItemRow> item_row(std::span<const journal::Entry> history, std::string_view owner);

// Of other things that are added and described, in the table `thing`.
struct ThingRow {
    base::Bytes case_id;
    std::string thing;  // its id
    std::string kind;
    std::uint64_t lamport = 0;  // of the entry that added it
    base::Bytes author;
    std::string facts;
};
std::optional<ThingRow> thing_row(std::span<const journal::Entry> history, std::string_view owner);

// Of a `consent.given` or `consent.withdrawn`, in the table `consent`.
struct ConsentRow {
    base::Bytes case_id;
    std::string source;
    std::uint64_t lamport = 0;
    base::Bytes author;
    std::uint64_t seq = 0;
    std::string type;
    bool is_whole = false;  // all that the line commits to is here
    std::string seen;       // {fingerprint: size}, what its author had seen of others
    std::string facts;
};
// Nothing for other entries, and where no source is named.
std::optional<ConsentRow> consent_row(const journal::Entry& entry,
                                      std::span<const journal::SeenLog> seen);

// Of an `item.tagged`, in the table `label`. Of several about one item and tag the last counts.
struct LabelRow {
    base::Bytes case_id;
    std::string item;
    std::string tag;
    std::uint64_t lamport = 0;
    base::Bytes author;
    std::string facts;
};
// Nothing for other entries, and where no item or tag is named.
std::optional<LabelRow> label_row(const journal::Entry& entry);

// Of an `item.linked`, in the table `link`. Of several that link the same the last counts.
struct LinkRow {
    base::Bytes case_id;
    std::string subject;
    std::string relation;
    std::string target;
    std::uint64_t lamport = 0;
    base::Bytes author;
    std::string facts;
};
// Nothing for other entries, and where it links nothing that has an id.
std::optional<LinkRow> link_row(const journal::Entry& entry);

// Of a case, in the table `case_info`.
struct CaseRow {
    base::Bytes case_id;
    std::string title;
    std::string description;
    std::string reference_code;
    std::string created;
    std::string facts;
};
std::optional<CaseRow> case_row(std::span<const journal::Entry> history, std::string_view owner);

}  // namespace kua::evidence
