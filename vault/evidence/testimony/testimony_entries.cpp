#include "vault/evidence/testimony/testimony_entries.h"

#include <algorithm>
#include <set>
#include <utility>

#include "vault/evidence/casework/consent_entries.h"
#include "vault/evidence/casework/description.h"
#include "vault/evidence/intake/arrival.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/pseudonym.h"
#include "vault/evidence/testimony/turn_facts.h"

namespace kua::evidence {
namespace {

using format::FrontFact;

constexpr std::string_view kConsentLevel = "consent_level";

// The facts at the front, by what they are about.
struct FrontParts {
    std::optional<FrontFact> source;
    std::optional<FrontFact> turns;
    std::vector<FrontFact> testimony;
    std::vector<FrontFact> consent;  // consent_level as `level`
};

bool is_consent_fact(const std::string& name) {
    const auto rules = consent_fact_rules();
    return std::any_of(rules.begin(), rules.end(),
                       [&](const FactRule& rule) { return rule.name == name; });
}

FrontParts take_apart(std::vector<FrontFact> front) {
    FrontParts parts;
    for (FrontFact& fact : front) {
        if (fact.key == "source") {
            parts.source = std::move(fact);
        } else if (fact.key == "turns") {
            parts.turns = std::move(fact);
        } else if (fact.key == kConsentLevel) {
            fact.key = "level";
            parts.consent.push_back(std::move(fact));
        } else if (is_consent_fact(fact.key)) {
            parts.consent.push_back(std::move(fact));
        } else {
            parts.testimony.push_back(std::move(fact));
        }
    }
    return parts;
}

std::string first_of(const GivenFacts& given, const std::string& name) {
    const auto found = given.find(name);
    return found == given.end() || found->second.empty() ? std::string{} : found->second.front();
}

void fill_in(GivenFacts& facts, const std::string& name, std::vector<std::string> values) {
    if (!values.empty() && !values.front().empty()) {
        facts.emplace(name, std::move(values));
    }
}

std::string source_of(const FrontParts& parts, const GivenFacts& given) {
    std::string source = first_of(given, "source");
    if (source.empty() && parts.source && !parts.source->values.empty()) {
        source = parts.source->values.front();
        if (!is_source_name(source)) {
            format::refuse_line(parts.source->line,
                                "source: write P-07, never a name or what could be read as one");
        }
    }
    if (source.empty()) {
        throw Error{ErrorCode::kFailed,
                    "who tells it? a line `source: P-07` at the front, or --source P-07"};
    }
    return source;
}

void check_turns(const FrontParts& parts, const format::TestimonyText& text) {
    const std::string count = std::to_string(text.turns.size());
    if (parts.turns && parts.turns->values != std::vector{count}) {
        format::refuse_line(parts.turns->line,
                            "turns: there are " + count + " here; is a part of the text missing?");
    }
}

void require_speakers(store::Connection& catalog, const CaseKeys& keys,
                      const format::TestimonyText& text) {
    std::set<std::string> asked;
    for (const format::TestimonyTurn& turn : text.turns) {
        if (is_pseudonym(turn.speaker) && asked.insert(turn.speaker).second) {
            require_source(catalog, keys, turn.speaker);
        }
    }
}

// The text goes out only where all that any turn carries may.
void say_what_it_carries(GivenFacts& item, const format::TestimonyText& text) {
    std::vector<std::string> all = {"content", "time"};
    bool has_others = false;
    for (const format::TestimonyTurn& turn : text.turns) {
        for (const std::string& word : turn.carries) {
            has_others = has_others || word == "third_party";
            if (word != "third_party" && std::find(all.begin(), all.end(), word) == all.end()) {
                all.push_back(word);
            }
        }
    }
    item.emplace("carries", std::move(all));
    if (has_others) {
        item.emplace("third_parties", std::vector<std::string>{"identifiable"});
    }
}

// Of the text and the recording.
GivenFacts facts_of_both(const GivenFacts& given, const GivenFacts& testimony,
                         const std::string& source) {
    GivenFacts facts = given;
    facts["source"] = {source};
    fill_in(facts, "captured", {first_of(testimony, "held")});
    if (!first_of(testimony, "held").empty()) {
        fill_in(facts, "captured_basis", {first_of(testimony, "held_basis")});
    }
    const auto language = testimony.find("language");
    if (language != testimony.end()) {
        fill_in(facts, "language", language->second);
    }
    return facts;
}

ConsentRequest consent_of(const FrontParts& parts, const GivenFacts& testimony,
                          const std::string& source) {
    ConsentRequest request;
    request.source = source;
    request.facts = facts_of_front(parts.consent, consent_fact_rules());
    if (!request.facts.contains("level")) {
        format::refuse_line(
            parts.consent.front().line,
            parts.consent.front().key + " is about consent; say which: consent_level: 0 to 5");
    }
    fill_in(request.facts, "given", {first_of(testimony, "held")});
    fill_in(request.facts, "given_to", {first_of(testimony, "interviewer")});
    const auto turns = testimony.find("consent_turns");
    if (turns != testimony.end()) {
        std::string where = "turns ";
        for (const std::string& turn : turns->second) {
            where += (turn == turns->second.front() ? "" : ", ") + turn;
        }
        fill_in(request.facts, "evidence", {where});
    }
    return request;
}

}  // namespace

TestimonyDraft draft_testimony(store::Connection& catalog, const Identity& identity,
                               const CaseKeys& keys, const WrittenText& text,
                               const GivenFacts& given, const base::Clock& clock) {
    format::TestimonyText parsed = format::parse_testimony(base::text_of(text.bytes));
    const FrontParts parts = take_apart(std::move(parsed.facts));
    check_turns(parts, parsed);
    TestimonyDraft draft;
    draft.turns = parsed.turns.size();
    draft.source = source_of(parts, given);
    require_source(catalog, keys, draft.source);
    require_speakers(catalog, keys, parsed);
    GivenFacts testimony = facts_of_front(parts.testimony, testimony_fact_rules());
    draft.recording = first_of(testimony, "recording");
    testimony.erase("recording");
    if (!parts.consent.empty()) {
        draft.consent = consent_of(parts, testimony, draft.source);
    }
    draft.item_facts = facts_of_both(given, testimony, draft.source);
    draft.recording_facts = draft.item_facts;
    for (const char* of_the_text : {"kind", "media_type", "carries", "third_parties"}) {
        draft.recording_facts.erase(of_the_text);
    }
    draft.item_facts["kind"] = {"testimony"};
    draft.item_facts["media_type"] = {"text/markdown"};
    say_what_it_carries(draft.item_facts, parsed);
    if (first_of(testimony, "held").empty()) {
        fill_in(testimony, "held", {file_time(text.status, clock).value_or("")});
        testimony["held_basis"] = {"file_time"};
    }
    fill_in(testimony, "held_basis", {"unknown"});
    fill_in(testimony, "testimony_kind", {"unknown"});
    fill_in(testimony, "interviewer", {identity.card.name});
    draft.kind = first_of(testimony, "testimony_kind");
    draft.facts = check_given_facts(testimony, testimony_fact_rules());
    draft.facts.insert(draft.facts.begin(), {"source", draft.source});
    draft.facts.push_back({"turns", parsed.turns.size()});
    std::ranges::move(turn_facts(parsed.turns), std::back_inserter(draft.facts));
    return draft;
}

std::vector<journal::EntryDraft> testimony_entries(store::Connection& catalog,
                                                   const Identity& identity, const CaseKeys& keys,
                                                   const TestimonyDraft& draft,
                                                   const std::string& item,
                                                   const std::string& recording) {
    std::vector<journal::Fact> facts = draft.facts;
    facts.insert(facts.begin(), {"item", item});
    if (!recording.empty()) {
        facts.push_back({"recording", recording});
    }
    std::vector<journal::EntryDraft> entries = {{"testimony.recorded", std::move(facts)}};
    if (draft.consent) {
        ConsentRequest consent = *draft.consent;
        const auto evidence = consent.facts.find("evidence");
        if (evidence != consent.facts.end()) {
            evidence->second.front().insert(0, item + " ");
        }
        entries.push_back(draft_consent(catalog, identity, keys, consent));
    }
    return entries;
}

bool is_recorded(store::Connection& catalog, const std::string& case_id,
                 const journal::EntryDraft& testimony, const std::string& item) {
    const auto sorted = [](std::vector<journal::Fact> facts) {
        std::ranges::sort(facts, {}, &journal::Fact::name);
        return facts;
    };
    const std::vector<journal::Fact> wanted = sorted(testimony.facts);
    for (const journal::Entry& entry : entries_of_item(catalog, case_id, item)) {
        const bool is_same = entry.header.type == testimony.type &&
                             std::ranges::equal(sorted(entry.facts), wanted,
                                                [](const journal::Fact& a, const journal::Fact& b) {
                                                    return a.name == b.name && a.value == b.value;
                                                });
        if (is_same) {
            return true;
        }
    }
    return false;
}

}  // namespace kua::evidence
