#include <array>
#include <string_view>

#include "vault/evidence/items.h"
#include "vault/evidence/search/find.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kMostNamed = 5;

constexpr std::string_view kUntranscribed =
    "SELECT item AS id FROM item INDEXED BY item_by_kind WHERE case_id = ?1"
    " AND kind IN ('audio', 'video') AND NOT EXISTS (SELECT 1 FROM passage"
    " WHERE passage.case_id = ?1 AND passage.subject = item.item"
    " AND passage.place LIKE 'transcript %') AND NOT EXISTS (SELECT 1 FROM link"
    " WHERE link.case_id = ?1 AND link.subject = item.item AND link.relation = 'recording_of')";
constexpr std::string_view kCountUntranscribed =
    "SELECT COUNT(*) FROM item INDEXED BY item_by_kind WHERE case_id = ?1"
    " AND kind IN ('audio', 'video') AND NOT EXISTS (SELECT 1 FROM passage"
    " WHERE passage.case_id = ?1 AND passage.subject = item.item"
    " AND passage.place LIKE 'transcript %') AND NOT EXISTS (SELECT 1 FROM link"
    " WHERE link.case_id = ?1 AND link.subject = item.item AND link.relation = 'recording_of')";

struct Question {
    std::string_view code;
    std::string_view count;  // SQL; parameter 1 is the case
    std::string_view ids;    // SQL of items or sources, named `id`
    bool is_rest = false;    // counted are the items of which it is not so
};

// In the order in which they hurt. What is there has an index, what isn't there has none.
constexpr std::array<Question, 8> kQuestions = {{
    {"consent_not_asked",
     "SELECT COUNT(*) FROM thing WHERE case_id = ?1 AND kind = 'source' AND NOT EXISTS (SELECT 1"
     " FROM consent WHERE consent.case_id = ?1 AND consent.source = thing.thing)",
     "SELECT thing AS id FROM thing WHERE case_id = ?1 AND kind = 'source' AND NOT EXISTS (SELECT 1"
     " FROM consent WHERE consent.case_id = ?1 AND consent.source = thing.thing)"},
    {"source_unknown",
     "SELECT COUNT(*) FROM item INDEXED BY item_by_source WHERE case_id = ?1"
     " AND source = 'unknown'",
     "SELECT item AS id FROM item INDEXED BY item_by_source WHERE case_id = ?1"
     " AND source = 'unknown'"},
    {"not_looked_at",
     "SELECT COUNT(DISTINCT item) FROM facet WHERE case_id = ?1 AND facet = 'carries'",
     "SELECT item AS id FROM item WHERE case_id = ?1 AND NOT EXISTS (SELECT 1 FROM facet INDEXED BY"
     " facet_of_item WHERE facet.case_id = ?1 AND facet.item = item.item"
     " AND facet.facet = 'carries')",
     true},
    {"no_date", "SELECT COUNT(*) FROM dated WHERE case_id = ?1",
     "SELECT item AS id FROM item WHERE case_id = ?1 AND NOT EXISTS (SELECT 1 FROM dated"
     " WHERE dated.case_id = ?1 AND dated.item = item.item)",
     true},
    {"date_only_of_the_file",
     "SELECT COUNT(*) FROM item INDEXED BY item_by_file_time WHERE case_id = ?1"
     " AND captured_basis = 'file_time'",
     "SELECT item AS id FROM item INDEXED BY item_by_file_time WHERE case_id = ?1"
     " AND captured_basis = 'file_time'"},
    {"no_place", "SELECT COUNT(DISTINCT item) FROM facet WHERE case_id = ?1 AND facet = 'place'",
     "SELECT item AS id FROM item WHERE case_id = ?1 AND NOT EXISTS (SELECT 1 FROM facet INDEXED BY"
     " facet_of_item WHERE facet.case_id = ?1 AND facet.item = item.item"
     " AND facet.facet = 'place')",
     true},
    {"not_transcribed", kCountUntranscribed, kUntranscribed},
    {"tag_not_verified",
     "SELECT COUNT(DISTINCT item) FROM facet WHERE case_id = ?1 AND facet = 'tag'"
     " AND value LIKE '%=unverified'",
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
        open.count =
            static_cast<std::uint64_t>(catalog.query_integer(question.count, id).value_or(0));
        open.count = question.is_rest ? report.items - open.count : open.count;
        if (open.count == 0) {
            continue;
        }
        {
            store::Rows rows = catalog.query(
                std::string{question.ids} + " ORDER BY id LIMIT " + std::to_string(kMostNamed), id);
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
