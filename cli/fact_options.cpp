#include "cli/fact_options.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace kua::cli {
namespace {

struct FactOption {
    const char* name;
    const char* value;
    const char* help;
    bool is_list = false;
    const char* option = nullptr;  // if it isn't called like the fact
    bool is_repeated = false;      // several, each given on its own, commas and all
};

constexpr const char* kWhen = "when and where it was taken (all of it claimed)";
constexpr const char* kHow = "how it came to you";
constexpr const char* kWhat = "what it is";

struct FactGroup {
    const char* title;
    std::vector<FactOption> options;
};

using FactGroups = std::vector<FactGroup>;

const FactGroups& item_facts() {
    static const FactGroups groups{
        {kWhen,
         {{"captured", "TIME",
           "2017-11-23T15:04:31+05:00, 2017-11-23, 2017-11-23? (uncertain), "
           "2017-05~ (about) or 2017-11-23/2017-11-26"},
          {"captured_basis", "WORD",
           "How that is known: embedded, device_clock, reference_clock, "
           "stated_by_source, stated_by_other, document, "
           "seen_in_content, inferred, ..."},
          {"captured_tolerance", "DURATION", "Give or take: PT1H is one hour either way"},
          {"captured_device", "TIME", "What the device's clock said"},
          {"place", "TEXT", "Where, as exactly as known"},
          {"place_area", "TEXT", "The town or area, for those who may not know more"},
          {"latitude", "DEGREES", "Decimal, WGS 84"},
          {"longitude", "DEGREES", "Decimal, WGS 84"},
          {"accuracy_m", "METRES", "How far off the position may be"},
          {"geo_basis", "WORD", "How that is known: embedded, map, stated or inferred"},
          {"landmarks", "TEXT", "What can be recognised"},
          {"place_is_private", "WORD", "unknown, no or yes"},
          {"device", "TEXT", "Camera, phone or recorder"}}},
        {kHow,
         {{"source", "NAME", "A pseudonym (P-12), self, public or unknown"},
          {"acquired", "TIME", "When you got it"},
          {"acquired_place", "TEXT", "Where you got it"},
          {"acquired_by", "NAME", "Who took it over (default: you)"},
          {"acquired_method", "WORD", "card_copy, messenger, email, download, own_capture, ..."},
          {"witnesses", "TEXT", "Who was present"},
          {"tool", "TEXT", "Card reader, cable, program"},
          {"clock_offset", "DURATION", "Device minus true time: PT1H, -PT4H12M"},
          {"clock_reference", "TEXT", "What the clock was compared with"},
          {"original_kept_by", "TEXT", "Who has the original"}}},
        {kWhat,
         {{"kind", "WORD",
           "photo, video, audio, document, text, testimony, ... (default: by the "
           "file's ending)"},
          {"media_type", "TYPE", "image/jpeg, ... (default: by the file's ending)"},
          {"language", "TAG", "kk, ru, en, ...; main one first, several with commas", true},
          {"note", "TEXT", "Anything else worth keeping"},
          {"generation", "WORD", "unknown, original, copy or screen_copy"},
          {"edited", "WORD", "unknown, no or yes"},
          {"graphic", "WORD", "Hard to look at: unknown, no or yes"},
          {"carries", "WORD",
           "What it shows of the source: content, time, place, voice, face, "
           "name, third_party; several with commas",
           true},
          {"third_parties", "WORD",
           "Other people in it: none, not_identifiable, identifiable or "
           "unknown"},
          {"hold", "WORD", "Not to leave the team: source_safety or legal; none lifts it"}}},
    };
    return groups;
}

const FactGroups& derivative_facts() {
    static const FactGroups groups{
        {"if it was made from another item",
         {{"derived_from", "ITEM", "The item it is a copy or a part of"},
          {"recipe", "TEXT", "How it was made: cropped, voice altered, metadata taken out"},
          {"attributes_removed", "WORD",
           "What of the source is not in it any more: time, place, voice, face, name; several with"
           " commas",
           true}}},
    };
    return groups;
}

const FactGroups& source_facts() {
    static const FactGroups groups{
        {"who it is, without saying who",
         {{"source_kind", "WORD",
           "victim, witness, relative, colleague, official, health_worker, journalist or"
           " organisation"},
          {"connection", "WORD",
           "victim, eye_witness, ear_witness, relative, told_by_others, document_holder or finder"},
          {"reliability", "WORD", "not_assessed, low, medium or high"},
          {"reliability_reason", "TEXT", "Why"},
          {"age_group", "WORD", "unknown, adult or under_18"},
          {"languages", "TAG", "kk, ru, en, ...; main one first, several with commas", true,
           "--language"},
          {"risk", "WORD", "What being known would mean: unknown, low, medium or high"},
          {"reached_through", "P-NN", "Another source who brought them"},
          {"note", "TEXT", "Anything else, but no names, places of work or numbers"}}},
    };
    return groups;
}

constexpr FactOption kPurposeOption{
    "purposes", "WORD", "keep, team, commission, court, partner or publish; several with commas",
    true, "--purpose"};
constexpr FactOption kAttributeOption{
    "attributes", "WORD", "content, time, place, voice, face or name; several with commas", true,
    "--attribute"};

const FactGroups& consent_facts() {
    static const FactGroups groups{
        {"what is allowed",
         {{"level", "0-5",
           "0 nobody asked yet; 1 team only; 2 commission and court under a pseudonym; 3 the same"
           " with identity; 4 as 2, and public under a pseudonym; 5 as 3 and 4, public with what is"
           " ticked"},
          {"ticked", "WORD", "With level 5: voice, face, name; several with commas", true},
          {"decision", "WORD", "Instead of a level: allow or refuse what follows"},
          kPurposeOption,
          kAttributeOption,
          {"recipients", "NAME", "Only to these; several with commas", true, "--recipient"},
          {"conditions", "TEXT", "What must hold before, in the source's words"},
          {"not_before", "DATE", "Not earlier than"},
          {"expires", "DATE", "Not later than"}}},
        {"how it was given",
         {{"how_informed", "WORD",
           "explained_orally, read_aloud, interpreted, signed_form, recorded, message or"
           " not_possible"},
          {"given", "DATE", "When"},
          {"given_to", "NAME", "To whom"},
          {"given_by", "WORD", "self, guardian, next_of_kin or nobody"},
          {"understood", "WORD", "unknown, no or yes"},
          {"voluntary", "WORD", "unknown, no or yes"},
          {"capacity_concern", "WORD", "unknown, no or yes"},
          {"evidence", "TEXT", "Where it can be heard or read: item and turn"},
          {"may_contact", "TEXT", "How they may be reached again, if at all"},
          {"willing_to_testify", "WORD", "unknown, no or yes"}}},
    };
    return groups;
}

const FactGroups& withdrawal_facts() {
    static const FactGroups groups{
        {"what is taken back",
         {kPurposeOption,
          kAttributeOption,
          {"withdrawn", "DATE", "When"},
          {"how_told", "TEXT", "How you were told"},
          {"reason", "TEXT", "Why, if they said so"}}},
    };
    return groups;
}

const FactGroups& case_facts() {
    static const FactGroups groups{
        {"what it is",
         {{"title", "TEXT", "What to call it"},
          {"description", "TEXT", "What it is about"},
          {"reference_code", "TEXT", "Your own number for it"},
          {"mandate", "TEXT", "On whose behalf"},
          {"responsible", "TEXT", "Who answers for it"},
          {"languages", "TAG", "kk, ru, ...; main one first", true, "--language"},
          {"questions", "TAG", "Tags the case must answer, like q-order; several with commas", true,
           "--question"},
          {"started", "DATE", "When work on it began"}}},
    };
    return groups;
}

const FactGroups& text_facts() {
    static const FactGroups groups{
        {"what it is (a WebVTT file may say so itself, in its first note)",
         {{"language", "TAG", "kk, ru, en, ...; main one first, several with commas", true},
          {"from_language", "TAG", "Of a translation: what it was made from", true},
          {"author_of", "NAME", "Who made it (default: you)", false, "--by"},
          {"credit", "TEXT", "How they want to be named (default: none)"},
          {"status", "WORD", "draft, machine or checked"},
          {"checked_by", "NAME", "Who compared it with the original"},
          {"certified", "TEXT", "By whom it is certified"},
          {"tool", "TEXT", "Program it was made with"}}},
    };
    return groups;
}

const FactGroups& hand_over_facts() {
    static const FactGroups groups{
        {"how it went",
         {{"at", "TIME", "When: 2018-01-20, 2018-01-20T14:30:00+06:00 (default: not said)"},
          {"place", "TEXT", "Where"},
          {"method", "TEXT", "By hand, by courier, in a sealed envelope, on a card"},
          {"tool", "TEXT", "What it was on or in: a card, a disc and its number"},
          {"reason", "TEXT", "Why"},
          {"counter_signature", "TEXT", "Where a signed receipt is kept, and its number"}}},
    };
    return groups;
}

constexpr FactOption kOccurred{"occurred", "TIME", "When: as with --captured"};
constexpr FactOption kOccurredBasis{"occurred_basis", "WORD",
                                    "How that is known: stated_by_source, document, inferred, ..."};
constexpr FactOption kOccurredTolerance{"occurred_tolerance", "DURATION",
                                        "Give or take: PT1H is one hour either way"};

const FactGroups& place_facts() {
    static const FactGroups groups{
        {"what is known of it",
         {{"place_name", "NAME", "Another name as heard (kua place describe)"},
          {"place_names", "LANG=NAME", "What it is called in kk, ru, en, ...; may be repeated",
           false, nullptr, true},
          {"place_kind", "WORD",
           "country, region, district, town, settlement, site, building, room or road"},
          {"within", "PLACE", "The place it lies in, by its id or name"},
          {"latitude", "DEGREES", "Decimal, WGS 84"},
          {"longitude", "DEGREES", "Decimal, WGS 84"},
          {"accuracy_m", "METRES", "How far off the position may be"},
          {"geo_basis", "WORD", "embedded, map, stated or inferred"},
          {"landmarks", "TEXT", "What it can be recognised by"},
          {"private", "WORD", "Somebody lives or works there: unknown, no or yes"}}},
    };
    return groups;
}

const FactGroups& event_facts() {
    static const FactGroups groups{
        {"what is known of it",
         {{"event_title", "TITLE", "Another title (kua event describe)"},
          {"event_kind", "WORD", "strike, use_of_force, restriction_of_movement, ..."},
          kOccurred,
          kOccurredBasis,
          kOccurredTolerance,
          {"place", "PLACE", "Where, by its id or name"},
          {"part_of", "EVENT", "The event it is part of, by its id or title"},
          {"description", "TEXT", "What happened"},
          {"rights_affected", "TEXT", "Which rights; may be repeated", false, nullptr, true},
          {"count_claims", "UNIT;N;WHO;WHEN",
           "A number that somebody gave, such as killed;16;notice;2017-11-24; may be repeated",
           false, "--count-claim", true}}},
    };
    return groups;
}

const FactGroups& act_facts() {
    static const FactGroups groups{
        {"what is known of it",
         {{"act_kind", "WORD", "Another kind (kua act describe)"},
          {"event", "EVENT", "The event it belongs to, by its id or title"},
          kOccurred,
          kOccurredBasis,
          kOccurredTolerance,
          {"place", "PLACE", "Where, by its id or name"},
          {"method", "TEXT", "How"},
          {"attribution", "TEXT", "Who is said to have done it"},
          {"stated_reason", "TEXT", "What reason was given"},
          {"physical_consequences", "TEXT", "In the person's words; no examination"},
          {"psychological_consequences", "TEXT", "Likewise"},
          {"cause_stated", "TEXT", "What a document states, whether true or not"},
          {"cause_reported", "TEXT", "What people report instead"},
          {"detained", "EDTF", "From when to when"},
          {"detention_place", "PLACE", "Where, by its id or name"},
          {"medical_record", "ITEM", "The item that documents it"},
          {"counting_unit", "WORD", "What number counts"},
          {"number", "N", "How many, as claimed"}}},
    };
    return groups;
}

const FactGroups& person_facts() {
    static const FactGroups groups{
        {"what is known (who a source is has no place here)",
         {{"label", "LABEL", "Another label (kua person describe)"},
          {"person_kind", "WORD", "person, body, official, unit, ..."},
          {"names", "LANG=NAME", "Names in kk, ru, en, ...; may be repeated", false, nullptr, true},
          {"other_names", "NAME", "Other names; may be repeated", false, nullptr, true},
          {"sex", "WORD", "As stated"},
          {"born", "EDTF", "When born"},
          {"age_at_event", "TEXT", "How old then"},
          {"occupation", "TEXT", "What they did for a living"},
          {"person_status", "WORD", "alive, dead, missing, detained, ..."},
          {"member_of", "TEXT", "Which organisation or unit"},
          {"superior", "TEXT", "Under whom"}}},
    };
    return groups;
}

const FactGroups& link_facts() {
    static const FactGroups groups{
        {"how sure it is",
         {{"certainty", "WORD", "unknown, possible, probable or certain"},
          {"degree", "TEXT", "How much somebody took part"},
          {"basis", "TEXT", "Where it can be seen or heard: item and turn"},
          {"comment", "TEXT", "Anything else about it"}}},
    };
    return groups;
}

const FactGroups& tag_facts() {
    static const FactGroups groups{
        {"how sure it is",
         {{"tag_state", "WORD", "unverified (a source says so), verified (seen in it) or removed"},
          {"strength", "WORD", "none, some or strong"},
          {"basis", "TEXT", "Where it can be seen or heard: item and turn"},
          {"comment", "TEXT", "Anything else about it"}}},
    };
    return groups;
}

const FactGroups& receipt_result() {
    static const FactGroups groups{
        {"what came",
         {{"result", "WORD", "ok, damaged or missing (it should have come and didn't)"}}},
    };
    return groups;
}

std::vector<const FactGroups*> groups_of(FactsOf what) {
    switch (what) {
        case FactsOf::kItem:
            return {&item_facts()};
        case FactsOf::kArrival:
            return {&item_facts(), &derivative_facts()};
        case FactsOf::kSource:
            return {&source_facts()};
        case FactsOf::kConsent:
            return {&consent_facts()};
        case FactsOf::kWithdrawal:
            return {&withdrawal_facts()};
        case FactsOf::kCase:
            return {&case_facts()};
        case FactsOf::kText:
            return {&text_facts()};
        case FactsOf::kPlace:
            return {&place_facts()};
        case FactsOf::kEvent:
            return {&event_facts()};
        case FactsOf::kAct:
            return {&act_facts()};
        case FactsOf::kPerson:
            return {&person_facts()};
        case FactsOf::kLink:
            return {&link_facts()};
        case FactsOf::kTag:
            return {&tag_facts()};
        case FactsOf::kHandOver:
            return {&hand_over_facts()};
        case FactsOf::kReceipt:
            return {&receipt_result(), &hand_over_facts()};
    }
    return {};
}

std::string option_name(const FactOption& fact) {
    if (fact.option != nullptr) {
        return fact.option;
    }
    std::string name = "--" + std::string(fact.name);
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

// A fact is a list wherever it is one. (Names and claims may have commas in them.)
bool is_list(const std::string& fact) {
    for (const FactGroups* groups :
         {&item_facts(), &derivative_facts(), &source_facts(), &consent_facts(),
          &withdrawal_facts(), &case_facts(), &text_facts()}) {
        for (const FactGroup& group : *groups) {
            for (const FactOption& option : group.options) {
                if (fact == option.name) {
                    return option.is_list;
                }
            }
        }
    }
    return false;
}

void add_group(CLI::App& parser, FactOptions& facts, const FactGroup& group) {
    for (const FactOption& fact : group.options) {
        // One value per use, so that a path may follow; given twice it is a mistake, except for a
        // list.
        CLI::Option* option = parser.add_option(option_name(fact), facts[fact.name], fact.help)
                                  ->option_text(fact.value)
                                  ->group(group.title);
        if (fact.is_list || fact.is_repeated) {
            option->allow_extra_args(false);
        } else {
            option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
        }
    }
}

// Without the spaces that people write after commas: what is left has to be said.
std::string part_of_list(const std::string& fact, const std::string& part) {
    constexpr const char* kBlank = " \t\r\n";
    const std::size_t first = part.find_first_not_of(kBlank);
    if (first == std::string::npos) {
        throw Error{ErrorCode::kUsage,
                    fact + ": nothing stands before or after a comma, or nothing at all"};
    }
    return part.substr(first, part.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

void add_fact_options(CLI::App& parser, FactOptions& facts, FactsOf what) {
    for (const FactGroups* groups : groups_of(what)) {
        for (const FactGroup& group : *groups) {
            add_group(parser, facts, group);
        }
    }
}

GivenFacts given_facts(const FactOptions& facts) {
    GivenFacts given;
    for (const auto& [name, values] : facts) {
        if (values.empty()) {
            continue;
        }
        std::vector<std::string>& out = given[name];
        for (const std::string& value : values) {
            std::size_t from = 0;
            for (std::size_t comma = 0; is_list(name) && comma != std::string::npos;) {
                comma = value.find(',', from);
                out.push_back(part_of_list(name, value.substr(from, comma - from)));
                from = comma + 1;
            }
            if (!is_list(name)) {
                out.push_back(value);
            }
        }
    }
    return given;
}

}  // namespace kua::cli
