#include "vault/evidence/standing_facts.h"

#include <catch2/catch_test_macros.hpp>

namespace kua::evidence {
namespace {

using journal::Entry;

Entry entry(const std::string& author, const std::string& type, const base::Json& facts) {
    Entry made;
    made.header.author = author;
    made.header.type = type;
    for (const auto& [name, value] : facts.items()) {
        made.facts.push_back({name, value});
    }
    return made;
}

std::string source_after(const std::string& first, const std::string& who,
                         const std::string& said) {
    const std::vector<Entry> history = {
        entry("adder", "item.added", {{"item", "i-1"}, {"source", first}}),
        entry(who, "item.described", {{"item", "i-1"}, {"source", said}, {"comment", "why"}})};
    return parse_facts(standing_facts(history, "owner").value()).at("source").get<std::string>();
}

TEST_CASE("whose an item is changes only who may say so, and never to everybody's",
          "[evidence][consent]") {
    CHECK(source_after("unknown", "other", "P-07") == "P-07");
    CHECK(source_after("unknown", "other", "public") == "unknown");
    CHECK(source_after("unknown", "owner", "public") == "public");
    CHECK(source_after("unknown", "other", "self") == "unknown");
    CHECK(source_after("P-07", "other", "P-12") == "P-07");
    CHECK(source_after("P-07", "adder", "P-12") == "P-12");
    CHECK(source_after("P-07", "owner", "P-12") == "P-12");
    for (const std::string who : {"other", "adder", "owner"}) {
        CHECK(source_after("P-07", who, "public") == "P-07");
        CHECK(source_after("P-07", who, "unknown") == "P-07");
        CHECK(source_after("self", who, "public") == "self");
    }
    CHECK(source_after("self", "other", "P-12") == "self");
    CHECK(source_after("unknown", "owner", "Aigul") == "unknown");
}

TEST_CASE("what a thing is named by and what its bytes are is described by nobody", "[evidence]") {
    const std::vector<Entry> history = {
        entry("a", "item.added", {{"item", "i-1"}, {"digest", "00"}, {"name", "x"}, {"note", "1"}}),
        entry("b", "item.described",
              {{"item", "i-2"}, {"digest", "ff"}, {"name", "y"}, {"note", 7}, {"odd", {"kept"}}})};
    CHECK(standing_facts(history, "a").value() ==
          R"({"digest":"00","item":"i-1","name":"x","note":7,"odd":["kept"]})");
    CHECK_FALSE(standing_facts(std::span{history}.subspan(1), "a").has_value());
}

TEST_CASE("an entry is about what it names, if that has the form of a name", "[evidence]") {
    CHECK(subject_of(entry("a", "source.added", {{"pseudonym", "P-07"}})) == "P-07");
    CHECK(subject_of(entry("a", "source.added", {{"pseudonym", "Aigul"}})).empty());
    CHECK(subject_of(entry("a", "consent.given", {{"source", "unknown"}})) == "unknown");
    CHECK(subject_of(entry("a", "consent.given", {{"source", 7}})).empty());
    CHECK(subject_of(entry("a", "item.added", {{"item", "i-1"}, {"source", "P-07"}})) == "i-1");
}

}  // namespace
}  // namespace kua::evidence
