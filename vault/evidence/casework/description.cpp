#include "vault/evidence/casework/description.h"

#include <algorithm>

#include "vault/evidence/casework/things.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/items.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/members.h"
#include "vault/evidence/pseudonym.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

void require_right_source(const base::Json& standing, SourceChange change) {
    const std::string before = text_among(standing, "source");
    change.before = before;
    if (!may_change_source(change)) {
        throw Error{ErrorCode::kRefused,
                    "it needs the consent of " + (before.empty() ? "its source" : before) +
                        ": that it came from another pseudonym is for the owner of the case or who"
                        " added it to say; what is somebody's doesn't become public"};
    }
}

FactChange change_of(const journal::Fact& fact, const base::Json* before) {
    return {fact.name, before == nullptr ? std::string{} : text_of_value(*before),
            text_of_value(fact.value)};
}

}  // namespace

Described resolve_thing(store::Connection& catalog, const std::string& case_id,
                        const std::string& name) {
    if (is_pseudonym(name)) {
        CaseKeys keys = load_case_keys(catalog, case_id);
        require_source(catalog, keys, name, SourceMeant::kKnown);
        return {&kSourceKind, name};
    }
    const std::string id = resolve_end(catalog, load_case_keys(catalog, case_id), name);
    return {kind_of_id(id), id};
}

void require_source(store::Connection& catalog, const CaseKeys& keys, const std::string& source,
                    SourceMeant meant) {
    if (keys.sealed() || !is_pseudonym(source)) {
        return;
    }
    if (!catalog.query_integer("SELECT 1 FROM thing WHERE case_id = ?1 AND thing = ?2",
                               journal::blob_of(keys.case_id), source)) {
        throw Error{ErrorCode::kNotFound,
                    "no source " + source + " in case " + keys.case_id.substr(0, 8) +
                        (meant == SourceMeant::kKnown ? "; kua source list"
                                                      : "; kua source add makes one")};
    }
}

std::vector<FactChange> describe(store::Store& store, const Identity& identity,
                                 const CaseKeys& keys, const Described& thing,
                                 const GivenFacts& given, const std::string& comment) {
    if (comment.empty()) {
        throw Error{ErrorCode::kUsage, "say why: --comment"};
    }
    check_comment(comment);
    GivenFacts resolved = given;
    resolve_references(store.catalog(), keys.case_id, rules_of(*thing.kind), resolved);
    const std::vector<journal::Fact> facts = check_given_facts(resolved, rules_of(*thing.kind));
    if (facts.empty()) {
        throw Error{ErrorCode::kUsage, "say what: at least one fact"};
    }
    const auto source = given.find("source");
    if (source != given.end()) {
        require_source(store.catalog(), keys, source->second.front());
    }
    const std::vector<journal::Entry> history =
        describing_entries(store.catalog(), keys.case_id, thing.id, *thing.kind);
    const std::string owner = owner_of(store.catalog(), keys.case_id);
    const auto written = standing_facts(history, owner);
    const base::Json standing = written ? parse_facts(*written) : base::Json::object();
    if (source != given.end() && !history.empty()) {
        const std::string& own = identity.card.fingerprint;
        require_right_source(
            standing,
            {{}, source->second.front(), own == owner, own == history.front().header.author});
    }
    journal::EntryDraft draft{std::string{thing.kind->described}, {}};
    std::vector<FactChange> changes;
    for (const journal::Fact& fact : facts) {
        const base::Json* before = base::find_member(standing, fact.name);
        if (before == nullptr || *before != fact.value) {
            changes.push_back(change_of(fact, before));
            draft.facts.push_back(fact);
        }
    }
    if (changes.empty()) {
        return changes;
    }
    if (!thing.kind->id_fact.empty()) {
        draft.facts.push_back({std::string{thing.kind->id_fact}, thing.id});
    }
    draft.facts.push_back({"comment", comment});
    record(store, identity, keys, {draft});
    return changes;
}

}  // namespace kua::evidence
