#include "vault/evidence/search/find.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "vault/base/json.h"
#include "vault/evidence/casework/things.h"
#include "vault/evidence/item_id.h"
#include "vault/evidence/items.h"
#include "vault/evidence/search/search_rows.h"
#include "vault/evidence/search/search_terms.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kMostHits = 20;  // shown of one item
// Of more passages than these there is no best: the word is one that everything has.
constexpr std::size_t kMostRanked = 15'000;

struct RankedPassage {
    double rank = 0;  // smaller is better
    std::int64_t number = 0;
};

// What was found of one item or other thing.
struct Candidate {
    std::string subject;
    double rank = 0;
    std::vector<RankedPassage> passages;

    void add(const RankedPassage& passage) {
        rank = passages.empty() ? passage.rank : std::min(rank, passage.rank);
        passages.push_back(passage);
    }
};
using Candidates = std::unordered_map<std::string, Candidate>;

void add_candidate(Candidates& candidates, const std::string& subject,
                   const RankedPassage& passage) {
    Candidate& candidate = candidates[subject];
    candidate.subject = subject;
    candidate.add(passage);
}

struct Matches {
    Candidates items;
    Candidates things;
    bool is_cut = false;  // there are more
};

using ItemSet = std::unordered_set<std::string>;

// Which items may be found: those that fit, if there is any filter, and none that was shredded
// here. What was said in these is still in the journal; whoever shredded them doesn't want it
// found.
class Findable {
public:
    Findable(std::optional<ItemSet> fitting, std::vector<std::string> shredded)
        : fitting_(std::move(fitting)), shredded_(std::move(shredded)) {}

    bool takes(const std::string& item) const {
        return (!fitting_ || fitting_->contains(item)) &&
               !std::ranges::binary_search(shredded_, item);
    }

private:
    std::optional<ItemSet> fitting_;
    std::vector<std::string> shredded_;  // sorted
};

// What may not be found doesn't count.
Matches match(store::Connection& catalog, const std::string& case_id,
              const std::vector<SearchTerm>& terms, const Findable& findable) {
    Matches matches;
    store::Rows rows = catalog.query(
        // The index first, whatever SQLite guesses: else it asks it once for every passage.
        "SELECT passage.subject, passage.number, bm25(search) FROM search CROSS JOIN passage"
        " ON passage.number = search.rowid WHERE search MATCH ?1 AND passage.case_id = ?2",
        match_expression(terms), journal::blob_of(case_id));
    for (std::size_t passages = 0; rows.next();) {
        const std::string subject{rows.text(0)};
        if (is_item_id(subject) && !findable.takes(subject)) {
            continue;
        }
        if (passages++ == kMostRanked) {
            matches.is_cut = true;
            break;
        }
        add_candidate(is_item_id(subject) ? matches.items : matches.things, subject,
                      {rows.real(2), rows.integer(1)});
    }
    return matches;
}

// Who looks for a place looks for what was taken there.
void add_items_of_places(store::Connection& catalog, const std::string& case_id,
                         const Findable& findable, Matches& matches) {
    for (const auto& [thing, found] : matches.things) {
        const ThingKind* kind = kind_of_id(thing);
        if (kind == nullptr || kind->name != kPlaceKind.name) {
            continue;
        }
        for (const std::string& facet : facets_at(catalog, case_id, thing)) {
            store::Rows rows = catalog.query(
                "SELECT item FROM facet WHERE case_id = ?1 AND facet = 'place' AND value = ?2",
                journal::blob_of(case_id), facet);
            while (rows.next()) {
                const std::string item{rows.text(0)};
                for (std::size_t i = 0;
                     i < found.passages.size() && i < kMostHits && findable.takes(item); ++i) {
                    add_candidate(matches.items, item, found.passages[i]);
                }
            }
        }
    }
}

ItemSet items_that_fit(store::Connection& catalog, const std::string& case_id,
                       const ItemFilter& filter) {
    ItemSet fitting;
    store::Rows rows = query_items(catalog, "item", case_id, filter, ItemOrder::kAny);
    while (rows.next()) {
        fitting.emplace(rows.text(0));
    }
    return fitting;
}

std::vector<const Candidate*> best_first(const Candidates& candidates) {
    std::vector<const Candidate*> sorted;
    sorted.reserve(candidates.size());
    for (const auto& [subject, candidate] : candidates) {
        sorted.push_back(&candidate);
    }
    std::ranges::sort(sorted, [](const Candidate* one, const Candidate* other) {
        return one->rank != other->rank ? one->rank < other->rank : one->subject < other->subject;
    });
    return sorted;
}

SearchHit load_hit(store::Connection& catalog, const std::vector<SearchTerm>& terms,
                   const std::string& subject, std::int64_t number) {
    store::Rows rows =
        catalog.query("SELECT subject, place, start, text FROM passage WHERE number = ?1", number);
    SearchHit hit;
    if (rows.next()) {
        // Of an item it is the place that is called so, not the item.
        hit.place = is_item_id(subject) && !is_item_id(rows.text(0)) ? "place" : rows.text(1);
        hit.start = rows.text(2);
        Excerpt excerpt = excerpt_of(rows.text(3), terms);
        hit.text = std::move(excerpt.text);
        hit.found = std::move(excerpt.found);
    }
    return hit;
}

std::vector<SearchHit> load_hits(store::Connection& catalog, const std::vector<SearchTerm>& terms,
                                 const Candidate& candidate) {
    std::vector<RankedPassage> passages = candidate.passages;
    std::ranges::sort(passages, [](const RankedPassage& one, const RankedPassage& other) {
        return one.rank != other.rank ? one.rank < other.rank : one.number < other.number;
    });
    std::vector<SearchHit> hits;
    for (const RankedPassage& passage : passages) {
        SearchHit hit = load_hit(catalog, terms, candidate.subject, passage.number);
        const bool is_known = std::ranges::any_of(hits, [&hit](const SearchHit& other) {
            return other.place == hit.place && other.text == hit.text;
        });
        if (!is_known && hits.size() < kMostHits) {
            hits.push_back(std::move(hit));
        }
    }
    return hits;
}

bool is_full(const FindRequest& request, std::size_t size) {
    return request.most != 0 && size >= request.most;
}

void list_fitting(store::Connection& catalog, const std::string& case_id,
                  const FindRequest& request, const ItemFilter& filter, FindReport& report) {
    for (ItemSummary& item : list_items(catalog, case_id, filter)) {
        if (item.shredded) {
            continue;
        }
        ++report.total_items;
        if (!is_full(request, report.items.size())) {
            report.items.push_back({std::move(item), {}});
        }
    }
}

void report_things(store::Connection& catalog, const std::string& case_id,
                   const std::vector<SearchTerm>& terms, const Matches& matches,
                   FindReport& report) {
    for (const Candidate* candidate : best_first(matches.things)) {
        const LinkEnd end = load_end(catalog, case_id, candidate->subject);
        report.things.push_back(
            {end.kind, end.id, end.short_id, end.name, load_hits(catalog, terms, *candidate)});
    }
}

}  // namespace

void find_in_case(store::Connection& catalog, const std::string& case_id,
                  const FindRequest& request, FindReport& report) {
    const std::vector<SearchTerm> terms = parse_search(request.words);
    if (terms.empty() && (!request.words.empty() || !request.filters.any())) {
        throw Error{ErrorCode::kUsage, "say what to look for: kua find WORDS, or a filter"};
    }
    const ItemFilter filter = make_item_filter(catalog, case_id, request.filters);
    if (terms.empty()) {
        list_fitting(catalog, case_id, request, filter, report);
        return;
    }
    std::optional<ItemSet> fitting;
    if (request.filters.any()) {
        fitting = items_that_fit(catalog, case_id, filter);
    }
    const Findable findable{std::move(fitting), list_shredded_here(catalog, case_id)};
    Matches matches = match(catalog, case_id, terms, findable);
    add_items_of_places(catalog, case_id, findable, matches);
    if (!request.filters.any()) {
        report_things(catalog, case_id, terms, matches, report);
    }
    report.total_items += matches.items.size();
    report.is_more = report.is_more || matches.is_cut;
    for (const Candidate* candidate : best_first(matches.items)) {
        if (is_full(request, report.items.size())) {
            break;
        }
        report.items.push_back({load_item(catalog, case_id, candidate->subject),
                                load_hits(catalog, terms, *candidate)});
    }
    const bool is_nothing = report.items.empty() && report.things.empty();
    report.shorter_words = is_nothing ? shorter_words(request.words) : std::string{};
}

}  // namespace kua::evidence
