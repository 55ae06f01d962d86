#include "vault/evidence/testimony/text_entries.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "vault/base/hex.h"
#include "vault/evidence/casework/recording.h"
#include "vault/evidence/consent/consents.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/item_id.h"
#include "vault/evidence/items.h"
#include "vault/evidence/outgoing/team_gate.h"
#include "vault/evidence/pseudonym.h"
#include "vault/evidence/testimony/speakers.h"
#include "vault/evidence/testimony/testimony_entries.h"
#include "vault/evidence/testimony/testimony_view.h"
#include "vault/evidence/testimony/turn_facts.h"

namespace kua::evidence {
namespace {

std::string_view type_of(TextKind kind) {
    return kind == TextKind::kTranscript ? "transcript.added" : "translation.added";
}

std::string item_of_text(store::Connection& catalog, const CaseKeys& keys,
                         const std::string& name) {
    if (!keys.sealed()) {
        return resolve_item(catalog, keys.case_id, name);
    }
    if (!is_item_id(name)) {
        throw Error{ErrorCode::kUsage,
                    "in a sealed case an item is named by its whole id, as kua add said it"};
    }
    return name;
}

// What the file says of itself; what was given goes before it.
GivenFacts facts_of_text(const format::Captions& captions, const TextRequest& request) {
    const std::string_view expected =
        request.kind == TextKind::kTranscript ? "kua-transcript/1" : "kua-translation/1";
    if (!captions.note_kind.empty() && captions.note_kind != expected) {
        throw Error{
            ErrorCode::kFailed,
            "this file says to be another thing: its first note isn't " + std::string{expected}};
    }
    std::vector<format::FrontFact> front = captions.facts;
    std::erase_if(front, [&](const format::FrontFact& fact) {
        if (fact.key == "segments" &&
            fact.values != std::vector{std::to_string(captions.cues.size())}) {
            format::refuse_line(fact.line, "segments: there are " +
                                               std::to_string(captions.cues.size()) +
                                               " here; is a part of the text missing?");
        }
        return fact.key == "segments" || fact.key == "of";
    });
    GivenFacts facts = request.facts;
    facts.merge(facts_of_front(front, text_fact_rules()));
    return facts;
}

std::vector<journal::Fact> checked_facts(GivenFacts given, const Identity& identity) {
    if (!given.contains("language")) {
        throw Error{ErrorCode::kUsage, "say in which language it is: --language kk"};
    }
    given.try_emplace("author_of", std::vector{identity.card.name});
    given.try_emplace("credit", std::vector<std::string>{"none"});
    given.try_emplace("status", std::vector<std::string>{"draft"});
    return check_given_facts(given, text_fact_rules());
}

std::vector<NamedSpeaker> speakers_in(const format::Captions& captions) {
    std::vector<NamedSpeaker> speakers;
    for (const format::Cue& cue : captions.cues) {
        if (!cue.speaker.empty()) {
            speakers.push_back({cue.speaker, cue.line});
        }
    }
    return speakers;
}

// Whoever else speaks can be recognised in it, unless somebody said otherwise of the item. Nothing
// if that is said, or nobody else speaks.
std::optional<journal::EntryDraft> others_heard(store::Connection& catalog, const CaseKeys& keys,
                                                const std::string& item,
                                                const std::vector<NamedSpeaker>& speakers) {
    Consents consents{catalog, keys.case_id};
    const ConsentSubject subject = consents.subject(item);
    const bool are_others = std::ranges::any_of(speakers, [&](const NamedSpeaker& speaker) {
        return is_pseudonym(speaker.name) &&
               std::ranges::find(subject.givers, speaker.name) == subject.givers.end();
    });
    if (!are_others || !subject.third_parties.empty()) {
        return std::nullopt;
    }
    return journal::EntryDraft{std::string{kItemKind.described},
                               {{"item", item},
                                {"third_parties", "identifiable"},
                                {"comment", "somebody else speaks in it"}}};
}

std::vector<std::string> texts_of(const std::vector<journal::Fact>& facts, std::string_view name) {
    const auto found = std::ranges::find(facts, name, &journal::Fact::name);
    return found == facts.end() ? std::vector<std::string>{}
                                : found->value.get<std::vector<std::string>>();
}

}  // namespace

TextReport enter_text(store::Store& store, const Identity& identity, const CaseKeys& keys,
                      const TextRequest& request) {
    TextReport report;
    report.kind = request.kind;
    report.item = item_of_text(store.catalog(), keys, request.item);
    require_team_for_item(
        request.kind == TextKind::kTranscript ? "transcript add" : "translation add",
        store.catalog(), keys, identity.card.fingerprint, report.item);
    const WrittenText text =
        read_written_text(store.environment().files, request.file, format::kMaxCaptionBytes);
    const format::Captions captions = format::parse_captions(base::text_of(text.bytes));
    require_speakers(store.catalog(), keys, speakers_in(captions));
    std::vector<journal::Fact> facts = checked_facts(facts_of_text(captions, request), identity);
    report.languages = texts_of(facts, "language");
    const std::vector<Turn> turns =
        keys.sealed() ? std::vector<Turn>{}
                      : turns_of(view_testimony(store.catalog(), keys.case_id, report.item));
    const std::vector<SegmentPlace> places = place_segments(captions.cues, turns, keys.sealed());
    facts.insert(facts.begin(), {"of", report.item});
    facts.push_back({"segments", captions.cues.size()});
    facts.push_back({"digest", base::encode_hex(text.digest)});
    std::ranges::move(segment_facts(captions.cues, places), std::back_inserter(facts));

    std::set<std::size_t> lies_over;
    for (const SegmentPlace& place : places) {
        lies_over.insert(place.turn);
    }
    report.misplaced = misplaced_segments(captions.cues, places, turns);
    report.segments = captions.cues.size();
    report.turns = lies_over.size();
    report.uncertain = static_cast<std::size_t>(std::ranges::count_if(
        captions.cues, [](const format::Cue& cue) { return !cue.uncertain.empty(); }));
    report.short_item =
        keys.sealed() ? report.item : shorten_item(store.catalog(), keys.case_id, report.item);
    const journal::EntryDraft draft{std::string{type_of(request.kind)}, std::move(facts)};
    if (!keys.sealed() && is_recorded(store.catalog(), keys.case_id, draft, report.item)) {
        report.recorded = false;
        return report;
    }
    std::vector<journal::EntryDraft> drafts{draft};
    if (!keys.sealed()) {
        if (auto heard = others_heard(store.catalog(), keys, report.item, speakers_in(captions))) {
            drafts.push_back(*std::move(heard));
        }
    }
    record(store, identity, keys, drafts);
    return report;
}

}  // namespace kua::evidence
