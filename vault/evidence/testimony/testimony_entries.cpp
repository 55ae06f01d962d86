#include "vault/evidence/testimony/testimony_entries.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "vault/base/parse.h"
#include "vault/evidence/casework/consent_entries.h"
#include "vault/evidence/casework/description.h"
#include "vault/evidence/intake/arrival.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/outgoing/team_gate.h"
#include "vault/evidence/pseudonym.h"
#include "vault/evidence/testimony/speakers.h"
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
        if (format::is_empty(fact)) {
            continue;
        }
        if (fact.key == "source") {
            parts.source = std::move(fact);
        } else if (fact.key == "turns") {
            parts.turns = std::move(fact);
        } else if (fact.key == kConsentLevel) {
            fact.key = "level";
            parts.consent.push_back(std::move(fact));
        } else if (fact.key == "level") {
            format::refuse_line(fact.line, "the level of consent is called consent_level here");
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

std::vector<NamedSpeaker> speakers_of(const format::TestimonyText& text) {
    std::vector<NamedSpeaker> speakers;
    for (const format::TestimonyTurn& turn : text.turns) {
        speakers.push_back({turn.speaker, turn.line});
    }
    return speakers;
}

bool is_among(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// What the words at the front give away of others and of the source.
void note_front(const GivenFacts& testimony, std::set<std::string>& carried, bool& has_others) {
    const std::string contact = first_of(testimony, "next_contact");
    const bool is_word = std::all_of(contact.begin(), contact.end(),
                                     [](char c) { return base::is_ascii_lower(c) || c == '_'; });
    if (testimony.contains("held_place") || !is_word) {
        carried.insert("name");
    }
    for (const char* name : {"interpreter", "others_present"}) {
        has_others = has_others || !is_among(first_of(testimony, name),
                                             {"", "0", "none", "no", "nobody", "unknown"});
    }
}

// The text goes out only where all that any turn carries may, and so does the recording, in which a
// voice is heard.
struct Carried {
    std::vector<std::string> text = {"content", "time"};
    std::vector<std::string> recording = {"content", "time", "voice"};
    bool has_others = false;
};
Carried carried_by(const format::TestimonyText& text, const GivenFacts& testimony,
                   const std::string& source) {
    Carried carried;
    std::set<std::string> more;
    note_front(testimony, more, carried.has_others);
    for (const format::TestimonyTurn& turn : text.turns) {
        more.insert(turn.carries.begin(), turn.carries.end());
        carried.has_others =
            carried.has_others || (is_pseudonym(turn.speaker) && turn.speaker != source);
    }
    carried.has_others = carried.has_others || more.contains("third_party");
    for (const char* word : {"place", "voice", "face", "name"}) {
        if (more.contains(word)) {
            carried.text.emplace_back(word);
            if (std::string_view{word} != "voice") {
                carried.recording.emplace_back(word);
            }
        }
    }
    return carried;
}

void say_what_it_carries(GivenFacts& facts, const std::vector<std::string>& carried,
                         bool has_others) {
    facts.emplace("carries", carried);
    if (has_others) {
        facts.emplace("third_parties", std::vector<std::string>{"identifiable"});
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
    const auto items = request.facts.find("items");
    if (items != request.facts.end()) {
        request.items = items->second;
        request.facts.erase(items);
    }
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

// Before anything is added; on a command line it would be options that are missing.
void check_consent(store::Connection& catalog, const Identity& identity, const CaseKeys& keys,
                   const ConsentRequest& consent, std::size_t line) {
    try {
        static_cast<void>(draft_consent(catalog, identity, keys, consent));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kUsage) {
            throw;
        }
        format::refuse_line(line, std::string{"consent: "} + error.what());
    }
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
    require_team_for_source("testimony add", catalog, keys, identity.card.fingerprint,
                            draft.source);
    require_speakers(catalog, keys, speakers_of(parsed));
    GivenFacts testimony = facts_of_front(parts.testimony, testimony_fact_rules());
    draft.recording = first_of(testimony, "recording");
    testimony.erase("recording");
    if (!parts.consent.empty()) {
        draft.consent = consent_of(parts, testimony, draft.source);
        check_consent(catalog, identity, keys, *draft.consent, parts.consent.front().line);
    }
    draft.item_facts = facts_of_both(given, testimony, draft.source);
    draft.recording_facts = draft.item_facts;
    for (const char* of_the_text : {"kind", "media_type", "carries"}) {
        draft.recording_facts.erase(of_the_text);
    }
    draft.item_facts["kind"] = {"testimony"};
    draft.item_facts["media_type"] = {"text/markdown"};
    const Carried carried = carried_by(parsed, testimony, draft.source);
    say_what_it_carries(draft.item_facts, carried.text, carried.has_others);
    say_what_it_carries(draft.recording_facts, carried.recording, carried.has_others);
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

std::vector<journal::EntryDraft> testimony_entries(const TestimonyDraft& draft,
                                                   const std::string& item,
                                                   const std::string& recording) {
    std::vector<journal::Fact> facts = draft.facts;
    facts.insert(facts.begin(), {"item", item});
    if (!recording.empty()) {
        facts.push_back({"recording", recording});
    }
    return {{"testimony.recorded", std::move(facts)}};
}

journal::EntryDraft describe_as_testimony(const TestimonyDraft& draft, const std::string& item) {
    GivenFacts given;
    for (const char* name : {"kind", "media_type", "carries", "third_parties"}) {
        const auto found = draft.item_facts.find(name);
        if (found != draft.item_facts.end()) {
            given.insert(*found);
        }
    }
    std::vector<journal::Fact> facts = check_given_facts(given);
    facts.insert(facts.begin(), {"item", item});
    facts.push_back({"comment", "it is a testimony"});
    return {std::string{kItemKind.described}, std::move(facts)};
}

ConsentRequest consent_with_evidence(ConsentRequest consent, const std::string& item) {
    const auto [evidence, is_new] = consent.facts.try_emplace("evidence", 1, item);
    if (!is_new) {
        evidence->second.front().insert(0, item + " ");
    }
    return consent;
}

bool was_testimony(store::Connection& catalog, const std::string& case_id,
                   const std::string& item) {
    constexpr std::array<std::string_view, 1> kRecorded = {"testimony.recorded"};
    return !entries_of_item(catalog, case_id, item, kRecorded).empty();
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
