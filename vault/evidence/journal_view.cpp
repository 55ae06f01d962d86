#include "vault/evidence/journal_view.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "vault/base/hex.h"
#include "vault/base/parse.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/items.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

std::vector<std::string> split_disclosures(std::string_view text) {
    const auto lines = base::split_lines(text, journal::kMaxFactsPerLine);
    if (!lines) {
        throw Error{ErrorCode::kDamaged, "an entry in the catalog is malformed"};
    }
    return {lines->begin(), lines->end()};
}

constexpr std::string_view kRowsOfCase =
    "SELECT lamport, author, seq, time, type, item FROM entry WHERE case_id = ?1"
    " ORDER BY lamport DESC, author DESC, seq DESC LIMIT ?2";
constexpr std::string_view kDescribingRows =
    "SELECT line, disclosures FROM entry INDEXED BY entry_of_item"
    " JOIN entry_text USING (case_id, author, seq)"
    " WHERE case_id = ?1 AND item = ?2 AND type IN (?3, ?4) ORDER BY lamport, author, seq";
// The types stand in the query as they stand in the index, or SQLite doesn't take it.
constexpr std::string_view kRowsAboutCase =
    "SELECT line, disclosures FROM entry INDEXED BY entry_about_case"
    " JOIN entry_text USING (case_id, author, seq)"
    " WHERE case_id = ?1 AND type IN ('case.created', 'case.described')"
    " ORDER BY lamport, author, seq";
// Left alone, SQLite takes the primary key, which saves it from sorting, and reads the whole case.
constexpr std::string_view kRowsOfItem =
    "SELECT lamport, author, seq, time, type, item FROM entry INDEXED BY entry_of_item"
    " WHERE case_id = ?1 AND item = ?3"
    " ORDER BY lamport DESC, author DESC, seq DESC LIMIT ?2";

// Newest first: a limit then takes the newest.
std::vector<LogEntry> query_rows(store::Connection& catalog, const LogQuery& query) {
    const base::Bytes case_id = journal::blob_of(query.case_id);
    const std::uint64_t most =
        query.newest.value_or(static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    store::Rows rows = query.item ? catalog.query(kRowsOfItem, case_id, most, *query.item)
                                  : catalog.query(kRowsOfCase, case_id, most);
    std::vector<LogEntry> log;
    while (rows.next()) {
        LogEntry entry;
        entry.case_id = query.case_id;
        entry.lamport = static_cast<std::uint64_t>(rows.integer(0));
        entry.author = base::encode_hex(rows.blob(1));
        entry.seq = static_cast<std::uint64_t>(rows.integer(2));
        entry.time = rows.text(3);
        entry.type = rows.text(4);
        entry.item = rows.text(5);
        log.push_back(std::move(entry));
    }
    std::reverse(log.begin(), log.end());
    return log;
}

void shorten_all(store::Connection& catalog, const std::string& case_id,
                 std::vector<LogEntry>& log) {
    std::vector<std::string_view> items;
    for (const LogEntry& entry : log) {
        if (entry.item.starts_with("i-")) {
            items.emplace_back(entry.item);
        }
    }
    std::vector<std::string> short_ids = shorten_items(catalog, case_id, items);
    std::size_t next = 0;
    for (LogEntry& entry : log) {
        entry.short_item = entry.item.starts_with("i-") ? std::move(short_ids[next++]) : entry.item;
    }
}

journal::Entry load_entry(store::Connection& catalog, const std::string& case_id,
                          const std::string& author, std::uint64_t seq) {
    store::Rows rows = catalog.query(
        "SELECT line, disclosures FROM entry_text"
        " WHERE case_id = ?1 AND author = ?2 AND seq = ?3",
        journal::blob_of(case_id), journal::blob_of(author), seq);
    if (!rows.next()) {
        throw Error{ErrorCode::kDamaged, "an entry has no text in the catalog"};
    }
    return journal::join_entry(std::string{rows.text(0)}, split_disclosures(rows.text(1)));
}

}  // namespace

std::vector<LogEntry> read_log(store::Connection& catalog, const LogQuery& query) {
    std::vector<LogEntry> log = query_rows(catalog, query);
    shorten_all(catalog, query.case_id, log);
    for (LogEntry& entry : log) {
        if (query.with_facts) {
            for (const journal::Fact& fact :
                 load_entry(catalog, entry.case_id, entry.author, entry.seq).facts) {
                entry.facts.push_back(to_fact_value(fact));
            }
        }
    }
    return log;
}

CustodyEvent to_custody_event(const journal::Entry& entry) {
    CustodyEvent event;
    event.type = entry.header.type;
    event.author = entry.header.author;
    event.seq = entry.header.seq;
    event.time = entry.header.time;
    for (const journal::Fact& fact : entry.facts) {
        event.facts.push_back(to_fact_value(fact));
    }
    return event;
}

std::vector<journal::Entry> entries_of_item(store::Connection& catalog, const std::string& case_id,
                                            const std::string& item) {
    std::vector<journal::Entry> entries;
    for (const LogEntry& row : query_rows(catalog, {case_id, item, std::nullopt, false})) {
        entries.push_back(load_entry(catalog, case_id, row.author, row.seq));
    }
    return entries;
}

std::vector<journal::Entry> entries_of_item(store::Connection& catalog, const std::string& case_id,
                                            const std::string& item,
                                            std::span<const std::string_view> types) {
    std::vector<journal::Entry> entries;
    for (const LogEntry& row : query_rows(catalog, {case_id, item, std::nullopt, false})) {
        if (std::ranges::find(types, row.type) != types.end()) {
            entries.push_back(load_entry(catalog, case_id, row.author, row.seq));
        }
    }
    return entries;
}

std::vector<journal::Entry> describing_entries(store::Connection& catalog,
                                               const std::string& case_id, const std::string& thing,
                                               const ThingKind& kind) {
    const base::Bytes id = journal::blob_of(case_id);
    store::Rows rows = thing.empty()
                           ? catalog.query(kRowsAboutCase, id)
                           : catalog.query(kDescribingRows, id, thing, std::string{kind.added},
                                           std::string{kind.described});
    std::vector<journal::Entry> entries;
    while (rows.next()) {
        entries.push_back(
            journal::join_entry(std::string{rows.text(0)}, split_disclosures(rows.text(1))));
    }
    return entries;
}

std::vector<journal::Entry> entries_of_type(store::Connection& catalog, const std::string& case_id,
                                            const std::string& type) {
    store::Rows rows = catalog.query(
        "SELECT line, disclosures FROM entry JOIN entry_text USING (case_id, author, seq)"
        " WHERE case_id = ?1 AND type = ?2 ORDER BY lamport, author, seq",
        journal::blob_of(case_id), type);
    std::vector<journal::Entry> entries;
    while (rows.next()) {
        entries.push_back(
            journal::join_entry(std::string{rows.text(0)}, split_disclosures(rows.text(1))));
    }
    return entries;
}

std::vector<journal::Entry> arrivals_of(store::Connection& catalog, const std::string& case_id,
                                        const std::string& item) {
    static constexpr ThingKind kArrival{"arrival", "item.added", "custody.received", "item", "i-"};
    return describing_entries(catalog, case_id, item, kArrival);
}

bool is_arrival_of_bytes(const journal::Entry& entry) {
    return entry.header.type == "custody.received" &&
           journal::find_fact(entry, "source") != nullptr;
}

std::uint64_t count_arrivals(store::Connection& catalog, const std::string& case_id,
                             const std::string& item) {
    const bool is_received =
        catalog
            .query_integer(
                "SELECT 1 FROM entry INDEXED BY entry_of_item WHERE case_id = ?1 AND item = ?2"
                " AND type = 'custody.received' LIMIT 1",
                journal::blob_of(case_id), item)
            .has_value();
    if (!is_received) {
        return 1;
    }
    const std::vector<journal::Entry> all = arrivals_of(catalog, case_id, item);
    return 1 + static_cast<std::uint64_t>(std::ranges::count_if(all, is_arrival_of_bytes));
}

bool is_described(store::Connection& catalog, const std::string& case_id, const std::string& thing,
                  const ThingKind& kind) {
    return catalog
        .query_integer(
            "SELECT 1 FROM entry INDEXED BY entry_of_item WHERE case_id = ?1 AND item = ?2"
            " AND type = ?3 LIMIT 1",
            journal::blob_of(case_id), thing, std::string{kind.described})
        .has_value();
}

}  // namespace kua::evidence
