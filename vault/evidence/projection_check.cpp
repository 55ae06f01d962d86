#include "vault/evidence/projection_check.h"

#include <array>
#include <functional>
#include <optional>
#include <utility>

#include "vault/base/hex.h"
#include "vault/base/parallel.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/members.h"
#include "vault/evidence/projection_rows.h"
#include "vault/evidence/search/search_rows.h"
#include "vault/journal/check.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr const char* kDiffers =
    "the catalog shows it differently than it was signed; `kua status --rebuild` makes it anew";

bool is_there(store::Connection& catalog, const EntryRow& row) {
    return catalog.query_integer(
               "SELECT 1 FROM entry WHERE case_id = ?1 AND lamport = ?2 AND author = ?3"
               " AND seq = ?4 AND time = ?5 AND type = ?6 AND item = ?7",
               row.case_id, row.lamport, row.author, row.seq, row.time, row.type, row.item) &&
           catalog.query_integer(
               "SELECT 1 FROM entry_text WHERE case_id = ?1 AND author = ?2 AND seq = ?3"
               " AND line = ?4 AND disclosures = ?5",
               row.case_id, row.author, row.seq, row.line, row.disclosures);
}

bool is_there(store::Connection& catalog, const ItemRow& row) {
    return catalog.query_integer(
               "SELECT 1 FROM item WHERE case_id = ?1 AND item = ?2 AND lamport = ?3"
               " AND author = ?4 AND added = ?5 AND name = ?6 AND kind = ?7 AND media_type = ?8"
               " AND digest = ?9 AND sealed_digest = ?10 AND bytes = ?11 AND source = ?12"
               " AND captured = ?13 AND captured_basis = ?14",
               row.case_id, row.item, row.lamport, row.author, row.added, row.name, row.kind,
               row.media_type, row.digest, row.sealed_digest, row.bytes, row.source, row.captured,
               row.captured_basis) &&
           catalog.query_integer(
               "SELECT 1 FROM item_facts WHERE case_id = ?1 AND item = ?2 AND facts = ?3",
               row.case_id, row.item, row.facts);
}

bool is_there(store::Connection& catalog, const ThingRow& row) {
    return catalog
        .query_integer(
            "SELECT 1 FROM thing WHERE case_id = ?1 AND thing = ?2 AND kind = ?3 AND lamport = ?4"
            " AND author = ?5 AND facts = ?6",
            row.case_id, row.thing, row.kind, row.lamport, row.author, row.facts)
        .has_value();
}

bool is_there(store::Connection& catalog, const ConsentRow& row) {
    return catalog
        .query_integer(
            "SELECT 1 FROM consent WHERE case_id = ?1 AND source = ?2 AND lamport = ?3"
            " AND author = ?4 AND seq = ?5 AND type = ?6 AND is_whole = ?7 AND seen = ?8"
            " AND facts = ?9",
            row.case_id, row.source, row.lamport, row.author, row.seq, row.type,
            row.is_whole ? 1 : 0, row.seen, row.facts)
        .has_value();
}

bool is_there(store::Connection& catalog, const CaseRow& row) {
    return catalog
        .query_integer(
            "SELECT 1 FROM case_info WHERE case_id = ?1 AND title = ?2 AND description = ?3"
            " AND reference_code = ?4 AND created = ?5 AND facts = ?6",
            row.case_id, row.title, row.description, row.reference_code, row.created, row.facts)
        .has_value();
}

bool is_there(store::Connection& catalog, const LabelRow& row) {
    return catalog
        .query_integer(
            "SELECT 1 FROM label WHERE case_id = ?1 AND item = ?2 AND tag = ?3 AND lamport = ?4"
            " AND author = ?5 AND facts = ?6",
            row.case_id, row.item, row.tag, row.lamport, row.author, row.facts)
        .has_value();
}

bool is_there(store::Connection& catalog, const LinkRow& row) {
    return catalog
        .query_integer(
            "SELECT 1 FROM link WHERE case_id = ?1 AND subject = ?2 AND relation = ?3"
            " AND target = ?4 AND lamport = ?5 AND author = ?6 AND facts = ?7",
            row.case_id, row.subject, row.relation, row.target, row.lamport, row.author, row.facts)
        .has_value();
}

// Of several entries about the same the row is that of the last: this one's, or that of a later.
// That it is some entry's is looked at for all of them together.
template <class Row>
bool is_own_or_later(store::Connection& catalog, const Row& own, store::Rows rows) {
    if (!rows.next()) {
        return false;
    }
    const std::pair kept{static_cast<std::uint64_t>(rows.integer(0)), base::copy_of(rows.blob(1))};
    const std::pair mine{own.lamport, own.author};
    return kept == mine ? is_there(catalog, own) : mine < kept;
}

bool is_label_shown(store::Connection& catalog, const journal::Entry& entry) {
    const std::optional<LabelRow> own = label_row(entry);
    return !own ||
           is_own_or_later(catalog, *own,
                           catalog.query("SELECT lamport, author FROM label WHERE case_id = ?1"
                                         " AND item = ?2 AND tag = ?3",
                                         own->case_id, own->item, own->tag));
}

bool is_link_shown(store::Connection& catalog, const journal::Entry& entry) {
    const std::optional<LinkRow> own = link_row(entry);
    return !own ||
           is_own_or_later(catalog, *own,
                           catalog.query("SELECT lamport, author FROM link WHERE case_id = ?1"
                                         " AND subject = ?2 AND relation = ?3 AND target = ?4",
                                         own->case_id, own->subject, own->relation, own->target));
}

bool is_search_shown(store::Connection& catalog, const std::string& case_id,
                     const std::string& subject) {
    return stored_search_rows(catalog, case_id, subject) ==
           search_rows_of(catalog, case_id, subject);
}

// One statement, so one state, whatever another process appends meanwhile.
constexpr std::string_view kCountRows =
    "SELECT (SELECT COALESCE(SUM(MIN(size, COALESCE((SELECT last_seq FROM member"
    " WHERE member.case_id = ?1 AND member = log.author AND removed <> 0), size))), 0)"
    " FROM log WHERE case_id = ?1),"
    " (SELECT COUNT(*) FROM entry WHERE case_id = ?1),"
    " (SELECT COUNT(*) FROM entry_text WHERE case_id = ?1),"
    " (SELECT COUNT(DISTINCT item) FROM entry WHERE case_id = ?1 AND type = 'item.added'"
    " AND item <> ''),"
    " (SELECT COUNT(*) FROM item WHERE case_id = ?1),"
    " (SELECT COUNT(*) FROM item_facts WHERE case_id = ?1),"
    " (SELECT COUNT(*) FROM (SELECT 1 FROM entry WHERE case_id = ?1 AND type = 'case.created'"
    " LIMIT 1)),"
    " (SELECT COUNT(*) FROM case_info WHERE case_id = ?1),"
    " (SELECT COUNT(DISTINCT item) FROM entry WHERE case_id = ?1 AND type IN ('source.added',"
    " 'place.added', 'event.added', 'act.added', 'person.added') AND item <> ''),"
    " (SELECT COUNT(*) FROM thing WHERE case_id = ?1),"
    " (SELECT COUNT(*) FROM entry WHERE case_id = ?1"
    " AND type IN ('consent.given', 'consent.withdrawn') AND item <> ''),"
    " (SELECT COUNT(*) FROM consent WHERE case_id = ?1),"
    " (SELECT COUNT(*) FROM label WHERE case_id = ?1 AND NOT EXISTS (SELECT 1 FROM entry"
    " WHERE entry.case_id = ?1 AND entry.lamport = label.lamport AND entry.author = label.author"
    " AND entry.item = label.item AND entry.type = 'item.tagged'"
    " AND json_extract(label.facts, '$.tag') = label.tag)),"
    " (SELECT COUNT(*) FROM link WHERE case_id = ?1 AND NOT EXISTS (SELECT 1 FROM entry"
    " WHERE entry.case_id = ?1 AND entry.lamport = link.lamport AND entry.author = link.author"
    " AND entry.item = link.subject AND entry.type = 'item.linked'"
    " AND json_extract(link.facts, '$.relation') = link.relation"
    " AND json_extract(link.facts, '$.target') = link.target)),"
    " (SELECT COUNT(*) FROM (SELECT item AS subject FROM facet WHERE case_id = ?1"
    " UNION ALL SELECT item FROM dated WHERE case_id = ?1"
    " UNION ALL SELECT subject FROM passage WHERE case_id = ?1)"
    " WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.case_id = ?1 AND item.item = subject)"
    " AND NOT EXISTS (SELECT 1 FROM thing WHERE thing.case_id = ?1 AND thing.thing = subject))";

bool has_as_many_rows_as_entries(store::Connection& catalog, const base::Bytes& case_id) {
    store::Rows rows = catalog.query(kCountRows, case_id);
    if (!rows.next()) {
        return false;
    }
    const auto same = [&rows](int one, int other) {
        return rows.integer(one) == rows.integer(other);
    };
    return same(0, 1) && same(0, 2) && same(3, 4) && same(3, 5) && same(6, 7) && same(8, 9) &&
           same(10, 11) && rows.integer(12) == 0 && rows.integer(13) == 0 && rows.integer(14) == 0;
}

// Those that a kua before is_arrival_of_bytes() may have counted aren't wrong, either.
constexpr std::string_view kOtherArrivals =
    "SELECT item, arrivals FROM item WHERE case_id = ?1 AND arrivals <> 1 +"
    " (SELECT COUNT(*) FROM entry INDEXED BY entry_of_item WHERE entry.case_id = ?1"
    " AND entry.item = item.item AND entry.item <> '' AND type = 'custody.received')"
    " ORDER BY item";

bool came_so_often(store::Connection& catalog, const std::string& case_id, const std::string& item,
                   std::int64_t arrivals) {
    try {
        return count_arrivals(catalog, case_id, item) == static_cast<std::uint64_t>(arrivals);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        return false;
    }
}

}  // namespace

// Whether this is the entry that the thing's row says added it. If not, one that came before must
// have.
bool ProjectionCheck::is_first(store::Connection& catalog, const journal::Entry& entry,
                               const std::string& thing, Shown& shown) {
    const base::Bytes case_id = journal::blob_of(entry.header.case_id);
    std::pair<std::uint64_t, std::string> kept;
    {
        store::Rows rows = catalog.query(
            "SELECT lamport, author FROM thing WHERE case_id = ?1 AND thing = ?2", case_id, thing);
        if (rows.next()) {
            kept = {static_cast<std::uint64_t>(rows.integer(0)), base::encode_hex(rows.blob(1))};
        }
    }
    const std::pair own{entry.header.lamport, entry.header.author};
    if (kept == own) {
        return true;
    }
    shown.entry = shown.entry && kept < own && !kept.second.empty() &&
                  catalog.query_integer(
                      "SELECT 1 FROM entry WHERE case_id = ?1 AND lamport = ?2 AND author = ?3"
                      " AND item = ?4 AND type = ?5",
                      case_id, kept.first, journal::blob_of(kept.second), thing, entry.header.type);
    return false;
}

// What is shown of a thing follows from all entries about it, which are compared one by one.
void ProjectionCheck::look_at_thing(store::Connection& catalog, const journal::Entry& entry,
                                    Shown& shown) {
    const ThingKind* kind = find_thing_kind(entry.header.type);
    if (kind == nullptr || kind->added != entry.header.type) {
        return;
    }
    const std::string& case_id = entry.header.case_id;
    const std::string thing = subject_of(entry);
    const auto history = [&] { return describing_entries(catalog, case_id, thing, *kind); };
    if (kind->name == kCaseKind.name) {
        const std::optional<CaseRow> row = case_row(history(), owner_of(catalog, case_id));
        shown.adds_case = true;
        shown.case_row = row && is_there(catalog, *row);
    } else if (kind->name == kItemKind.name) {
        const bool is_more = !thing.empty() && is_described(catalog, case_id, thing, *kind);
        const std::optional<ItemRow> row = is_more ? item_row(history(), owner_of(catalog, case_id))
                                                   : item_row(std::span{&entry, 1}, {});
        if (row) {
            shown.item = row->item;
            shown.item_rows =
                is_there(catalog, *row) && is_search_shown(catalog, case_id, row->item);
        }
    } else if (!thing.empty() && is_first(catalog, entry, thing, shown)) {
        const std::optional<ThingRow> row = thing_row(history(), owner_of(catalog, case_id));
        shown.entry = shown.entry && row && is_there(catalog, *row) &&
                      is_search_shown(catalog, case_id, thing);
    }
}

ProjectionCheck::Shown ProjectionCheck::look_at(store::Connection& catalog,
                                                const journal::Entry& entry,
                                                std::span<const journal::SeenLog> seen) {
    Shown shown;
    try {
        if (!counts(catalog, entry.header.case_id, entry.header.author, entry.header.seq)) {
            shown.entry = true;  // kept in the journal, and not shown
            return shown;
        }
        shown.entry = is_there(catalog, entry_row(entry)) && is_member_shown(catalog, entry);
        look_at_thing(catalog, entry, shown);
        shown.entry =
            shown.entry && is_label_shown(catalog, entry) && is_link_shown(catalog, entry);
        if (const std::optional<ConsentRow> consent = consent_row(entry, seen)) {
            shown.entry = shown.entry && is_there(catalog, *consent);
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        shown.failure = error.during("what it shows can't be read").what();
    }
    return shown;
}

void ProjectionCheck::judge(const journal::Entry& entry, const Shown& shown,
                            std::vector<Finding>& findings) {
    if (shown.failure) {
        // It says nothing about the entry, and a page shows more than one.
        if (findings.empty() || findings.back().text != *shown.failure) {
            findings.push_back({FindingCode::kDamaged, "catalog", *shown.failure});
        }
        return;
    }
    bool is_shown = shown.entry;
    if (shown.item && !items_.insert(*shown.item).second) {
        findings.push_back({FindingCode::kFactMismatch, journal::entry_subject(entry),
                            "it adds an item under the id of another one"});
    } else if (shown.item && !shown.item_rows) {
        findings.push_back({FindingCode::kFactMismatch, *shown.item, kDiffers});
    } else if (shown.adds_case) {
        is_shown = is_shown && (case_is_known_ || shown.case_row);
        case_is_known_ = true;
    }
    if (!is_shown) {
        findings.push_back({FindingCode::kFactMismatch, journal::entry_subject(entry), kDiffers});
    }
}

void ProjectionCheck::check(std::span<store::Connection* const> catalogs,
                            std::span<const journal::Entry> entries,
                            std::span<const journal::SeenLog> seen,
                            std::vector<Finding>& findings) {
    std::vector<Shown> shown(entries.size());
    std::vector<std::function<void()>> bodies;
    for (std::size_t i = 0; i < catalogs.size(); ++i) {
        const std::size_t begin = entries.size() * i / catalogs.size();
        const std::size_t end = entries.size() * (i + 1) / catalogs.size();
        bodies.emplace_back([&shown, entries, seen, &catalog = *catalogs[i], begin, end] {
            for (std::size_t at = begin; at < end;) {
                const store::Snapshot snapshot{catalog};
                bool is_whole = true;  // after a damaged page a snapshot shows nothing more
                for (; at < end && is_whole; ++at) {
                    shown[at] = look_at(catalog, entries[at], seen);
                    is_whole = !shown[at].failure.has_value();
                }
            }
        });
    }
    base::run_parallel(bodies);
    for (std::size_t at = 0; at < entries.size(); ++at) {
        judge(entries[at], shown[at], findings);
    }
}

void ProjectionCheck::check_rest(store::Connection& catalog, const std::string& case_id,
                                 std::vector<Finding>& findings) {
    const base::Bytes id = journal::blob_of(case_id);
    if (!has_as_many_rows_as_entries(catalog, id)) {
        findings.push_back({FindingCode::kFactMismatch, "case " + case_id.substr(0, 8),
                            "the catalog shows more or less than its journal says; `kua status"
                            " --rebuild` makes it anew"});
    }
    std::vector<std::pair<std::string, std::int64_t>> others;
    {
        store::Rows rows = catalog.query(kOtherArrivals, id);
        while (rows.next()) {
            others.emplace_back(rows.text(0), rows.integer(1));
        }
    }
    for (const auto& [item, arrivals] : others) {
        if (!came_so_often(catalog, case_id, item, arrivals)) {
            findings.push_back({FindingCode::kFactMismatch, item,
                                "its arrivals are not as many as were signed; `kua status"
                                " --rebuild` counts them anew"});
        }
    }
}

std::vector<Finding> find_lost_cases(store::Connection& catalog) {
    store::Rows rows = catalog.query(
        "SELECT case_id FROM (SELECT case_id FROM log UNION SELECT case_id FROM bundle"
        " UNION SELECT case_id FROM object UNION SELECT case_id FROM case_info"
        " UNION SELECT case_id FROM entry UNION SELECT case_id FROM entry_text"
        " UNION SELECT case_id FROM item UNION SELECT case_id FROM item_facts"
        " UNION SELECT case_id FROM member"
        " UNION SELECT case_id FROM thing UNION SELECT case_id FROM consent"
        " UNION SELECT case_id FROM label UNION SELECT case_id FROM link"
        " UNION SELECT case_id FROM facet UNION SELECT case_id FROM dated"
        " UNION SELECT case_id FROM passage)"
        " WHERE case_id NOT IN (SELECT case_id FROM case_key) ORDER BY case_id");
    std::vector<Finding> findings;
    while (rows.next()) {
        findings.push_back({FindingCode::kMissing,
                            "case " + base::encode_hex(rows.blob(0)).substr(0, 8),
                            "its keys are missing, though something of it is here"});
    }
    return findings;
}

}  // namespace kua::evidence
