// The journals of an open case as people read them: what happened, by whom, when (claimed).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kua/item.h"
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

// The entries about one item, whole.
std::vector<journal::Entry> entries_of_item(store::Connection& catalog, const std::string& case_id,
                                            const std::string& item);

}  // namespace kua::evidence
