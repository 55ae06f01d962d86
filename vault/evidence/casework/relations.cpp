#include "vault/evidence/casework/relations.h"

#include <algorithm>
#include <array>
#include <map>

#include "vault/base/hex.h"
#include "vault/base/parse.h"
#include "vault/base/utf8.h"
#include "vault/evidence/casework/things.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/items.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

using Word = std::string_view;

// What may be linked by a relation: kinds of the subject and of the target.
struct RelationRule {
    Word relation;
    std::array<Word, 2> subjects;
    std::array<Word, 3> targets;
};
constexpr std::array<Word, 2> kPeople = {"source", "person"};
constexpr std::array<Word, 3> kTakesPart = {"item", "event", "act"};
constexpr std::array<RelationRule, 23> kRelations = {{
    {"witness", kPeople, kTakesPart},
    {"injured_party", kPeople, kTakesPart},
    {"alleged_perpetrator", kPeople, kTakesPart},
    {"appeared", kPeople, kTakesPart},
    {"participant", kPeople, kTakesPart},
    {"interviewer", kPeople, kTakesPart},
    {"interpreter", kPeople, kTakesPart},
    {"translator", kPeople, kTakesPart},
    {"photographer", kPeople, kTakesPart},
    {"custodian", kPeople, kTakesPart},
    {"recording_of", {"item"}, {"item"}},
    {"part_of_series", {"item"}, {"item"}},
    {"same_person", {"item", "person"}, {"item", "person"}},
    {"same_object", {"item"}, {"item"}},
    {"same_event", {"item"}, {"item"}},
    {"duplicate", {"item"}, {"item"}},
    {"derived_from", {"item"}, {"item"}},
    {"refers_to", {"item"}, {"item", "event", "act"}},
    {"corroborates", {"item"}, {"item"}},
    {"contradicts", {"item"}, {"item"}},
    {"relative", {"person"}, {"person"}},
    {"superior", {"person"}, {"person"}},
    {"member", {"person"}, {"person"}},
}};
constexpr std::size_t kMostTagBytes = 64;

const RelationRule& rule_of(const std::string& relation) {
    const auto* const rule = std::ranges::find(kRelations, relation, &RelationRule::relation);
    if (rule == kRelations.end()) {
        std::string all;
        for (const RelationRule& one : kRelations) {
            all += (all.empty() ? "" : ", ") + std::string{one.relation};
        }
        throw Error{ErrorCode::kUsage, base::quoted(relation) + " is no relation; write " + all};
    }
    return *rule;
}

void check_ends(const RelationRule& rule, std::string_view subject, std::string_view target) {
    const bool is_source = subject == kSourceKind.name || target == kSourceKind.name;
    const bool is_person = subject == kPersonKind.name || target == kPersonKind.name;
    if (is_source && is_person) {
        throw Error{ErrorCode::kRefused,
                    "who a source is belongs in the compartment, not between a pseudonym and a"
                    " person"};
    }
    const bool fits = std::ranges::find(rule.subjects, subject) != rule.subjects.end() &&
                      std::ranges::find(rule.targets, target) != rule.targets.end() &&
                      (rule.relation != "same_person" || subject == target);
    if (!fits) {
        throw Error{ErrorCode::kUsage, "a " + std::string{rule.relation} +
                                           " link doesn't go from " + std::string{subject} +
                                           " to " + std::string{target}};
    }
}

std::vector<FactValue> facts_but(const base::Json& json, std::initializer_list<Word> names) {
    std::vector<FactValue> facts;
    for (const auto& [name, value] : json.items()) {
        if (std::ranges::find(names, name) == names.end()) {
            facts.push_back(to_fact_value({name, value}));
        }
    }
    return facts;
}

bool says_the_same(const base::Json& known, const std::vector<journal::Fact>& facts) {
    return std::ranges::all_of(facts, [&known](const journal::Fact& fact) {
        const base::Json* value = base::find_member(known, fact.name);
        return value != nullptr && *value == fact.value;
    });
}

base::Json stored_facts(store::Connection& catalog, std::string_view sql,
                        const std::string& case_id, const std::string& one,
                        const std::string& other, const std::string& third) {
    store::Rows rows = catalog.query(sql, journal::blob_of(case_id), one, other, third);
    return rows.next() ? parse_facts(rows.text(0)) : base::Json::object();
}

void check_tag(const std::string& tag) {
    const bool is_fine = !tag.empty() && tag.size() <= kMostTagBytes && base::is_valid_utf8(tag) &&
                         tag.find_first_of("=, \t\n\"") == std::string::npos;
    if (!is_fine) {
        throw Error{ErrorCode::kUsage,
                    "a tag is one word of at most 64 bytes, without spaces, commas, = or"
                    " quotation marks, such as q-order"};
    }
}

std::vector<std::string> resolve_tagged(store::Connection& catalog, const std::string& case_id,
                                        const std::vector<std::string>& names) {
    std::vector<std::string> items;
    for (const std::string& name : names) {
        std::string item = resolve_item(catalog, case_id, name);
        if (std::ranges::find(items, item) == items.end()) {
            items.push_back(std::move(item));
        }
    }
    if (items.empty()) {
        throw Error{ErrorCode::kUsage, "say which items"};
    }
    return items;
}

}  // namespace

LinkedEnds link_things(store::Store& store, const Identity& identity, const CaseKeys& keys,
                       const LinkRequest& request) {
    const RelationRule& rule = rule_of(request.relation);
    LinkedEnds ends{resolve_end(store.catalog(), keys, request.subject),
                    resolve_end(store.catalog(), keys, request.target)};
    check_ends(rule, kind_of_id(ends.subject)->name, kind_of_id(ends.target)->name);
    if (ends.subject == ends.target) {
        throw Error{ErrorCode::kUsage, "a link goes from one thing to another"};
    }
    std::vector<journal::Fact> facts = check_given_facts(request.facts, link_fact_rules());
    if (!request.facts.contains("certainty")) {
        facts.push_back({"certainty", "unknown"});
    }
    const base::Json known =
        stored_facts(store.catalog(),
                     "SELECT facts FROM link WHERE case_id = ?1 AND subject = ?2"
                     " AND relation = ?3 AND target = ?4",
                     keys.case_id, ends.subject, request.relation, ends.target);
    if (known.empty() || !says_the_same(known, facts)) {
        facts.push_back({"subject", ends.subject});
        facts.push_back({"relation", request.relation});
        facts.push_back({"target", ends.target});
        record(store, identity, keys, {{"item.linked", std::move(facts)}});
    }
    return ends;
}

std::vector<LinkSummary> links_of(store::Connection& catalog, const std::string& case_id,
                                  const std::string& id) {
    std::vector<LinkSummary> links;
    {
        store::Rows rows = catalog.query(
            "SELECT subject, relation, target, hex(author), facts FROM link WHERE case_id = ?1"
            " AND subject = ?2 UNION ALL SELECT subject, relation, target, hex(author), facts"
            " FROM link WHERE case_id = ?1 AND target = ?2 ORDER BY 2, 1, 3",
            journal::blob_of(case_id), id);
        while (rows.next()) {
            LinkSummary link;
            link.subject.id = rows.text(0);
            link.relation = rows.text(1);
            link.target.id = rows.text(2);
            link.author = base::to_ascii_lower(rows.text(3));
            link.facts =
                facts_but(parse_facts(rows.text(4)), {"subject", "relation", "target", "decoy"});
            links.push_back(std::move(link));
        }
    }
    for (LinkSummary& link : links) {
        link.subject = load_end(catalog, case_id, link.subject.id);
        link.target = load_end(catalog, case_id, link.target.id);
    }
    return links;
}

std::vector<std::string> tag_items(store::Store& store, const Identity& identity,
                                   const CaseKeys& keys, const TagRequest& request) {
    check_tag(request.tag);
    std::vector<journal::Fact> facts = check_given_facts(request.facts, tag_fact_rules());
    if (!request.facts.contains("tag_state")) {
        facts.push_back({"tag_state", "unverified"});
    }
    const bool is_removal = std::ranges::any_of(facts, [](const journal::Fact& fact) {
        return fact.name == "tag_state" && fact.value == "removed";
    });
    std::vector<journal::EntryDraft> drafts;
    std::vector<std::string> changed;
    for (const std::string& item : resolve_tagged(store.catalog(), keys.case_id, request.items)) {
        const base::Json known = stored_facts(
            store.catalog(),
            "SELECT facts FROM label WHERE case_id = ?1 AND item = ?2 AND tag = ?3 AND ?4 = ''",
            keys.case_id, item, request.tag, "");
        if (known.empty() ? is_removal : says_the_same(known, facts)) {
            continue;
        }
        journal::EntryDraft draft{"item.tagged", facts};
        draft.facts.push_back({"item", item});
        draft.facts.push_back({"tag", request.tag});
        drafts.push_back(std::move(draft));
        changed.push_back(item);
    }
    if (!drafts.empty()) {
        record(store, identity, keys, drafts);
    }
    return changed;
}

std::vector<LabelSummary> labels_of(store::Connection& catalog, const std::string& case_id,
                                    const std::string& item) {
    std::vector<LabelSummary> labels;
    store::Rows rows = catalog.query(
        "SELECT tag, hex(author), facts FROM label WHERE case_id = ?1 AND item = ?2 ORDER BY tag",
        journal::blob_of(case_id), item);
    while (rows.next()) {
        const base::Json facts = parse_facts(rows.text(2));
        if (text_among(facts, "tag_state") != "removed") {
            LabelSummary label;
            label.item = item;
            label.tag = rows.text(0);
            label.author = base::to_ascii_lower(rows.text(1));
            label.facts = facts_but(facts, {"item", "tag", "decoy"});
            labels.push_back(std::move(label));
        }
    }
    return labels;
}

std::vector<TagCount> count_tags(store::Connection& catalog, const std::string& case_id) {
    std::map<std::string, TagCount> counts;
    store::Rows rows = catalog.query(
        "SELECT value, COUNT(*) FROM facet WHERE case_id = ?1 AND facet = 'tag' GROUP BY value",
        journal::blob_of(case_id));
    while (rows.next()) {
        const std::string value{rows.text(0)};
        const std::size_t equals = value.rfind('=');
        TagCount& count = counts[value.substr(0, equals)];
        count.tag = value.substr(0, equals);
        (value.ends_with("=verified") ? count.verified : count.unverified) +=
            static_cast<std::uint64_t>(rows.integer(1));
    }
    std::vector<TagCount> all;
    all.reserve(counts.size());
    for (auto& [tag, count] : counts) {
        all.push_back(std::move(count));
    }
    return all;
}

}  // namespace kua::evidence
