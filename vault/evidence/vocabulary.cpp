#include "vault/evidence/vocabulary.h"

#include <algorithm>
#include <array>

namespace kua::evidence {
namespace {

using Word = std::string_view;

constexpr std::array<Word, 10> kKinds = {"photo",   "video",     "audio",       "document",
                                         "text",    "testimony", "web_capture", "message",
                                         "dataset", "other"};
constexpr std::array<Word, 4> kGenerations = {"unknown", "original", "copy", "screen_copy"};
constexpr std::array<Word, 3> kUnknownNoYes = {"unknown", "no", "yes"};
constexpr std::array<Word, 15> kAcquiredMethods = {
    "unknown",      "own_capture", "card_copy", "direct_copy", "bluetooth",
    "messenger",    "email",       "download",  "paper_scan",  "photo_of_document",
    "screen_photo", "dictated",    "found",     "dead_drop",   "other"};
constexpr std::array<Word, 11> kBases = {"unknown",         "embedded",        "file_time",
                                         "device_clock",    "reference_clock", "stated_by_source",
                                         "stated_by_other", "document",        "seen_in_content",
                                         "inferred",        "anchor"};
constexpr std::array<Word, 7> kCarried = {"content", "time", "place",      "voice",
                                          "face",    "name", "third_party"};
constexpr std::array<Word, 4> kThirdParties = {"none", "not_identifiable", "identifiable",
                                               "unknown"};
constexpr std::array<Word, 3> kHolds = {"none", "source_safety", "legal"};
constexpr std::array<Word, 6> kPurposes = {"keep",  "team",    "commission",
                                           "court", "partner", "publish"};

constexpr std::array<Word, 5> kGeoBases = {"unknown", "embedded", "map", "stated", "inferred"};

constexpr std::array<FactRule, 33> kItemFacts = {{
    {"kind", FactShape::kWord, kKinds},
    {"media_type", FactShape::kMediaType},
    {"source", FactShape::kSource},
    {"captured", FactShape::kDate},
    {"captured_basis", FactShape::kWord, kBases},
    {"captured_tolerance", FactShape::kTolerance},
    {"captured_device", FactShape::kText},
    {"clock_offset", FactShape::kDuration},
    {"clock_reference", FactShape::kText},
    {"place", FactShape::kText},
    {"place_area", FactShape::kText},
    {"latitude", FactShape::kDegrees90},
    {"longitude", FactShape::kDegrees180},
    {"accuracy_m", FactShape::kMetres},
    {"geo_basis", FactShape::kWord, kGeoBases},
    {"place_is_private", FactShape::kWord, kUnknownNoYes},
    {"note", FactShape::kText},
    {"language", FactShape::kLanguages},
    {"device", FactShape::kText},
    {"generation", FactShape::kWord, kGenerations},
    {"edited", FactShape::kWord, kUnknownNoYes},
    {"original_kept_by", FactShape::kText},
    {"landmarks", FactShape::kText},
    {"graphic", FactShape::kWord, kUnknownNoYes},
    {"carries", FactShape::kWords, kCarried},
    {"third_parties", FactShape::kWord, kThirdParties},
    {"hold", FactShape::kWord, kHolds},
    {"acquired", FactShape::kDate},
    {"acquired_place", FactShape::kText},
    {"acquired_by", FactShape::kText},
    {"acquired_method", FactShape::kWord, kAcquiredMethods},
    {"witnesses", FactShape::kTexts},
    {"tool", FactShape::kText},
}};

constexpr std::array<Word, 6> kAttributes = {"content", "time", "place", "voice", "face", "name"};
constexpr std::array<Word, 5> kRemovable = {"time", "place", "voice", "face", "name"};
constexpr std::array<Word, 3> kTickedWords = {"voice", "face", "name"};
constexpr std::array<Word, 2> kDecisions = {"allow", "refuse"};
constexpr std::array<Word, 7> kHowInformed = {"explained_orally", "read_aloud", "interpreted",
                                              "signed_form",      "recorded",   "message",
                                              "not_possible"};
constexpr std::array<Word, 4> kGivenBy = {"self", "guardian", "next_of_kin", "nobody"};
constexpr std::array<Word, 9> kSourceKinds = {"unknown",       "victim",     "witness",
                                              "relative",      "colleague",  "official",
                                              "health_worker", "journalist", "organisation"};
constexpr std::array<Word, 8> kConnections = {"unknown",         "victim",   "eye_witness",
                                              "ear_witness",     "relative", "told_by_others",
                                              "document_holder", "finder"};
constexpr std::array<Word, 4> kReliabilities = {"not_assessed", "low", "medium", "high"};
constexpr std::array<Word, 3> kAgeGroups = {"unknown", "adult", "under_18"};
constexpr std::array<Word, 4> kRisks = {"unknown", "low", "medium", "high"};

constexpr std::array<FactRule, 8> kCaseFacts = {{
    {"title", FactShape::kText},
    {"description", FactShape::kText},
    {"reference_code", FactShape::kText},
    {"mandate", FactShape::kText},
    {"responsible", FactShape::kText},
    {"languages", FactShape::kLanguages},
    {"questions", FactShape::kTags},
    {"started", FactShape::kDate},
}};

constexpr std::array<FactRule, 9> kSourceFacts = {{
    {"source_kind", FactShape::kWord, kSourceKinds},
    {"connection", FactShape::kWord, kConnections},
    {"reliability", FactShape::kWord, kReliabilities},
    {"reliability_reason", FactShape::kText},
    {"age_group", FactShape::kWord, kAgeGroups},
    {"languages", FactShape::kLanguages},
    {"risk", FactShape::kWord, kRisks},
    {"reached_through", FactShape::kPseudonym},
    {"note", FactShape::kText},
}};

constexpr std::array<FactRule, 20> kConsentFacts = {{
    {"level", FactShape::kLevel},
    {"ticked", FactShape::kWords, kTickedWords},
    {"decision", FactShape::kWord, kDecisions},
    {"purposes", FactShape::kWords, kPurposes},
    {"attributes", FactShape::kWords, kAttributes},
    {"items", FactShape::kTexts},
    {"recipients", FactShape::kTexts},
    {"conditions", FactShape::kText},
    {"not_before", FactShape::kDate},
    {"expires", FactShape::kDate},
    {"how_informed", FactShape::kWord, kHowInformed},
    {"given", FactShape::kDate},
    {"given_to", FactShape::kText},
    {"given_by", FactShape::kWord, kGivenBy},
    {"understood", FactShape::kWord, kUnknownNoYes},
    {"voluntary", FactShape::kWord, kUnknownNoYes},
    {"capacity_concern", FactShape::kWord, kUnknownNoYes},
    {"evidence", FactShape::kText},
    {"may_contact", FactShape::kText},
    {"willing_to_testify", FactShape::kWord, kUnknownNoYes},
}};

constexpr std::array<FactRule, 6> kWithdrawalFacts = {{
    {"purposes", FactShape::kWords, kPurposes},
    {"attributes", FactShape::kWords, kAttributes},
    {"items", FactShape::kTexts},
    {"withdrawn", FactShape::kDate},
    {"how_told", FactShape::kText},
    {"reason", FactShape::kText},
}};

constexpr std::array<Word, 5> kTestimonyKinds = {"unknown", "first_account", "interview",
                                                 "statement", "follow_up"};
constexpr std::array<Word, 8> kSettings = {"unknown", "home",   "workplace", "street",
                                           "vehicle", "office", "abroad",    "by_phone"};
constexpr std::array<Word, 4> kDistress = {"unknown", "none", "paused", "stopped"};
constexpr std::array<Word, 4> kTurnRoles = {"question", "answer", "interpreter", "remark"};
constexpr std::array<Word, 3> kTextStates = {"draft", "machine", "checked"};

constexpr std::array<FactRule, 17> kTestimonyFacts = {{
    {"testimony_kind", FactShape::kWord, kTestimonyKinds},
    {"held", FactShape::kDate},
    {"held_basis", FactShape::kWord, kBases},
    {"held_place", FactShape::kText},
    {"interviewer", FactShape::kText},
    {"interpreter", FactShape::kText},
    {"others_present", FactShape::kText},
    {"setting", FactShape::kWord, kSettings},
    {"language", FactShape::kLanguages},
    {"recording", FactShape::kText},
    {"earlier_accounts", FactShape::kText},
    {"risk", FactShape::kWord, kRisks},
    {"distress", FactShape::kWord, kDistress},
    {"support_offered", FactShape::kWord, kUnknownNoYes},
    {"next_contact", FactShape::kText},
    {"consent_turns", FactShape::kTexts},
    {"note", FactShape::kText},
}};

constexpr std::array<FactRule, 3> kTurnFacts = {{
    {"role", FactShape::kWord, kTurnRoles},
    {"language", FactShape::kLanguages},
    {"carries", FactShape::kWords, kCarried},
}};

constexpr std::array<Word, 3> kResults = {"ok", "damaged", "missing"};

constexpr std::array<FactRule, 7> kReceiptFacts = {{
    {"place", FactShape::kText},
    {"at", FactShape::kDate},
    {"method", FactShape::kText},
    {"tool", FactShape::kText},
    {"reason", FactShape::kText},
    {"counter_signature", FactShape::kText},
    {"result", FactShape::kWord, kResults},
}};

constexpr std::array<FactRule, 8> kTextFacts = {{
    {"language", FactShape::kLanguages},
    {"from_language", FactShape::kLanguages},
    {"author_of", FactShape::kText},
    {"credit", FactShape::kText},
    {"status", FactShape::kWord, kTextStates},
    {"checked_by", FactShape::kText},
    {"certified", FactShape::kText},
    {"tool", FactShape::kText},
}};

constexpr std::array<Word, 9> kPlaceKinds = {
    "country", "region", "district", "town", "settlement", "site", "building", "room", "road"};
constexpr std::array<Word, 4> kCertainties = {"unknown", "possible", "probable", "certain"};
constexpr std::array<Word, 3> kTagStates = {"unverified", "verified", "removed"};
constexpr std::array<Word, 3> kStrengths = {"none", "some", "strong"};
constexpr std::array<Word, 1> kAPlace = {"place"};
constexpr std::array<Word, 1> kAnEvent = {"event"};
constexpr std::array<Word, 1> kAnItem = {"item"};

constexpr std::array<FactRule, 10> kPlaceFacts = {{
    {"place_name", FactShape::kText},
    {"place_names", FactShape::kNames},
    {"place_kind", FactShape::kWord, kPlaceKinds},
    {"within", FactShape::kThing, kAPlace},
    {"latitude", FactShape::kDegrees90},
    {"longitude", FactShape::kDegrees180},
    {"accuracy_m", FactShape::kMetres},
    {"geo_basis", FactShape::kWord, kGeoBases},
    {"landmarks", FactShape::kText},
    {"private", FactShape::kWord, kUnknownNoYes},
}};

constexpr std::array<FactRule, 10> kEventFacts = {{
    {"event_title", FactShape::kText},
    {"event_kind", FactShape::kText},
    {"occurred", FactShape::kDate},
    {"occurred_basis", FactShape::kWord, kBases},
    {"occurred_tolerance", FactShape::kTolerance},
    {"place", FactShape::kText},
    {"part_of", FactShape::kThing, kAnEvent},
    {"description", FactShape::kText},
    {"rights_affected", FactShape::kTexts},
    {"count_claims", FactShape::kClaims},
}};

constexpr std::array<FactRule, 18> kActFacts = {{
    {"act_kind", FactShape::kText},
    {"event", FactShape::kThing, kAnEvent},
    {"occurred", FactShape::kDate},
    {"occurred_basis", FactShape::kWord, kBases},
    {"occurred_tolerance", FactShape::kTolerance},
    {"place", FactShape::kText},
    {"method", FactShape::kText},
    {"attribution", FactShape::kText},
    {"stated_reason", FactShape::kText},
    {"physical_consequences", FactShape::kText},
    {"psychological_consequences", FactShape::kText},
    {"cause_stated", FactShape::kText},
    {"cause_reported", FactShape::kText},
    {"detained", FactShape::kDate},
    {"detention_place", FactShape::kText},
    {"medical_record", FactShape::kThing, kAnItem},
    {"counting_unit", FactShape::kText},
    {"number", FactShape::kNumber},
}};

constexpr std::array<FactRule, 11> kPersonFacts = {{
    {"label", FactShape::kText},
    {"person_kind", FactShape::kText},
    {"names", FactShape::kNames},
    {"other_names", FactShape::kTexts},
    {"sex", FactShape::kText},
    {"born", FactShape::kDate},
    {"age_at_event", FactShape::kText},
    {"occupation", FactShape::kText},
    {"person_status", FactShape::kText},
    {"member_of", FactShape::kText},
    {"superior", FactShape::kText},
}};

constexpr std::array<FactRule, 4> kLinkFacts = {{
    {"certainty", FactShape::kWord, kCertainties},
    {"degree", FactShape::kText},
    {"basis", FactShape::kText},
    {"comment", FactShape::kText},
}};

constexpr std::array<FactRule, 4> kTagFacts = {{
    {"tag_state", FactShape::kWord, kTagStates},
    {"strength", FactShape::kWord, kStrengths},
    {"basis", FactShape::kText},
    {"comment", FactShape::kText},
}};

}  // namespace

std::span<const FactRule> item_fact_rules() {
    return kItemFacts;
}

std::span<const FactRule> arrival_fact_rules() {
    static constexpr auto kArrivalFacts = [] {
        std::array<FactRule, kItemFacts.size() + 3> rules{};
        std::copy(kItemFacts.begin(), kItemFacts.end(), rules.begin());
        rules[kItemFacts.size()] = {"derived_from", FactShape::kText};
        rules[kItemFacts.size() + 1] = {"recipe", FactShape::kText};
        rules[kItemFacts.size() + 2] = {"attributes_removed", FactShape::kWords, kRemovable};
        return rules;
    }();
    return kArrivalFacts;
}

std::span<const FactRule> case_fact_rules() {
    return kCaseFacts;
}

std::span<const FactRule> source_fact_rules() {
    return kSourceFacts;
}

std::span<const FactRule> consent_fact_rules() {
    return kConsentFacts;
}

std::span<const FactRule> withdrawal_fact_rules() {
    return kWithdrawalFacts;
}

std::span<const FactRule> place_fact_rules() {
    return kPlaceFacts;
}

std::span<const FactRule> event_fact_rules() {
    return kEventFacts;
}

std::span<const FactRule> act_fact_rules() {
    return kActFacts;
}

std::span<const FactRule> person_fact_rules() {
    return kPersonFacts;
}

std::span<const FactRule> link_fact_rules() {
    return kLinkFacts;
}

std::span<const FactRule> tag_fact_rules() {
    return kTagFacts;
}

std::span<const FactRule> testimony_fact_rules() {
    return kTestimonyFacts;
}

std::span<const FactRule> turn_fact_rules() {
    return kTurnFacts;
}

std::span<const FactRule> text_fact_rules() {
    return kTextFacts;
}

std::span<const FactRule> hand_over_fact_rules() {
    return std::span{kReceiptFacts}.first(kReceiptFacts.size() - 1);
}

std::span<const FactRule> receipt_fact_rules() {
    return kReceiptFacts;
}

std::span<const std::string_view> purposes() {
    return kPurposes;
}

}  // namespace kua::evidence
