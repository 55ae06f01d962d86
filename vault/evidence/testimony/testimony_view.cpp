#include "vault/evidence/testimony/testimony_view.h"

#include <algorithm>
#include <array>
#include <utility>

#include "vault/evidence/item_facts.h"
#include "vault/evidence/items.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/testimony/turn_facts.h"

namespace kua::evidence {
namespace {

constexpr std::array<std::string_view, 3> kNamesItem = {"item", "of", "digest"};

// Sorted by name, without the words themselves.
std::vector<FactValue> facts_about(const journal::Entry& entry) {
    std::vector<FactValue> facts;
    for (const journal::Fact& fact : entry.facts) {
        const bool is_text = fact.name.starts_with("turn_") || fact.name.starts_with("segment_");
        if (!is_text && std::ranges::find(kNamesItem, fact.name) == kNamesItem.end()) {
            facts.push_back(to_fact_value(fact));
        }
    }
    std::ranges::sort(facts, {}, &FactValue::name);
    return facts;
}

SpokenText read_text(const journal::Entry& entry, TextKind kind) {
    SpokenText text;
    text.kind = kind;
    text.facts = facts_about(entry);
    text.segments = read_segments(entry.facts);
    text.time = entry.header.time;
    text.author = entry.header.author;
    for (const journal::Fact& fact : entry.facts) {
        if (fact.name == "language" && fact.value.is_array()) {
            for (const base::Json& tag : fact.value) {
                text.languages.push_back(tag.is_string() ? tag.get<std::string>() : "?");
            }
        }
    }
    return text;
}

}  // namespace

std::vector<Turn> turns_of(const TestimonyView& view) {
    const auto found = std::ranges::find_if(
        view.accounts, [](const TestimonyAccount& account) { return !account.turns.empty(); });
    return found == view.accounts.end() ? std::vector<Turn>{} : found->turns;
}

TestimonyView view_testimony(store::Connection& catalog, const std::string& case_id,
                             const std::string& item) {
    TestimonyView view;
    view.item = load_item(catalog, case_id, item);
    for (const journal::Entry& entry : entries_of_item(catalog, case_id, item)) {
        if (entry.header.type == "testimony.recorded") {
            view.accounts.push_back({facts_about(entry),
                                     read_turns(entry.facts),
                                     entry.header.time,
                                     entry.header.author,
                                     {}});
        } else if (entry.header.type == "transcript.added") {
            view.texts.push_back(read_text(entry, TextKind::kTranscript));
        } else if (entry.header.type == "translation.added") {
            view.texts.push_back(read_text(entry, TextKind::kTranslation));
        }
    }
    return view;
}

}  // namespace kua::evidence
