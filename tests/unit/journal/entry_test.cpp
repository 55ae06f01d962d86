#include "vault/journal/entry.h"

#include <algorithm>
#include <array>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/seeded_random.h"
#include "vault/base/base64.h"
#include "vault/format/disclosure.h"

namespace kua::journal {
namespace {

using testing::code_of;
using testing::message_of;

EntryLine header() {
    EntryLine line;
    line.case_id = std::string(32, 'c');
    line.author = std::string(64, 'a');
    line.seq = 7;
    line.lamport = 9;
    line.time = "2017-11-23T09:12:00Z";
    return line;
}

const EntryDraft kDraft{"item.described", {{"note", "at the square"}, {"place", "Taraz"}}};

Entry written(const EntryDraft& draft = kDraft) {
    testing::SeededRandom random{1};
    return write_entry(header(), draft, random);
}

// The line of written() with one member set to another value.
std::string line_with(const char* member, base::Json value) {
    base::Json json = base::parse_json(written().line);
    json[member] = std::move(value);
    return json.dump();
}

TEST_CASE("an entry that was written is read back as it was", "[journal]") {
    const Entry entry = written();
    const Entry read = join_entry(entry.line, entry.disclosures);
    CHECK(read.line == entry.line);
    CHECK(read.header.case_id == header().case_id);
    CHECK(read.header.author == header().author);
    CHECK(read.header.seq == 7);
    CHECK(read.header.lamport == 9);
    CHECK(read.header.time == header().time);
    CHECK(read.header.type == "item.described");
    CHECK(read.header.facts == entry.header.facts);
    CHECK(fact_text(read, "note") == "at the square");
    CHECK(fact_text(read, "place") == "Taraz");
}

TEST_CASE("a line tells no fact and no two entries have a digest in common", "[journal]") {
    testing::SeededRandom random{1};
    const Entry one = write_entry(header(), kDraft, random);
    const Entry other = write_entry(header(), kDraft, random);
    CHECK(one.line.find("square") == std::string::npos);
    CHECK(one.line.find("note") == std::string::npos);
    std::set<std::string> digests{one.header.facts.begin(), one.header.facts.end()};
    digests.insert(other.header.facts.begin(), other.header.facts.end());
    CHECK(digests.size() == 4);
    CHECK(leaf_of(one.line) != leaf_of(other.line));
}

TEST_CASE("an entry without a fact gets a decoy, so that its leaf can't be guessed", "[journal]") {
    testing::SeededRandom random{1};
    const EntryDraft empty{"case.described", {}};
    const Entry one = write_entry(header(), empty, random);
    const Entry other = write_entry(header(), empty, random);
    REQUIRE(one.header.facts.size() == 1);
    CHECK(one.facts.at(0).name == format::kDecoyName);
    CHECK(leaf_of(one.line) != leaf_of(other.line));
}

TEST_CASE("a line without any salted fact is refused", "[journal][T13]") {
    CHECK(message_of([] { return parse_line(line_with("facts", base::Json::array())); }) ==
          "journal line: no fact");
}

TEST_CASE("withheld facts are no error and are not there", "[journal]") {
    const Entry entry = written();
    const Entry read = join_entry(entry.line, {entry.disclosures.at(1)});
    CHECK(find_fact(read, "note") == nullptr);
    CHECK(fact_text(read, "note").empty());
    CHECK(fact_text(read, "place") == "Taraz");
    CHECK(join_entry(entry.line, {}).facts.empty());
}

TEST_CASE("a fact that is no text has none", "[journal]") {
    const Entry entry = written({"item.added", {{"bytes", 7839}}});
    CHECK(fact_text(entry, "bytes").empty());
    REQUIRE(find_fact(entry, "bytes") != nullptr);
    CHECK(*find_fact(entry, "bytes") == 7839);
}

TEST_CASE("a disclosure that belongs to no fact of its line is refused", "[journal][T13]") {
    testing::SeededRandom random{2};
    const Entry entry = written();
    std::vector<std::string> disclosures = entry.disclosures;
    SECTION("of another entry") {
        disclosures[0] = write_entry(header(), kDraft, random).disclosures.at(0);
    }
    SECTION("one more") {
        disclosures.push_back(format::make_decoy(random).text);
    }
    SECTION("the same value under another salt") {
        disclosures[0] = format::make_disclosure("note", "at the square", random).text;
    }
    CHECK(message_of([&] { return join_entry(entry.line, disclosures); }) ==
          "journal line: a disclosure belongs to no fact of its line");
}

TEST_CASE("a fact that is disclosed twice is refused", "[journal][T13]") {
    testing::SeededRandom random{2};
    SECTION("the same disclosure twice") {
        const Entry entry = written();
        CHECK(message_of([&] {
                  return join_entry(entry.line, {entry.disclosures[0], entry.disclosures[0]});
              }) == "journal line: a fact is disclosed twice");
    }
    SECTION("two values under one name") {
        const std::string one = format::make_disclosure("note", "one", random).text;
        const std::string two = format::make_disclosure("note", "two", random).text;
        std::vector<std::string> facts = {format::digest_of(one), format::digest_of(two)};
        std::sort(facts.begin(), facts.end());
        CHECK(message_of([&] {
                  return join_entry(line_with("facts", facts), {one, two});
              }) == "journal line: a fact is disclosed twice");
    }
    SECTION("and never written") {
        CHECK(code_of([] {
                  return written({"item.described", {{"note", "one"}, {"note", "two"}}});
              }) == ErrorCode::kBug);
    }
}

TEST_CASE("digests in a line are sorted and single", "[journal][T13]") {
    const std::vector<std::string> facts = written().header.facts;
    CHECK(code_of([&] {
              return parse_line(line_with("facts", {facts[1], facts[0]}));
          }) == ErrorCode::kDamaged);
    CHECK(code_of([&] {
              return parse_line(line_with("facts", {facts[0], facts[0]}));
          }) == ErrorCode::kDamaged);
    CHECK(!code_of([&] { return parse_line(line_with("facts", {facts[0]})); }));
}

TEST_CASE("what is malformed in a line is refused", "[journal][T13]") {
    struct Twin {
        const char* member;
        base::Json value;
    };
    const std::string fact = written().header.facts.at(0);
    const base::Json is_missing = "<missing>";
    const std::vector<Twin> twins = {
        {"kua", 0},
        {"kua", 2},
        {"kua", "1"},
        {"kua", is_missing},
        {"case", std::string(32, 'C')},
        {"case", std::string(31, 'c')},
        {"case", std::string(33, 'c')},
        {"case", std::string(32, 'g')},
        {"case", ""},
        {"case", nullptr},
        {"case", is_missing},
        {"author", std::string(64, 'A')},
        {"author", std::string(63, 'a')},
        {"author", std::string(32, 'a')},
        {"author", 1},
        {"author", is_missing},
        {"seq", 0},
        {"seq", -1},
        {"seq", 1.5},
        {"seq", "7"},
        {"seq", base::kMaxJsonInteger + 1},
        {"seq", is_missing},
        {"lamport", 0},
        {"lamport", -7},
        {"lamport", base::kMaxJsonInteger + 1},
        {"lamport", nullptr},
        {"lamport", is_missing},
        {"time", std::string(65, '9')},
        {"time", 1511428320},
        {"time", is_missing},
        {"type", ""},
        {"type", "Item.added"},
        {"type", "item added"},
        {"type", "item\nadded"},
        {"type", std::string(65, 'a')},
        {"type", nullptr},
        {"type", is_missing},
        {"facts", fact},
        {"facts", nullptr},
        {"facts", {1}},
        {"facts", {fact.substr(0, 42)}},
        {"facts", {fact + "="}},
        {"facts", {"+" + fact.substr(1)}},
        {"facts", base::Json::array({base::Json::array({fact})})},
        {"facts", is_missing},
        {"note", "surplus"},
    };
    for (const Twin& twin : twins) {
        base::Json json = base::parse_json(written().line);
        if (twin.value == is_missing) {
            json.erase(twin.member);
        } else {
            json[twin.member] = twin.value;
        }
        const std::string line = json.dump();
        CAPTURE(line);
        CHECK(code_of([&] { return parse_line(line); }) == ErrorCode::kDamaged);
    }
}

TEST_CASE("text around a line, or a member twice, is refused", "[journal][T13]") {
    const std::string line = written().line;
    for (const std::string& twin :
         {line + "x", line + line, "[" + line + "]", std::string{}, std::string{"null"},
          "{\"kua\":1," + line.substr(1), line.substr(0, line.size() - 1)}) {
        CAPTURE(twin);
        CHECK(code_of([&] { return parse_line(twin); }) == ErrorCode::kDamaged);
    }
}

TEST_CASE("types that this kua doesn't know are read and kept", "[journal]") {
    CHECK(parse_line(line_with("type", "weather.observed_2")).type == "weather.observed_2");
}

TEST_CASE("an entry with more than a line can hold is refused before it is written", "[journal]") {
    testing::SeededRandom random{3};
    EntryDraft draft{"transcript.added", {}};
    for (int i = 0; i < 20'001; ++i) {
        draft.facts.push_back({"segment." + std::to_string(i), i});
    }
    CHECK(code_of([&] { return write_entry(header(), draft, random); }) == ErrorCode::kFailed);
    draft.facts.pop_back();
    const Entry largest = write_entry(header(), draft, random);
    CHECK(largest.line.size() <= kMaxLineBytes);
    CHECK(parse_line(largest.line).facts.size() == kMaxFactsPerLine);
}

TEST_CASE("facts that no reader would take are refused before they are written", "[journal]") {
    testing::SeededRandom random{3};
    EntryDraft draft{"transcript.added", {}};
    for (int i = 0; i < 24; ++i) {  // each of them is allowed
        draft.facts.push_back({"segment." + std::to_string(i), std::string(700'000, 'x')});
    }
    CHECK(code_of([&] { return write_entry(header(), draft, random); }) == ErrorCode::kFailed);
}

TEST_CASE("lines over the limits are refused", "[journal][T13]") {
    base::Json many = base::Json::array();
    for (unsigned i = 0; i <= kMaxFactsPerLine; ++i) {
        const std::array<std::byte, 2> number = {static_cast<std::byte>(i >> 8),
                                                 static_cast<std::byte>(i & 0xff)};
        many.push_back(
            base::encode_base64(crypto::sha256(base::ByteView{number}), base::Base64::kUrl));
    }
    std::sort(many.begin(), many.end());
    const std::string too_many = line_with("facts", many);
    REQUIRE(too_many.size() < kMaxLineBytes);
    CHECK(message_of([&] { return parse_line(too_many); }) == "journal line: too many facts");
    const std::string too_long = written().line + std::string(kMaxLineBytes, ' ');
    CHECK(message_of([&] { return parse_line(too_long); }) == "journal line: too long");
}

}  // namespace
}  // namespace kua::journal
