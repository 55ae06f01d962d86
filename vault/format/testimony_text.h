// A testimony as people write it down: Markdown with facts at the front and one heading per turn.
//
//   ---
//   format: kua-testimony/1
//   key: value
//   ---
//   ### NNNN ROLE SPEAKER [START-END] [LANGUAGE(+LANGUAGE)] [[CARRIES, ...]]
//
//   what was said, until the next such heading
//
// Headings of other levels before the first turn are left out. Only the form is checked here, not
// what the words mean. Source: docs/formats.md, "Texts that people write".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vault/format/front_facts.h"
#include "vault/format/timecode.h"

namespace kua::format {

constexpr std::size_t kMaxTurns = 9999;
constexpr std::size_t kMaxTestimonyBytes = std::size_t{8} << 20;
constexpr std::size_t kMaxTurnBytes = std::size_t{512} << 10;
constexpr std::string_view kTestimonyFormat = "kua-testimony/1";

struct TestimonyTurn {
    std::string role;     // one word
    std::string speaker;  // one word
    std::optional<TimeRange> range;
    std::vector<std::string> languages;
    std::vector<std::string> carries;
    std::string text;      // without blank lines at both ends; not empty
    std::size_t line = 0;  // of the heading
};

struct TestimonyText {
    std::vector<FrontFact> facts;      // without `format`
    std::vector<TestimonyTurn> turns;  // at least one; 0001, 0002, ...
};

// Throws kFailed, naming the line: not of this form, turns not numbered 0001, 0002, ... without
// gaps, timecodes that go back or overlap, a fact given twice.
TestimonyText parse_testimony(std::string_view text);

std::string write_testimony(const TestimonyText& testimony);

// "0007"
std::string turn_number(std::size_t number);

}  // namespace kua::format
