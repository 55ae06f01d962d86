// The rows that one entry becomes in the projection, as values: made once here, so that writing
// them and checking them can't differ. docs/formats.md, "Catalog", has the tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vault/base/bytes.h"
#include "vault/journal/entry.h"

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

// Of an `item.added`, in the tables `item` and `item_facts`. Arrivals are counted, not told.
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
// Nothing for other entries, and where the item's id is withheld or malformed.
std::optional<ItemRow> item_row(const journal::Entry& entry);

// Of a `case.created`, in the table `case_info`.
struct CaseRow {
    base::Bytes case_id;
    std::string title;
    std::string description;
    std::string reference_code;
    std::string created;
    std::string facts;
};
std::optional<CaseRow> case_row(const journal::Entry& entry);

}  // namespace kua::evidence
