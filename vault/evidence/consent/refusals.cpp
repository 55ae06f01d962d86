#include "vault/evidence/consent/refusals.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "vault/evidence/consent/consents.h"
#include "vault/evidence/members.h"
#include "vault/evidence/pseudonym.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

// Of one source: an honest member has a handful.
constexpr std::size_t kMostDrafts = 20;
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

AttributeSet refused_for(const ConsentStatement& statement, Purpose purpose,
                         const std::vector<ConsentStatement>& answers) {
    AttributeSet refused;
    for (const Attribute attribute : kAllAttributes) {
        const bool is_answered =
            std::any_of(answers.begin(), answers.end(), [&](const ConsentStatement& other) {
                return other.place.knows(statement.place) && is_about_all_of(other, statement) &&
                       other.covered.allows(purpose, attribute);
            });
        refused.set(index_of(attribute), refuses(statement, purpose, attribute) && !is_answered);
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
std::vector<journal::EntryDraft> drafts_of(const std::string& source, const Refused& refused) {
    std::vector<journal::EntryDraft> drafts;
    for (const auto& [items, grid] : refused) {
        std::map<unsigned long, PurposeSet> purposes_by_attributes;
        for (const Purpose purpose : kAllPurposes) {
            if (grid.allowed(purpose).any()) {
                purposes_by_attributes[grid.allowed(purpose).to_ulong()].set(index_of(purpose));
            }
        }
        for (const auto& [attributes, purposes] : purposes_by_attributes) {
            drafts.push_back(draft_of(source, AttributeSet{attributes}, purposes, items));
        }
        if (drafts.size() > kMostDrafts || items.size() > kMostItems) {
            PurposeSet purposes = PurposeSet{}.set();
            purposes.reset(index_of(Purpose::kKeep));
            return {draft_of(source, AttributeSet{}.set(), purposes, {})};
        }
    }
    return drafts;
}

// Sources that somebody added who counts without those entries.
std::set<std::string> known_sources(store::Connection& catalog, const std::string& case_id,
                                    const std::string& author, std::uint64_t last_seq) {
    store::Rows rows = catalog.query(
        "SELECT DISTINCT consent.source FROM consent WHERE consent.case_id = ?1"
        " AND consent.author = ?2 AND consent.seq > ?3 AND EXISTS (SELECT 1 FROM entry INDEXED BY"
        " entry_of_item WHERE entry.case_id = ?1 AND entry.item = consent.source"
        " AND entry.type = 'source.added' AND (entry.author <> ?2 OR entry.seq <= ?3))",
        journal::blob_of(case_id), journal::blob_of(author), last_seq);
    std::set<std::string> sources;
    while (rows.next()) {
        if (is_pseudonym(rows.text(0))) {
            sources.emplace(rows.text(0));
        }
    }
    return sources;
}

}  // namespace

RepeatedRefusals repeat_refusals(store::Connection& catalog, const std::string& case_id,
                                 const std::string& author, std::uint64_t last_seq) {
    RepeatedRefusals repeated;
    const std::string owner = owner_of(catalog, case_id);
    for (const std::string& source : known_sources(catalog, case_id, author, last_seq)) {
        std::vector<ConsentStatement> set_aside;
        std::vector<ConsentStatement> answers;
        for (ConsentStatement& one : list_statements(catalog, case_id, source)) {
            if (one.place.author == owner) {
                answers.push_back(std::move(one));
            } else if (one.place.author == author && one.place.seq > last_seq && one.is_answer) {
                set_aside.push_back(std::move(one));
            }
        }
        Refused refused;
        bool is_keep_refused = false;
        for (const ConsentStatement& one : set_aside) {
            for (const Purpose purpose : kAllPurposes) {
                const AttributeSet attributes = refused_for(one, purpose, answers);
                if (purpose == Purpose::kKeep) {
                    is_keep_refused = is_keep_refused || attributes.any();
                } else if (attributes.any()) {
                    refused[one.items].allow(purpose, attributes);
                }
            }
        }
        std::vector<journal::EntryDraft> drafts = drafts_of(source, refused);
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
