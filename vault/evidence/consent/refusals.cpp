#include "vault/evidence/consent/refusals.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "vault/evidence/consent/cell_answer.h"
#include "vault/evidence/consent/consents.h"
#include "vault/evidence/members.h"
#include "vault/evidence/pseudonym.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

// Of one source, and of all: an honest member has a handful. Items of one entry.
constexpr std::size_t kMostDrafts = 20;
constexpr std::size_t kMostDraftsOfAll = 5'000;
// From here on nothing more: it must all go into one bundle (journal/manifest.h).
constexpr std::size_t kTooManyDrafts = 50'000;
constexpr std::size_t kMostItems = 200;

// What is refused of these items (of all, if none is named), by purpose.
using Refused = std::map<std::vector<std::string>, ConsentGrid>;

bool is_about_all_of(const ConsentStatement& later, const ConsentStatement& earlier) {
    return later.items.empty() ||
           (!earlier.items.empty() &&
            std::all_of(earlier.items.begin(), earlier.items.end(), [&later](const auto& item) {
                return std::find(later.items.begin(), later.items.end(), item) != later.items.end();
            }));
}

bool refuses(const ConsentStatement& statement, Purpose purpose, Attribute attribute) {
    return statement.covered.allows(purpose, attribute) &&
           !statement.allowed.allows(purpose, attribute);
}

// What one author is said to refuse that won't count any more, and what goes on to count.
struct SourceToRepeat {
    std::string source;
    std::vector<ConsentStatement> set_aside;
    std::vector<ConsentStatement> answers;  // of the owner
    SourceConsent rest;
};

// Of anything that the statement is about: it may take back what was allowed of another item by
// name, as it covers everything, or what was made from the items it names. Where that is, or of
// very many items, it counts as allowed: to refuse what wasn't allowed anyhow harms nobody.
bool allows_still(const SourceToRepeat& about, const ConsentStatement& statement, Purpose purpose,
                  Attribute attribute) {
    const auto allows = [&](std::vector<std::string> lineage) {
        ConsentSubject subject;
        subject.lineage = std::move(lineage);
        return allows_cell(about.rest, subject, purpose, attribute);
    };
    const bool is_allowed_by_name =
        std::any_of(about.rest.statements.begin(), about.rest.statements.end(),
                    [&](const ConsentStatement& other) {
                        return !other.items.empty() && other.allowed.allows(purpose, attribute);
                    });
    if (is_allowed_by_name || statement.items.size() > kMostItems) {
        return true;
    }
    return statement.items.empty()
               ? allows({})
               : std::any_of(statement.items.begin(), statement.items.end(),
                             [&](const std::string& item) { return allows({item}); });
}

// Allowed, but not to anybody or not without more.
bool narrows(const ConsentStatement& statement, Purpose purpose, Attribute attribute) {
    return purpose != Purpose::kKeep && statement.allowed.allows(purpose, attribute) &&
           (!statement.recipients.empty() || statement.asks_a_person());
}

// Whether the others say to see to the same. Not told where anything is said of single items.
bool says_the_same(const SourceToRepeat& about, const ConsentStatement& statement,
                   Purpose purpose) {
    const auto names_items = [](const ConsentStatement& one) { return !one.items.empty(); };
    SourceConsent alone;
    alone.statements = {statement};
    return !names_items(statement) &&
           std::none_of(about.rest.statements.begin(), about.rest.statements.end(), names_items) &&
           standing_terms(alone, purpose) == standing_terms(about.rest, purpose);
}

// A level answers everything: it counts as far as it takes back. What was refused by itself counts
// also where nothing else was said.
AttributeSet refused_for(const SourceToRepeat& about, const ConsentStatement& statement,
                         Purpose purpose) {
    AttributeSet refused;
    for (const Attribute attribute : kAllAttributes) {
        const bool is_answered =
            std::any_of(about.answers.begin(), about.answers.end(), [&](const auto& other) {
                return other.place.knows(statement.place) &&
                       !was_said_before(other, statement, /*is_refusal=*/true) &&
                       is_about_all_of(other, statement) &&
                       other.covered.allows(purpose, attribute);
            });
        const bool is_narrowed = narrows(statement, purpose, attribute) &&
                                 allows_still(about, statement, purpose, attribute) &&
                                 !says_the_same(about, statement, purpose);
        const bool is_refused =
            refuses(statement, purpose, attribute) &&
            (!statement.level || allows_still(about, statement, purpose, attribute));
        refused.set(index_of(attribute), !is_answered && (is_refused || is_narrowed));
    }
    return refused;
}

template <class Terms, class Set>
base::Json names_in(const Terms& all, const Set& some) {
    base::Json names = base::Json::array();
    for (const auto term : all) {
        if (some.test(index_of(term))) {
            names.push_back(std::string{name_of(term)});
        }
    }
    return names;
}

journal::EntryDraft draft_of(const std::string& source, const AttributeSet& attributes,
                             const PurposeSet& purposes, const std::vector<std::string>& items) {
    std::vector<journal::Fact> facts = {{"source", source}};
    facts.push_back({"purposes", names_in(kAllPurposes, purposes)});
    facts.push_back({"attributes", names_in(kAllAttributes, attributes)});
    if (!items.empty()) {
        facts.push_back({"items", items});
    }
    facts.push_back({"comment", "said before in entries of a removed member that count no more"});
    return {"consent.withdrawn", std::move(facts)};
}

// One entry for the purposes in which the same is refused of the same.
void add_drafts(std::vector<journal::EntryDraft>& drafts, const std::string& source,
                const ConsentGrid& grid, const std::vector<std::string>& items) {
    std::map<unsigned long, PurposeSet> purposes_by_attributes;
    for (const Purpose purpose : kAllPurposes) {
        if (grid.allowed(purpose).any()) {
            purposes_by_attributes[grid.allowed(purpose).to_ulong()].set(index_of(purpose));
        }
    }
    for (const auto& [attributes, purposes] : purposes_by_attributes) {
        drafts.push_back(draft_of(source, AttributeSet{attributes}, purposes, items));
    }
}

// Where there is too much of it, the same of all that the source gave.
std::vector<journal::EntryDraft> drafts_of(const std::string& source, const Refused& refused,
                                           std::size_t most) {
    std::vector<journal::EntryDraft> drafts;
    for (const auto& [items, grid] : refused) {
        if (items.empty()) {
            add_drafts(drafts, source, grid, {});
        }
        for (std::size_t i = 0; i < items.size() && drafts.size() <= most; i += kMostItems) {
            const auto from = items.begin() + static_cast<std::ptrdiff_t>(i);
            const std::size_t count = std::min(kMostItems, items.size() - i);
            add_drafts(drafts, source, grid, {from, from + static_cast<std::ptrdiff_t>(count)});
        }
        if (drafts.size() > most) {
            break;
        }
    }
    if (drafts.size() <= most) {
        return drafts;
    }
    ConsentGrid all;
    for (const auto& [items, grid] : refused) {
        for (const Purpose purpose : kAllPurposes) {
            all.allow(purpose, grid.allowed(purpose));
        }
    }
    drafts.clear();
    add_drafts(drafts, source, all, {});
    return drafts;
}

// That somebody wasn't asked takes back what was allowed.
journal::EntryDraft draft_of_level_0(const std::string& source) {
    return {"consent.given",
            {{"source", source},
             {"level", kLevelNotAsked},
             {"how_informed", "not_possible"},
             {"comment", "said before in entries of a removed member that count no more"}}};
}

// Sources that are known without those entries: to others, by an entry or an item.
std::set<std::string> known_sources(store::Connection& catalog, const std::string& case_id,
                                    const std::string& author, std::uint64_t last_seq) {
    store::Rows rows = catalog.query(
        "SELECT said.source FROM (SELECT DISTINCT source FROM consent WHERE case_id = ?1"
        " AND author = ?2 AND seq > ?3) AS said WHERE EXISTS (SELECT 1 FROM entry INDEXED BY"
        " entry_of_item WHERE entry.case_id = ?1 AND entry.item = said.source"
        " AND (entry.author <> ?2 OR entry.seq <= ?3)) OR EXISTS (SELECT 1 FROM item INDEXED BY"
        " item_by_source WHERE item.case_id = ?1 AND item.source = said.source"
        " AND item.author <> ?2)",
        journal::blob_of(case_id), journal::blob_of(author), last_seq);
    std::set<std::string> sources;
    while (rows.next()) {
        if (is_pseudonym(rows.text(0))) {
            sources.emplace(rows.text(0));
        }
    }
    return sources;
}

SourceToRepeat read_source(store::Connection& catalog, const std::string& case_id,
                           const std::string& author, std::uint64_t last_seq,
                           const std::string& source) {
    SourceToRepeat about;
    about.source = source;
    const std::string owner = owner_of(catalog, case_id);
    for (ConsentStatement& one : list_statements(catalog, case_id, source)) {
        if (one.place.author == author && one.place.seq > last_seq) {
            about.set_aside.push_back(std::move(one));
            continue;
        }
        if (one.place.author == owner && one.is_answer) {
            about.answers.push_back(one);
        }
        about.rest.statements.push_back(std::move(one));
    }
    return about;
}

// What may not be kept may not go out, either; that it is destroyed takes somebody who is trusted.
ConsentGrid refused_by(const SourceToRepeat& about, const ConsentStatement& statement) {
    const AttributeSet not_kept = refused_for(about, statement, Purpose::kKeep);
    ConsentGrid refused;
    for (const Purpose purpose : kAllPurposes) {
        if (purpose != Purpose::kKeep) {
            refused.allow(purpose, refused_for(about, statement, purpose) | not_kept);
        }
    }
    return refused;
}

bool is_level_0_needed(const SourceToRepeat& about) {
    return std::any_of(about.set_aside.begin(), about.set_aside.end(), [&](const auto& one) {
        return !one.is_answer &&
               std::none_of(about.answers.begin(), about.answers.end(), [&](const auto& other) {
                   return other.place.knows(one.place) && is_about_all_of(other, one);
               });
    });
}

}  // namespace

RepeatedRefusals repeat_refusals(store::Connection& catalog, const std::string& case_id,
                                 const std::string& author, std::uint64_t last_seq) {
    RepeatedRefusals repeated;
    for (const std::string& source : known_sources(catalog, case_id, author, last_seq)) {
        if (repeated.drafts.size() > kTooManyDrafts) {
            ++repeated.left_out;
            continue;
        }
        const SourceToRepeat about = read_source(catalog, case_id, author, last_seq, source);
        Refused refused;
        bool is_keep_refused = false;
        for (const ConsentStatement& one : about.set_aside) {
            if (!one.is_answer) {
                continue;
            }
            const ConsentGrid grid = refused_by(about, one);
            if (grid != ConsentGrid{}) {
                for (const Purpose purpose : kAllPurposes) {
                    refused[one.items].allow(purpose, grid.allowed(purpose));
                }
            }
            is_keep_refused = is_keep_refused || refused_for(about, one, Purpose::kKeep).any();
        }
        const bool is_full = repeated.drafts.size() > kMostDraftsOfAll;
        std::vector<journal::EntryDraft> drafts =
            drafts_of(source, refused, is_full ? 0 : kMostDrafts);
        if (is_level_0_needed(about)) {
            drafts.push_back(draft_of_level_0(source));
        }
        if (!drafts.empty()) {
            repeated.sources.push_back(source);
            std::move(drafts.begin(), drafts.end(), std::back_inserter(repeated.drafts));
        }
        if (is_keep_refused) {
            repeated.keep.push_back(source);
        }
    }
    return repeated;
}

}  // namespace kua::evidence
