#include "vault/evidence/standing_facts.h"

#include <algorithm>
#include <map>

#include "vault/evidence/pseudonym.h"

namespace kua::evidence {
namespace {

using journal::Entry;

constexpr std::array<std::string_view, 13> kFixedFacts = {
    "card",        "item",      "digest",  "bytes", "object",       "name",
    "origin_path", "pseudonym", "comment", "decoy", "derived_from", "attributes_removed",
    "recipe"};
constexpr std::size_t kMaxFactsBytes = std::size_t{64} << 20;

using FactsByName = std::map<std::string_view, const base::Json*>;

std::string write_sorted(const FactsByName& facts) {
    base::Json json = base::Json::object();
    for (const auto& [name, value] : facts) {
        json[std::string{name}] = *value;
    }
    return base::write_json(json);
}

bool would_forget(const FactsByName& facts, const journal::Fact& described) {
    const auto known = facts.find("source");
    return described.name == "source" && known != facts.end() && known->second->is_string() &&
           (!described.value.is_string() ||
            forgets_source(known->second->get_ref<const std::string&>(),
                           described.value.get_ref<const std::string&>()));
}

}  // namespace

bool forgets_source(std::string_view before, std::string_view after) {
    return is_pseudonym(before) && !is_pseudonym(after);
}

const ThingKind* find_thing_kind(std::string_view entry_type) {
    static constexpr std::array kKinds = {kCaseKind, kItemKind, kSourceKind};
    const auto* const found = std::find_if(kKinds.begin(), kKinds.end(), [&](const ThingKind& one) {
        return one.added == entry_type || one.described == entry_type;
    });
    return found == kKinds.end() ? nullptr : found;
}

std::string subject_of(const Entry& entry) {
    const std::string& type = entry.header.type;
    const ThingKind* kind = find_thing_kind(type);
    if (kind != nullptr && kind->name == kSourceKind.name) {
        std::string pseudonym = journal::fact_text(entry, kind->id_fact);
        return is_pseudonym(pseudonym) ? pseudonym : std::string{};
    }
    if (type == "consent.given" || type == "consent.withdrawn") {
        std::string source = journal::fact_text(entry, "source");
        return is_source_name(source) ? source : std::string{};
    }
    return journal::fact_text(entry, "item");
}

bool can_be_described(std::string_view fact) {
    return std::find(kFixedFacts.begin(), kFixedFacts.end(), fact) == kFixedFacts.end();
}

std::optional<std::string> standing_facts(std::span<const Entry> entries) {
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
            if (can_be_described(fact.name) && !would_forget(facts, fact)) {
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

}  // namespace kua::evidence
