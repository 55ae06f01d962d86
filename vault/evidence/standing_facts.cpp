#include "vault/evidence/standing_facts.h"

#include <algorithm>
#include <map>

#include "vault/evidence/item_id.h"
#include "vault/evidence/pseudonym.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

using journal::Entry;

constexpr std::array<std::string_view, 13> kFixedFacts = {
    "card",        "item",      "digest",  "bytes", "object",       "name",
    "origin_path", "pseudonym", "comment", "decoy", "derived_from", "attributes_removed",
    "recipe"};
constexpr std::array kThingKinds = {kCaseKind,  kItemKind, kSourceKind, kPlaceKind,
                                    kEventKind, kActKind,  kPersonKind};
constexpr std::size_t kMaxFactsBytes = std::size_t{64} << 20;

using FactsByName = std::map<std::string_view, const base::Json*>;

// Straight into the object's members: adding them by name would look for each among all before it.
std::string write_sorted(const FactsByName& facts) {
    base::Json json = base::Json::object();
    auto& members = json.get_ref<base::Json::object_t&>();
    members.reserve(facts.size());
    for (const auto& [name, value] : facts) {
        members.push_back({std::string{name}, *value});
    }
    return base::write_json(json);
}

std::string_view text_of_fact(const base::Json& value) {
    return value.is_string() ? std::string_view{value.get_ref<const std::string&>()}
                             : std::string_view{};
}

// Whether a description may say what it says of the source.
bool keeps_source_right(const FactsByName& facts, const journal::Fact& described,
                        const Entry& first, const Entry& entry, std::string_view owner) {
    const auto known = facts.find("source");
    if (described.name != "source" || known == facts.end()) {
        return true;
    }
    return may_change_source({text_of_fact(*known->second), text_of_fact(described.value),
                              entry.header.author == owner,
                              entry.header.author == first.header.author});
}

}  // namespace

bool may_change_source(const SourceChange& change) {
    if (change.before == change.after) {
        return true;
    }
    if (!is_source_name(change.after)) {
        return false;
    }
    if (change.before.empty() || change.before == "unknown") {
        return is_pseudonym(change.after) || change.is_by_owner ||
               (change.after == "self" && change.is_by_adder);
    }
    // What is somebody's stays somebody's.
    return is_pseudonym(change.after) && (change.is_by_owner || change.is_by_adder);
}

const ThingKind* find_thing_kind(std::string_view entry_type) {
    const auto* const found =
        std::find_if(kThingKinds.begin(), kThingKinds.end(), [&](const ThingKind& one) {
            return one.added == entry_type || one.described == entry_type;
        });
    return found == kThingKinds.end() ? nullptr : found;
}

const ThingKind* thing_kind_called(std::string_view name) {
    const auto* const found = std::find_if(kThingKinds.begin(), kThingKinds.end(),
                                           [&](const ThingKind& one) { return one.name == name; });
    return found == kThingKinds.end() ? nullptr : found;
}

const ThingKind* kind_of_id(std::string_view id) {
    if (is_pseudonym(id)) {
        return thing_kind_called(kSourceKind.name);
    }
    const auto* const found =
        std::find_if(kThingKinds.begin(), kThingKinds.end(), [&](const ThingKind& one) {
            return !one.id_prefix.empty() && is_thing_id(id, one.id_prefix);
        });
    return found == kThingKinds.end() ? nullptr : found;
}

std::string subject_of(const Entry& entry) {
    const std::string& type = entry.header.type;
    const ThingKind* kind = find_thing_kind(type);
    if (type == "source.identity" || (kind != nullptr && kind->name == kSourceKind.name)) {
        std::string pseudonym = journal::fact_text(entry, kSourceKind.id_fact);
        return is_pseudonym(pseudonym) ? pseudonym : std::string{};
    }
    if (kind != nullptr && kind->name != kItemKind.name && !kind->id_prefix.empty()) {
        std::string id = journal::fact_text(entry, kind->id_fact);
        return is_thing_id(id, kind->id_prefix) ? id : std::string{};
    }
    if (type == "item.linked") {
        std::string subject = journal::fact_text(entry, "subject");
        return kind_of_id(subject) != nullptr ? subject : std::string{};
    }
    if (type == "consent.given" || type == "consent.withdrawn") {
        std::string source = journal::fact_text(entry, "source");
        return is_source_name(source) ? source : std::string{};
    }
    if (type == "transcript.added" || type == "translation.added") {
        std::string item = journal::fact_text(entry, "of");
        return is_item_id(item) ? item : std::string{};
    }
    return journal::fact_text(entry, "item");
}

bool can_be_described(std::string_view fact) {
    return std::find(kFixedFacts.begin(), kFixedFacts.end(), fact) == kFixedFacts.end();
}

std::optional<std::string> standing_facts(std::span<const Entry> entries, std::string_view owner) {
    const auto first = std::find_if(entries.begin(), entries.end(), [](const Entry& entry) {
        const ThingKind* kind = find_thing_kind(entry.header.type);
        return kind != nullptr && kind->added == entry.header.type;
    });
    if (first == entries.end()) {
        return std::nullopt;
    }
    FactsByName facts;
    for (const journal::Fact& fact : first->facts) {
        facts[fact.name] = &fact.value;
    }
    for (const Entry& entry : entries) {
        const ThingKind* kind = find_thing_kind(entry.header.type);
        if (kind == nullptr || kind->described != entry.header.type) {
            continue;
        }
        for (const journal::Fact& fact : entry.facts) {
            if (can_be_described(fact.name) && fact.name != kind->id_fact &&
                keeps_source_right(facts, fact, *first, entry, owner)) {
                facts[fact.name] = &fact.value;
            }
        }
    }
    return write_sorted(facts);
}

std::string facts_as_json(const Entry& entry) {
    FactsByName facts;
    for (const journal::Fact& fact : entry.facts) {
        facts[fact.name] = &fact.value;
    }
    return write_sorted(facts);
}

base::Json parse_facts(std::string_view json) {
    return base::parse_json(json, {.max_bytes = kMaxFactsBytes});
}

std::optional<base::Json> facts_of_item(store::Connection& catalog, const std::string& case_id,
                                        const std::string& item) {
    store::Rows rows =
        catalog.query("SELECT facts FROM item_facts WHERE case_id = ?1 AND item = ?2",
                      journal::blob_of(case_id), item);
    return rows.next() ? std::optional{parse_facts(rows.text(0))} : std::nullopt;
}

std::string text_among(const base::Json& facts, std::string_view name) {
    const base::Json* value = base::find_member(facts, name);
    return value != nullptr ? std::string{text_of_fact(*value)} : std::string{};
}

}  // namespace kua::evidence
