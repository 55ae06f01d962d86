// The closed word lists that facts draw from, and what shape each fact of an item has. The names
// are those of docs/glossary.md and reach disk in the journal: words are only ever added.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace kua::evidence {

enum class FactShape : std::uint8_t {
    kText,        // any text up to 64 KiB
    kWord,        // one word of the fact's list
    kWords,       // several words of the fact's list
    kTexts,       // several texts
    kDate,        // EDTF level 0 or 1
    kDuration,    // ISO 8601 duration, may be negative
    kTolerance,   // likewise, but never negative: so much either way
    kDegrees90,   // decimal degrees -90..90, kept as text with the digits given
    kDegrees180,  // decimal degrees -180..180, likewise
    kMetres,      // whole number of metres
    kLanguages,   // BCP 47 tags, main one first
    kSource,      // P-NN, self, public or unknown
    kMediaType,   // type/subtype
    kPseudonym,   // P-NN
    kLevel,       // 0 to 5, kept as a number
    kTags,        // several tags
    kNames,       // several "kk=Көктұз", kept as {language: name}
    kNumber,      // whole number up to a billion
    kThing,       // the whole id of a thing whose kind is one of the fact's words
    kClaims,      // several "killed;16;notice;2017-11-24", kept as objects
};

struct FactRule {
    std::string_view name;
    FactShape shape = FactShape::kText;
    std::span<const std::string_view> words = {};  // of kWord, kWords and kThing
};

// The facts a person may give when an item comes in, in the order they are shown. Lives for ever.
std::span<const FactRule> item_fact_rules();

// Those, and what a person says of a derivative that comes in.
std::span<const FactRule> arrival_fact_rules();

// The same for a case, a source, and what a source allows or takes back.
std::span<const FactRule> case_fact_rules();
std::span<const FactRule> source_fact_rules();
std::span<const FactRule> consent_fact_rules();
std::span<const FactRule> withdrawal_fact_rules();

// The same for what an account tells of: places, events, acts and persons; the first rule of each
// is the fact that it can't be without.
std::span<const FactRule> place_fact_rules();
std::span<const FactRule> event_fact_rules();
std::span<const FactRule> act_fact_rules();
std::span<const FactRule> person_fact_rules();

// The same for a link between two of them, beside what it links; and for a tag of an item.
std::span<const FactRule> link_fact_rules();
std::span<const FactRule> tag_fact_rules();

// The same for a testimony, one turn of it, and a transcript or translation.
std::span<const FactRule> testimony_fact_rules();
std::span<const FactRule> turn_fact_rules();
std::span<const FactRule> text_fact_rules();

// The same for an item that was handed over, and for one that came, or should have come, into one's
// hands; outside of kua.
std::span<const FactRule> hand_over_fact_rules();
std::span<const FactRule> receipt_fact_rules();

// The words that `purpose` of a custody event may be.
std::span<const std::string_view> purposes();

}  // namespace kua::evidence
