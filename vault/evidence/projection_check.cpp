#include "vault/evidence/projection_check.h"

#include <optional>

#include "vault/base/hex.h"
#include "vault/evidence/projection_rows.h"
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

bool is_there(store::Connection& catalog, const CaseRow& row) {
    return catalog
        .query_integer(
            "SELECT 1 FROM case_info WHERE case_id = ?1 AND title = ?2 AND description = ?3"
            " AND reference_code = ?4 AND created = ?5 AND facts = ?6",
            row.case_id, row.title, row.description, row.reference_code, row.created, row.facts)
        .has_value();
}

// One statement, so one state, whatever another process appends meanwhile.
constexpr std::string_view kCountRows =
    "SELECT (SELECT COALESCE(SUM(size), 0) FROM log WHERE case_id = ?1),"
    " (SELECT COUNT(*) FROM entry WHERE case_id = ?1),"
    " (SELECT COUNT(*) FROM entry_text WHERE case_id = ?1),"
    " (SELECT COUNT(DISTINCT item) FROM entry WHERE case_id = ?1 AND type = 'item.added'"
    " AND item <> ''),"
    " (SELECT COUNT(*) FROM item WHERE case_id = ?1),"
    " (SELECT COUNT(*) FROM item_facts WHERE case_id = ?1),"
    " (SELECT COUNT(*) FROM (SELECT 1 FROM entry WHERE case_id = ?1 AND type = 'case.created'"
    " LIMIT 1)),"
    " (SELECT COUNT(*) FROM case_info WHERE case_id = ?1)";

bool has_as_many_rows_as_entries(store::Connection& catalog, const base::Bytes& case_id) {
    store::Rows rows = catalog.query(kCountRows, case_id);
    if (!rows.next()) {
        return false;
    }
    const auto same = [&rows](int one, int other) {
        return rows.integer(one) == rows.integer(other);
    };
    return same(0, 1) && same(0, 2) && same(3, 4) && same(3, 5) && same(6, 7);
}

constexpr std::string_view kWrongArrivals =
    "SELECT item FROM item WHERE case_id = ?1 AND arrivals <> 1 +"
    " (SELECT COUNT(*) FROM entry INDEXED BY entry_of_item WHERE entry.case_id = ?1"
    " AND entry.item = item.item AND entry.item <> '' AND type = 'custody.received')"
    " ORDER BY item";

}  // namespace

void ProjectionCheck::check(store::Connection& catalog, const journal::Entry& entry,
                            std::vector<Finding>& findings) {
    try {
        if (!is_shown(catalog, entry, findings)) {
            findings.push_back(
                {FindingCode::kFactMismatch, journal::entry_subject(entry), kDiffers});
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        // It says nothing about the entry, and a page shows more than one.
        const std::string text = error.during("what it shows can't be read").what();
        if (findings.empty() || findings.back().text != text) {
            findings.push_back({FindingCode::kDamaged, "catalog", text});
        }
    }
}

bool ProjectionCheck::is_shown(store::Connection& catalog, const journal::Entry& entry,
                               std::vector<Finding>& findings) {
    bool is_shown = is_there(catalog, entry_row(entry));
    if (const std::optional<ItemRow> item = item_row(entry)) {
        if (!items_.insert(item->item).second) {
            findings.push_back({FindingCode::kFactMismatch, journal::entry_subject(entry),
                                "it adds an item under the id of another one"});
        } else if (!is_there(catalog, *item)) {
            findings.push_back({FindingCode::kFactMismatch, item->item, kDiffers});
        }
    } else if (const std::optional<CaseRow> of_case = case_row(entry)) {
        is_shown = is_shown && (case_is_known_ || is_there(catalog, *of_case));
        case_is_known_ = true;
    }
    return is_shown;
}

void ProjectionCheck::check_rest(store::Connection& catalog, const std::string& case_id,
                                 std::vector<Finding>& findings) {
    const base::Bytes id = journal::blob_of(case_id);
    if (!has_as_many_rows_as_entries(catalog, id)) {
        findings.push_back({FindingCode::kFactMismatch, "case " + case_id.substr(0, 8),
                            "the catalog shows more or less than its journal says; `kua status"
                            " --rebuild` makes it anew"});
    }
    store::Rows rows = catalog.query(kWrongArrivals, id);
    while (rows.next()) {
        findings.push_back({FindingCode::kFactMismatch, std::string{rows.text(0)},
                            "its arrivals are not as many as were signed; `kua status --rebuild`"
                            " counts them anew"});
    }
}

std::vector<Finding> find_lost_cases(store::Connection& catalog) {
    store::Rows rows = catalog.query(
        "SELECT case_id FROM (SELECT case_id FROM log UNION SELECT case_id FROM bundle"
        " UNION SELECT case_id FROM object UNION SELECT case_id FROM case_info"
        " UNION SELECT case_id FROM entry UNION SELECT case_id FROM entry_text"
        " UNION SELECT case_id FROM item UNION SELECT case_id FROM item_facts)"
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
