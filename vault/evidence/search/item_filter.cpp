#include "vault/evidence/search/item_filter.h"

#include <algorithm>
#include <map>
#include <set>

#include "vault/base/json.h"
#include "vault/base/parse.h"
#include "vault/base/utf8.h"
#include "vault/evidence/casework/things.h"
#include "vault/evidence/consent/statement.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/search/search_rows.h"
#include "vault/evidence/standing_facts.h"
#include "vault/format/edtf.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::string_view kOfFacet =
    "SELECT facet.item FROM facet WHERE facet.case_id = ?1 AND facet.facet = ";
// Two times of day are compared in UTC, all else by what the calendar there shows.
constexpr std::string_view kByDate =
    "SELECT dated.item FROM dated WHERE dated.case_id = ?1"
    " AND (earliest IS NULL OR ?6 IS NULL OR CASE WHEN ?7 IS NULL OR utc_offset IS NULL"
    " THEN earliest <= ?6 ELSE earliest - 60 * utc_offset <= ?6 - 60 * ?7 END)"
    " AND (latest IS NULL OR ?5 IS NULL OR CASE WHEN ?7 IS NULL OR utc_offset IS NULL"
    " THEN latest >= ?5 ELSE latest - 60 * utc_offset >= ?5 - 60 * ?7 END)";
constexpr std::string_view kUndated =
    "NOT EXISTS (SELECT 1 FROM dated WHERE dated.case_id = ?1 AND dated.item = item.item)";

template <class Texts>
std::string json_of(const Texts& texts) {
    base::Json array = base::Json::array();
    for (const std::string& text : texts) {
        array.push_back(text);
    }
    return base::write_json(array);
}

void check_words(const ItemFilters& asked) {
    GivenFacts facts;  // a word that no item can have is a mistake, not an empty list
    if (asked.kind) {
        facts["kind"] = {*asked.kind};
    }
    if (asked.source) {
        facts["source"] = {*asked.source};
    }
    if (asked.language) {
        facts["language"] = {*asked.language};
    }
    check_given_facts(facts);
}

void take_tag(ItemFilter& filter, const std::string& asked) {
    const std::size_t equals = asked.find('=');
    if (equals == std::string::npos) {
        filter.tags = json_of(std::vector<std::string>{asked + "=unverified", asked + "=verified"});
        return;
    }
    const std::string state = asked.substr(equals + 1);
    if (state != "unverified" && state != "verified") {
        throw Error{ErrorCode::kUsage, "--tag: write TAG, TAG=verified or TAG=unverified"};
    }
    filter.tags = json_of(std::vector<std::string>{asked});
}

// Each source once, from one to the next: not all that was said by each.
std::vector<std::string> list_asked_sources(store::Connection& catalog,
                                            const std::string& case_id) {
    store::Rows rows = catalog.query(
        "WITH RECURSIVE one (source) AS (SELECT MIN(source) FROM consent WHERE case_id = ?1"
        " UNION ALL SELECT (SELECT MIN(next.source) FROM consent AS next WHERE next.case_id = ?1"
        " AND next.source > one.source) FROM one WHERE one.source IS NOT NULL)"
        " SELECT source FROM one WHERE source IS NOT NULL",
        journal::blob_of(case_id));
    std::vector<std::string> sources;
    while (rows.next()) {
        sources.emplace_back(rows.text(0));
    }
    return sources;
}

// Whether nobody allowed it. Most say nothing that it takes reading for.
bool is_hollow(std::string_view facts) {
    for (const std::string_view word : {"voluntary", "understood", "given_by", "not_possible"}) {
        if (facts.find(word) != facts.npos) {
            return !why_nobody_allowed(parse_facts(facts)).empty();
        }
    }
    return false;
}

// The level that each source gave last; those that gave none are left out.
std::map<std::string, std::int64_t> levels_of_sources(store::Connection& catalog,
                                                      const std::string& case_id) {
    std::map<std::string, std::int64_t> levels;
    for (const std::string& source : list_asked_sources(catalog, case_id)) {
        // From the newest on: most of a large case's consents are old, or not the last of many.
        store::Rows rows = catalog.query(
            "SELECT json_extract(facts, '$.level'), facts FROM consent WHERE case_id = ?1 AND "
            "source = ?2"
            " AND json_type(facts, '$.level') = 'integer' AND json_type(facts, '$.items') IS NULL"
            " ORDER BY lamport DESC, author DESC, seq DESC LIMIT 1",
            journal::blob_of(case_id), source);
        if (!rows.next()) {
            continue;
        }
        const std::int64_t level = rows.integer(0);
        // What nobody can be asked about is raised to 2 at most; what is no level allows nothing.
        const std::int64_t most = source == "unknown" ? 2 : static_cast<std::int64_t>(kMaxLevel);
        const bool is_level =
            level >= 0 && level <= static_cast<std::int64_t>(kMaxLevel) && !is_hollow(rows.text(1));
        levels[source] = is_level ? std::min(level, most) : 0;
    }
    return levels;
}

void take_consent(store::Connection& catalog, const std::string& case_id, ItemFilter& filter,
                  const std::string& asked) {
    const auto level = base::parse_unsigned(asked, kMaxLevel);
    if (!level) {
        throw Error{ErrorCode::kUsage, "--consent: levels go from 0 to 5"};
    }
    std::set<std::string> with;
    std::set<std::string> without{"public"};
    for (const auto& [source, given] : levels_of_sources(catalog, case_id)) {
        (given == static_cast<std::int64_t>(*level) ? with : without).insert(source);
    }
    if (*level == 0) {
        filter.not_consent_sources = json_of(without);  // who was never asked is at 0, too
    } else {
        filter.consent_sources = json_of(with);
    }
}

}  // namespace

ItemFilter make_item_filter(store::Connection& catalog, const std::string& case_id,
                            const ItemFilters& asked) {
    check_words(asked);
    ItemFilter filter;
    filter.kind = asked.kind;
    filter.source = asked.source;
    filter.undated = asked.undated;
    if (asked.language) {
        filter.language = base::to_ascii_lower(*asked.language);
    }
    if (asked.tag) {
        take_tag(filter, *asked.tag);
    }
    if (asked.consent) {
        take_consent(catalog, case_id, filter, *asked.consent);
    }
    if (asked.place) {
        filter.places = json_of(facets_around(catalog, case_id, *asked.place));
    }
    if (asked.date) {
        const format::TimeSpan span = format::parse_edtf(*asked.date).span;
        filter.by_date = true;
        filter.earliest_s = span.earliest_s;
        filter.latest_s = span.latest_s;
        filter.utc_offset_minutes = span.utc_offset_minutes;
    }
    return filter;
}

store::Rows query_items(store::Connection& catalog, std::string_view columns,
                        const std::string& case_id, const ItemFilter& filter, ItemOrder order) {
    std::string sql = "SELECT " + std::string{columns} + " FROM item WHERE case_id = ?1";
    const std::string facet{kOfFacet};
    if (filter.kind) {
        sql += " AND kind = ?2";
    }
    if (filter.source) {
        sql +=
            " AND item IN (SELECT one.item FROM item AS one WHERE one.case_id = ?1"
            " AND one.source = ?3 UNION ALL " +
            facet + "'source' AND value = ?3)";
    }
    if (filter.places) {
        sql += " AND item IN (" + facet +
               "'place' AND value IN (SELECT json_each.value FROM json_each(?4)))";
    }
    const std::string by_date = "item IN (" + std::string{kByDate} + ")";
    const std::string undated{kUndated};
    if (filter.by_date) {
        sql += filter.undated ? " AND (" + by_date + " OR " + undated + ")" : " AND " + by_date;
    } else if (filter.undated) {
        sql += " AND " + undated;
    }
    if (filter.consent_sources) {
        sql += " AND source IN (SELECT json_each.value FROM json_each(?8))";
    }
    if (filter.not_consent_sources) {
        sql += " AND source NOT IN (SELECT json_each.value FROM json_each(?9))";
    }
    if (filter.language) {
        sql += " AND item IN (" + facet + "'language' AND value = ?10)";
    }
    if (filter.tags) {
        sql += " AND item IN (" + facet +
               "'tag' AND value IN (SELECT json_each.value FROM json_each(?11)))";
    }
    // Every parameter is named, whether it is asked for or not.
    sql += " AND (1 OR ?2 OR ?3 OR ?4 OR ?5 OR ?6 OR ?7 OR ?8 OR ?9 OR ?10 OR ?11)";
    if (order == ItemOrder::kAsTheyCame) {
        // Sorting what fits is less than looking at all in their order, which SQLite prefers.
        sql += filter.any() ? " ORDER BY +lamport, +author" : " ORDER BY lamport, author";
    }
    return catalog.query(sql, journal::blob_of(case_id), filter.kind, filter.source, filter.places,
                         filter.earliest_s, filter.latest_s, filter.utc_offset_minutes,
                         filter.consent_sources, filter.not_consent_sources, filter.language,
                         filter.tags);
}

}  // namespace kua::evidence
