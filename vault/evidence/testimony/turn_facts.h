// Turns and segments as facts of entries, and back. docs/formats.md, "Texts that people write".
#pragma once

#include <span>
#include <vector>

#include "kua/testimony.h"
#include "vault/evidence/vocabulary.h"
#include "vault/format/captions.h"
#include "vault/format/testimony_text.h"
#include "vault/journal/entry.h"

namespace kua::evidence {

// Checks what people wrote of facts against `rules`, one after the other, so that a mistake can be
// named with its line. kFailed for a fact that is none of `rules`.
GivenFacts facts_of_front(const std::vector<format::FrontFact>& front,
                          std::span<const FactRule> rules);

// turn_0001, ... kFailed, naming the line, for words outside their vocabularies.
std::vector<journal::Fact> turn_facts(const std::vector<format::TestimonyTurn>& turns);

// What others wrote and doesn't have that shape is left out of these; the journal keeps it.
std::vector<Turn> read_turns(const std::vector<journal::Fact>& facts);
std::vector<TextSegment> read_segments(const std::vector<journal::Fact>& facts);

// Where a segment lies.
struct SegmentPlace {
    std::size_t turn = 0;
    unsigned part = 0;
    auto operator<=>(const SegmentPlace&) const = default;
};
std::string segment_name(const SegmentPlace& place);  // "0010.2"

// segment_0010_2, ... in the same order; both have the same size.
std::vector<journal::Fact> segment_facts(const std::vector<format::Cue>& cues,
                                         const std::vector<SegmentPlace>& places);

// The places that the cues name, or those of the turns in whose time they begin. `turns`: of the
// testimony they lie over; none if there is none: then cues without names of that form are turns of
// their own, one after the other. Of a sealed case nothing is known, and each must have a name.
// kFailed for a cue that fits no turn, two that name the same place, or places that go back.
std::vector<SegmentPlace> place_segments(const std::vector<format::Cue>& cues,
                                         const std::vector<Turn>& turns, bool is_sealed);

// Names of the segments that cues name and whose middle lies in the time of another turn than the
// one that they lie over: their name or their time is wrong. `places` as place_segments() gave
// them.
std::vector<std::string> misplaced_segments(const std::vector<format::Cue>& cues,
                                            const std::vector<SegmentPlace>& places,
                                            const std::vector<Turn>& turns);

}  // namespace kua::evidence
