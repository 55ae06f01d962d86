// The journals of an open case as people read them: what happened, by whom, when (claimed).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kua/item.h"
#include "vault/evidence/standing_facts.h"
#include "vault/journal/entry.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

// Entries in the order (lamport, author), of one item if `item` (a full id) is given; at most the
// `newest` last ones. Author names are left empty.
struct LogQuery {
    std::string case_id;
    std::optional<std::string> item;
    std::optional<std::uint64_t> newest;
    bool with_facts = false;
};
std::vector<LogEntry> read_log(store::Connection& catalog, const LogQuery& query);

// An entry as reports have it; the author's name is left empty.
CustodyEvent to_custody_event(const journal::Entry& entry);

// The entries about one item or other thing, whole.
std::vector<journal::Entry> entries_of_item(store::Connection& catalog, const std::string& case_id,
                                            const std::string& item);

// Those of them that are of some types.
std::vector<journal::Entry> entries_of_item(store::Connection& catalog, const std::string& case_id,
                                            const std::string& item,
                                            std::span<const std::string_view> types);

// All entries of a type in the case, whole, in order. Walks through the whole case.
std::vector<journal::Entry> entries_of_type(store::Connection& catalog, const std::string& case_id,
                                            const std::string& type);

// Of one item the entries that tell of an arrival: item.added and custody.received, in order.
std::vector<journal::Entry> arrivals_of(store::Connection& catalog, const std::string& case_id,
                                        const std::string& item);

// Whether a custody.received tells that the same bytes came in again; one without a source was
// entered by hand, of an item that changed hands.
[[nodiscard]] bool is_arrival_of_bytes(const journal::Entry& entry);
// How often the bytes of an item came in, with the first time.
std::uint64_t count_arrivals(store::Connection& catalog, const std::string& case_id,
                             const std::string& item);

// Of one thing the entries that add and describe it, in order; of a case, `thing` is empty.
std::vector<journal::Entry> describing_entries(store::Connection& catalog,
                                               const std::string& case_id, const std::string& thing,
                                               const ThingKind& kind);

// Whether any entry describes it further.
[[nodiscard]] bool is_described(store::Connection& catalog, const std::string& case_id,
                                const std::string& thing, const ThingKind& kind);

}  // namespace kua::evidence
