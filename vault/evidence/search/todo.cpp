#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "vault/evidence/consent/consents.h"
#include "vault/evidence/items.h"
#include "vault/evidence/search/find.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kMostNamed = 5;

struct Question {
    std::string_view code;
    std::string_view ids;  // SQL of items or sources, named `id`; parameter 1 is the case
    // Where that looks at every item: SQL that counts those of which it is not so, by an index.
    std::string_view count_of_rest = {};
};

// In the order in which they hurt.
constexpr std::array<Question, 9> kQuestions = {{
    // A slip of the finger in a sealed case: whoever meant another source goes on unprotected.
    {"consent_of_nobody",
     "SELECT id FROM (SELECT DISTINCT source AS id FROM consent WHERE case_id = ?1) WHERE id NOT IN"
     " ('self', 'unknown') AND NOT EXISTS (SELECT 1 FROM thing WHERE thing.case_id = ?1"
     " AND thing.thing = id)"},
    {"consent_not_asked",
     "SELECT thing AS id FROM thing WHERE case_id = ?1 AND kind = 'source' AND NOT EXISTS (SELECT 1"
     " FROM consent WHERE consent.case_id = ?1 AND consent.source = thing.thing)"},
    {"source_unknown",
     "SELECT item AS id FROM item INDEXED BY item_by_source WHERE case_id = ?1"
     " AND source = 'unknown'"},
    {"not_looked_at",
     "SELECT item AS id FROM item WHERE case_id = ?1 AND NOT EXISTS (SELECT 1 FROM facet INDEXED BY"
     " facet_of_item WHERE facet.case_id = ?1 AND facet.item = item.item"
     " AND facet.facet = 'carries')",
     "SELECT COUNT(DISTINCT item) FROM facet WHERE case_id = ?1 AND facet = 'carries'"},
    {"no_date",
     "SELECT item AS id FROM item WHERE case_id = ?1 AND NOT EXISTS (SELECT 1 FROM dated"
     " WHERE dated.case_id = ?1 AND dated.item = item.item)",
     "SELECT COUNT(*) FROM dated WHERE case_id = ?1"},
    {"date_only_of_the_file",
     "SELECT item AS id FROM item INDEXED BY item_by_file_time WHERE case_id = ?1"
     " AND captured_basis = 'file_time'"},
    {"no_place",
     "SELECT item AS id FROM item WHERE case_id = ?1 AND NOT EXISTS (SELECT 1 FROM facet INDEXED BY"
     " facet_of_item WHERE facet.case_id = ?1 AND facet.item = item.item"
     " AND facet.facet = 'place')",
     "SELECT COUNT(DISTINCT item) FROM facet WHERE case_id = ?1 AND facet = 'place'"},
    {"not_transcribed",
     "SELECT item AS id FROM item INDEXED BY item_by_kind WHERE case_id = ?1"
     " AND kind IN ('audio', 'video') AND NOT EXISTS (SELECT 1 FROM passage"
     " WHERE passage.case_id = ?1 AND passage.subject = item.item"
     " AND passage.place LIKE 'transcript %') AND NOT EXISTS (SELECT 1 FROM link WHERE"
     " link.case_id = ?1 AND link.subject = item.item AND link.relation = 'recording_of')"},
    {"tag_not_verified",
     "SELECT DISTINCT item AS id FROM facet WHERE case_id = ?1 AND facet = 'tag'"
     " AND value LIKE '%=unverified'"},
}};

std::uint64_t count_rows(store::Connection& catalog, const std::string& sql,
                         const base::Bytes& case_id) {
    return static_cast<std::uint64_t>(catalog.query_integer(sql, case_id).value_or(0));
}

// Nobody has anything to do any more with what was destroyed here.
class Shredded {
public:
    Shredded(store::Connection& catalog, const std::string& case_id)
        : catalog_(catalog), case_id_(journal::blob_of(case_id)) {
        base::Json all = base::Json::array();
        for (std::string& item : list_shredded_here(catalog, case_id)) {
            all.push_back(std::move(item));
        }
        count_ = all.size();
        json_ = base::write_json(all);
    }

    std::uint64_t count() const { return count_; }
    std::uint64_t count_among(const std::string& ids) const {
        return count_ == 0
                   ? 0
                   : static_cast<std::uint64_t>(
                         catalog_
                             .query_integer("SELECT COUNT(*) FROM (" + ids + ") WHERE id IN" + kAll,
                                            case_id_, json_)
                             .value_or(0));
    }
    std::vector<std::string> first_but_these(const std::string& ids) const {
        store::Rows rows = catalog_.query("SELECT id FROM (" + ids + ") WHERE id NOT IN" + kAll +
                                              " ORDER BY id LIMIT " + std::to_string(kMostNamed),
                                          case_id_, json_);
        std::vector<std::string> first;
        while (rows.next()) {
            first.emplace_back(rows.text(0));
        }
        return first;
    }

    // Whether another item is here that has that in a column.
    bool leaves_any(std::string_view column, const std::string& value) const {
        return catalog_
            .query_integer("SELECT 1 FROM item WHERE case_id = ?1 AND " + std::string{column} +
                               " = ?3 AND item NOT IN" + kAll + " LIMIT 1",
                           case_id_, json_, value)
            .has_value();
    }

    // What is here and may have been given by others than its `source` says: more than one, or of
    // what it was made from.
    std::vector<std::string> list_of_several_givers() const {
        store::Rows rows = catalog_.query(
            "SELECT item.item FROM item JOIN item_facts ON item_facts.case_id = item.case_id"
            " AND item_facts.item = item.item WHERE item.case_id = ?1 AND (arrivals > 1"
            " OR json_extract(facts, '$.derived_from') IS NOT NULL) AND item.item NOT IN" +
                std::string{kAll} + " ORDER BY item.item",
            case_id_, json_);
        std::vector<std::string> items;
        while (rows.next()) {
            items.emplace_back(rows.text(0));
        }
        return items;
    }

private:
    static constexpr const char* kAll = " (SELECT json_each.value FROM json_each(?2))";

    store::Connection& catalog_;
    base::Bytes case_id_;
    std::uint64_t count_ = 0;
    std::string json_;
};

bool refuses_keeping(const ConsentStatement& statement) {
    return statement.covered.allows(Purpose::kKeep, Attribute::kContent) &&
           !statement.allowed.allows(Purpose::kKeep, Attribute::kContent);
}

// Whether something is here still that this source doesn't allow to keep.
bool is_overdue(const Shredded& shredded, Consents& consents, const std::string& source) {
    const SourceConsent& consent = consents.of_giver(source);
    if (!standing_grid(consent).allows(Purpose::kKeep, Attribute::kContent)) {
        if (shredded.leaves_any("source", source)) {
            return true;
        }
        const std::vector<std::string> others = shredded.list_of_several_givers();
        if (std::ranges::any_of(others, [&](const std::string& item) {
                return consents.may_not_keep(source, item);
            })) {
            return true;
        }
    }
    for (const ConsentStatement& statement : consent.statements) {
        for (const std::string& item : statement.items) {
            if (refuses_keeping(statement) && shredded.leaves_any("item", item) &&
                refused_of(consent, consents.subject(item), Purpose::kKeep)
                    .test(index_of(Attribute::kContent))) {
                return true;
            }
        }
    }
    return false;
}

// Of those who refused something or took it back: who doesn't allow to keep what is here.
OpenQuestion who_withdrew_keeping(store::Connection& catalog, const std::string& case_id,
                                  const Shredded& shredded) {
    OpenQuestion open;
    open.code = "keep_withdrawn";
    std::vector<std::string> sources;
    {
        store::Rows rows = catalog.query(
            "SELECT DISTINCT source FROM consent INDEXED BY consent_refusing WHERE case_id = ?1"
            " AND (type = 'consent.withdrawn' OR json_extract(facts, '$.decision') = 'refuse')"
            " ORDER BY source",
            journal::blob_of(case_id));
        while (rows.next()) {
            sources.emplace_back(rows.text(0));
        }
    }
    Consents consents{catalog, case_id};
    for (const std::string& source : sources) {
        if (is_overdue(shredded, consents, source)) {
            ++open.count;
            if (open.first.size() < kMostNamed) {
                open.first.push_back(source);
            }
        }
    }
    return open;
}

}  // namespace

TodoReport list_open_questions(store::Connection& catalog, const std::string& case_id) {
    const base::Bytes id = journal::blob_of(case_id);
    TodoReport report;
    report.case_id = case_id;
    const Shredded shredded{catalog, case_id};
    if (OpenQuestion open = who_withdrew_keeping(catalog, case_id, shredded); open.count > 0) {
        report.open.push_back(std::move(open));
    }
    const std::uint64_t items =
        count_rows(catalog, "SELECT COUNT(*) FROM item WHERE case_id = ?1", id);
    report.items = items - shredded.count();
    for (const Question& question : kQuestions) {
        OpenQuestion open;
        open.code = question.code;
        const std::string ids{question.ids};
        open.count = question.count_of_rest.empty()
                         ? count_rows(catalog, "SELECT COUNT(*) FROM (" + ids + ")", id)
                         : items - count_rows(catalog, std::string{question.count_of_rest}, id);
        open.count -= shredded.count_among(ids);
        if (open.count == 0) {
            continue;
        }
        open.first = shredded.first_but_these(ids);
        for (std::string& one : open.first) {
            one = one.starts_with("i-") ? shorten_item(catalog, case_id, one) : one;
        }
        report.open.push_back(std::move(open));
    }
    return report;
}

}  // namespace kua::evidence
