// Transcripts and translations as people bring them: WebVTT, with facts in the first NOTE block, or
// SubRip (.srt), which has texts and times only.
//
//   NOTE kua-transcript/1           or kua-translation/1; then `key: value` lines
//   NOTE kua-uncertain 0010.2       then `"heard": what it may be` lines
//   0010.2                          turn and part; then times and the text of the cue
//   <v SPEAKER> <lang TAG> <c.uncertain>; all other markup is left out
//
// Source: WebVTT, W3C, 2019-04-04; docs/formats.md, "Texts that people write".
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vault/format/front_facts.h"
#include "vault/format/timecode.h"

namespace kua::format {

constexpr std::size_t kMaxCaptionBytes = std::size_t{8} << 20;
constexpr std::size_t kMaxCues = 100'000;

struct UncertainWords {
    std::string text;    // as heard
    std::string may_be;  // empty: nothing was said
    bool operator==(const UncertainWords&) const = default;
};

struct Cue {
    std::string id;  // as written; SubRip numbers its cues
    TimeRange range;
    std::string speaker;   // empty: not named
    std::string language;  // likewise
    std::string text;      // without markup; lines parted by LF; not empty
    std::vector<UncertainWords> uncertain;
    std::size_t line = 0;  // of its times
};

struct Captions {
    std::string note_kind;  // "kua-transcript/1"; empty: no such block
    std::vector<FrontFact> facts;
    std::vector<Cue> cues;  // at least one, in order, none before the end of the one before
};

// Which of the two it is shows at the first line. Throws kFailed, naming the line: neither, no cue,
// cues that go back or overlap, broken times, facts given twice.
Captions parse_captions(std::string_view text);

}  // namespace kua::format
