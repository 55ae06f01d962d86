#include "vault/evidence/consent/refusals.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "vault/evidence/consent/consents.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

// The purposes in which the same attributes are refused: one entry says them all.
using Refused = std::map<unsigned long, PurposeSet>;

bool is_about_all_of(const ConsentStatement& later, const ConsentStatement& earlier) {
    return later.items.empty() ||
           (!earlier.items.empty() &&
            std::all_of(earlier.items.begin(), earlier.items.end(), [&later](const auto& item) {
                return std::find(later.items.begin(), later.items.end(), item) != later.items.end();
            }));
}

// Whether one that goes on to count took its place.
bool is_answered(const ConsentStatement& refusal, Purpose purpose, Attribute attribute,
                 const std::vector<ConsentStatement>& all) {
    return std::any_of(all.begin(), all.end(), [&](const ConsentStatement& other) {
        return other.place.author != refusal.place.author && other.place.knows(refusal.place) &&
               other.covered.allows(purpose, attribute) && is_about_all_of(other, refusal);
    });
}

Refused refused_in(const ConsentStatement& statement, const std::vector<ConsentStatement>& all) {
    Refused refused;
    for (const Purpose purpose : kAllPurposes) {
        AttributeSet attributes;
        for (const Attribute attribute : kAllAttributes) {
            attributes.set(index_of(attribute),
                           statement.covered.allows(purpose, attribute) &&
                               !statement.allowed.allows(purpose, attribute) &&
                               !is_answered(statement, purpose, attribute, all));
        }
        if (attributes.any()) {
            refused[attributes.to_ulong()].set(index_of(purpose));
        }
    }
    return refused;
}

base::Json attribute_names(const AttributeSet& attributes) {
    base::Json names = base::Json::array();
    for (const Attribute attribute : kAllAttributes) {
        if (attributes.test(index_of(attribute))) {
            names.push_back(std::string{name_of(attribute)});
        }
    }
    return names;
}

base::Json purpose_names(const PurposeSet& purposes) {
    base::Json names = base::Json::array();
    for (const Purpose purpose : kAllPurposes) {
        if (purposes.test(index_of(purpose))) {
            names.push_back(std::string{name_of(purpose)});
        }
    }
    return names;
}

journal::EntryDraft draft_of(const ConsentStatement& refusal, const AttributeSet& attributes,
                             const PurposeSet& purposes) {
    std::vector<journal::Fact> facts = {{"source", refusal.source}};
    facts.push_back({"purposes", purpose_names(purposes)});
    facts.push_back({"attributes", attribute_names(attributes)});
    if (!refusal.items.empty()) {
        facts.push_back({"items", refusal.items});
    }
    facts.push_back({"comment", "said before in entry " + std::to_string(refusal.place.seq) +
                                    " of a removed member, which counts no more"});
    return {"consent.withdrawn", std::move(facts)};
}

std::set<std::string> sources_of(store::Connection& catalog, const std::string& case_id,
                                 const std::string& author, std::uint64_t last_seq) {
    store::Rows rows = catalog.query(
        "SELECT DISTINCT source FROM consent WHERE case_id = ?1 AND author = ?2 AND seq > ?3",
        journal::blob_of(case_id), journal::blob_of(author), last_seq);
    std::set<std::string> sources;
    while (rows.next()) {
        sources.emplace(rows.text(0));
    }
    return sources;
}

}  // namespace

std::vector<journal::EntryDraft> repeat_refusals(store::Connection& catalog,
                                                 const std::string& case_id,
                                                 const std::string& author,
                                                 std::uint64_t last_seq) {
    std::vector<journal::EntryDraft> drafts;
    for (const std::string& source : sources_of(catalog, case_id, author, last_seq)) {
        if (source == "self") {
            continue;
        }
        const std::vector<ConsentStatement> all = list_statements(catalog, case_id, source);
        for (const ConsentStatement& one : all) {
            if (one.place.author != author || one.place.seq <= last_seq) {
                continue;
            }
            for (const auto& [attributes, purposes] : refused_in(one, all)) {
                drafts.push_back(draft_of(one, AttributeSet{attributes}, purposes));
            }
        }
    }
    return drafts;
}

}  // namespace kua::evidence
