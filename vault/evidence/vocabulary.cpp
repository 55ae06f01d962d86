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
constexpr std::array<Word, 2> kHolds = {"source_safety", "legal"};
constexpr std::array<Word, 6> kPurposes = {"keep",  "team",    "commission",
                                           "court", "partner", "publish"};

constexpr std::array<FactRule, 32> kItemFacts = {{
    {"kind", FactShape::kWord, kKinds},
    {"media_type", FactShape::kMediaType},
    {"source", FactShape::kSource},
    {"captured", FactShape::kDate},
    {"captured_basis", FactShape::kWord, kBases},
    {"captured_tolerance", FactShape::kDuration},
    {"captured_device", FactShape::kText},
    {"clock_offset", FactShape::kDuration},
    {"clock_reference", FactShape::kText},
    {"place", FactShape::kText},
    {"place_area", FactShape::kText},
    {"latitude", FactShape::kDegrees90},
    {"longitude", FactShape::kDegrees180},
    {"accuracy_m", FactShape::kMetres},
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

}  // namespace

std::span<const FactRule> item_fact_rules() {
    return kItemFacts;
}

const FactRule* find_item_fact(std::string_view name) {
    const auto found = std::find_if(kItemFacts.begin(), kItemFacts.end(),
                                    [name](const FactRule& rule) { return rule.name == name; });
    return found == kItemFacts.end() ? nullptr : &*found;
}

std::span<const std::string_view> purposes() {
    return kPurposes;
}

}  // namespace kua::evidence
