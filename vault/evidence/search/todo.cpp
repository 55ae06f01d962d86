#include <array>
#include <string_view>

#include "vault/evidence/items.h"
#include "vault/evidence/search/find.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kMostNamed = 5;

struct Question {
    std::string_view code;
    std::string_view sql;  // of items, or of sources; parameter 1 is the case
};

// In the order in which they hurt.
constexpr std::array<Question, 8> kQuestions = {{
    {"consent_not_asked",
     "SELECT thing AS id FROM thing WHERE case_id = ?1 AND kind = 'source' AND NOT EXISTS (SELECT 1"
     " FROM consent WHERE consent.case_id = ?1 AND consent.source = thing.thing)"},
    {"source_unknown", "SELECT item AS id FROM item WHERE case_id = ?1 AND source = 'unknown'"},
    {"not_looked_at",
     "SELECT item AS id FROM item WHERE case_id = ?1 AND item NOT IN (SELECT facet.item FROM facet"
     " WHERE facet.case_id = ?1 AND facet.facet = 'carries')"},
    {"no_date",
     "SELECT item AS id FROM item WHERE case_id = ?1 AND item NOT IN (SELECT dated.item FROM dated"
     " WHERE dated.case_id = ?1)"},
    {"date_only_of_the_file",
     "SELECT item AS id FROM item WHERE case_id = ?1 AND captured_basis = 'file_time'"},
    {"no_place",
     "SELECT item AS id FROM item WHERE case_id = ?1 AND item NOT IN (SELECT facet.item FROM facet"
     " WHERE facet.case_id = ?1 AND facet.facet = 'place')"},
    {"not_transcribed",
     "SELECT item AS id FROM item WHERE case_id = ?1 AND kind IN ('audio', 'video') AND NOT EXISTS"
     " (SELECT 1 FROM passage WHERE passage.case_id = ?1 AND passage.subject = item.item"
     " AND passage.place LIKE 'transcript %') AND NOT EXISTS (SELECT 1 FROM link WHERE"
     " link.case_id = ?1 AND link.subject = item.item AND link.relation = 'recording_of')"},
    {"tag_not_verified",
     "SELECT DISTINCT item AS id FROM facet WHERE case_id = ?1 AND facet = 'tag'"
     " AND value LIKE '%=unverified'"},
}};

}  // namespace

TodoReport list_open_questions(store::Connection& catalog, const std::string& case_id) {
    const base::Bytes id = journal::blob_of(case_id);
    TodoReport report;
    report.case_id = case_id;
    report.items = static_cast<std::uint64_t>(
        catalog.query_integer("SELECT COUNT(*) FROM item WHERE case_id = ?1", id).value_or(0));
    for (const Question& question : kQuestions) {
        OpenQuestion open;
        open.code = question.code;
        open.count = static_cast<std::uint64_t>(
            catalog.query_integer("SELECT COUNT(*) FROM (" + std::string{question.sql} + ")", id)
                .value_or(0));
        if (open.count == 0) {
            continue;
        }
        {
            store::Rows rows = catalog.query(
                std::string{question.sql} + " ORDER BY id LIMIT " + std::to_string(kMostNamed), id);
            while (rows.next()) {
                open.first.emplace_back(rows.text(0));
            }
        }
        for (std::string& one : open.first) {
            one = one.starts_with("i-") ? shorten_item(catalog, case_id, one) : one;
        }
        report.open.push_back(std::move(open));
    }
    return report;
}

}  // namespace kua::evidence
