#include "vault/evidence/item_facts.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "vault/evidence/standing_facts.h"
#include "vault/evidence/vocabulary.h"
#include "vault/format/disclosure.h"

namespace kua::evidence {
namespace {

using testing::code_of;
using testing::message_of;

TEST_CASE("values that fit their rule are taken as typed", "[evidence]") {
    struct Row {
        const char* name;
        std::vector<std::string> values;
        base::Json fact;
    };
    const std::vector<Row> rows = {
        {"kind", {"photo"}, "photo"},
        {"media_type", {"image/svg+xml"}, "image/svg+xml"},
        {"source", {"P-07"}, "P-07"},
        {"source", {"P-123456"}, "P-123456"},
        {"source", {"self"}, "self"},
        {"captured", {"2017-11-23T15:11:02+05:00"}, "2017-11-23T15:11:02+05:00"},
        {"captured", {"2017-11-XX"}, "2017-11-XX"},
        {"captured", {"2017-11-23/2017-11-26"}, "2017-11-23/2017-11-26"},
        {"captured_tolerance", {"PT2M"}, "PT2M"},
        {"clock_offset", {"-PT1H"}, "-PT1H"},
        {"latitude", {"42.90010"}, "42.90010"},  // with the digits given
        {"latitude", {"-90"}, "-90"},
        {"latitude", {"90.000"}, "90.000"},
        {"longitude", {"180.0"}, "180.0"},
        {"longitude", {"-71.3667"}, "-71.3667"},
        {"accuracy_m", {"0"}, 0},
        {"accuracy_m", {"30"}, 30},
        {"language", {"kk", "ru", "zh-Hant-TW"}, {"kk", "ru", "zh-Hant-TW"}},
        {"carries", {"voice", "face"}, {"voice", "face"}},
        {"witnesses", {"two neighbours"}, base::Json::array({"two neighbours"})},
        {"note", {"алаң, \"қараша\"\n\x1b"}, "алаң, \"қараша\"\n\x1b"},
        {"note", {std::string(65'536, 'n')}, std::string(65'536, 'n')},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name, row.values.front().substr(0, 40));
        const std::vector<journal::Fact> facts = check_given_facts({{row.name, row.values}});
        REQUIRE_FALSE(facts.empty());
        CHECK(facts.front().name == row.name);
        CHECK(facts.front().value == row.fact);
    }
}

TEST_CASE("values that don't fit their rule are usage errors", "[evidence]") {
    struct Row {
        const char* name;
        std::vector<std::string> values;
    };
    const std::vector<Row> rows = {
        {"kind", {"Photo"}},
        {"kind", {"picture"}},
        {"kind", {""}},
        {"kind", {"photo", "video"}},
        {"kind", {}},
        {"media_type", {"image"}},
        {"media_type", {"image/"}},
        {"media_type", {"/jpeg"}},
        {"media_type", {"image/jpeg; q=1"}},
        {"media_type", {"a/b/c"}},
        {"media_type", {"a/" + std::string(130, 'b')}},
        {"source", {"Aigul"}},  // a name has no business here
        {"source", {"P-7"}},
        {"source", {"P-007"}},
        {"source", {"P-1234567"}},
        {"source", {"p-07"}},
        {"source", {"P-0x"}},
        {"captured", {"yesterday"}},
        {"captured", {"23.11.2017"}},
        {"captured", {"2017-02-30"}},
        {"captured", {"2017-11-23T25:00:00Z"}},
        {"captured_tolerance", {"2 minutes"}},
        {"captured_tolerance", {"-PT1H"}},
        {"clock_offset", {"1h"}},
        {"latitude", {"90.1"}},
        {"latitude", {"90.000000001"}},
        {"latitude", {"-91"}},
        {"latitude", {"42,9"}},
        {"latitude", {"42."}},
        {"latitude", {".9"}},
        {"latitude", {"--42"}},
        {"latitude", {"+42"}},
        {"latitude", {"1e1"}},
        {"latitude", {"nan"}},
        {"latitude", {"42.1234567890"}},
        {"longitude", {"180.5"}},
        {"longitude", {"181"}},
        {"accuracy_m", {"-1"}},
        {"accuracy_m", {"3.5"}},
        {"accuracy_m", {"40000001"}},
        {"accuracy_m", {"30 m"}},
        {"language", {"kazakh language"}},
        {"language", {"k"}},
        {"language", {"kk_KZ"}},
        {"language", {"kk-"}},
        {"language", {"kk", ""}},
        {"carries", {"voice", "smell"}},
        {"witnesses", std::vector<std::string>(101, "one")},
        {"note", {""}},
        {"note", {"\xff"}},
        {"note", {std::string(65'537, 'n')}},
        {"weather", {"clear"}},
        {"digest", {std::string(64, 'a')}},  // not for people to say
        {"item", {"i-000000000000"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name, row.values);
        CHECK(code_of([&] {
                  return check_given_facts({{row.name, row.values}});
              }) == ErrorCode::kUsage);
    }
}

TEST_CASE("a refusal says what would be understood and never repeats a note", "[evidence]") {
    CHECK(message_of([] {
              return check_given_facts({{"hold", {"canary"}}});
          }).find("source_safety, legal") != std::string::npos);
    CHECK(message_of([] {
              return check_given_facts({{"note", {"canary\xff"}}});
          }).find("canary") == std::string::npos);
    CHECK(message_of([] {
              return check_given_facts({{"accuracy_m", {"x"}}});
          }).starts_with("--accuracy-m: "));
}

TEST_CASE("a capture date comes with a coarser one that can be disclosed alone", "[evidence]") {
    const auto facts = check_given_facts({{"captured", {"2017-11-23T15:11:02+05:00"}}});
    REQUIRE(facts.size() == 2);
    CHECK(facts[1].name == "captured_day");
    CHECK(facts[1].value == "2017-11-23");
}

TEST_CASE("every name of a fact is there once", "[evidence]") {
    for (const auto rules : {item_fact_rules(), case_fact_rules(), source_fact_rules(),
                             consent_fact_rules(), withdrawal_fact_rules()}) {
        std::vector<std::string_view> names;
        for (const FactRule& rule : rules) {
            CHECK((rule.shape == FactShape::kWord || rule.shape == FactShape::kWords) ==
                  !rule.words.empty());
            CHECK(can_be_described(rule.name));
            names.push_back(rule.name);
        }
        std::ranges::sort(names);
        CHECK(std::ranges::adjacent_find(names) == names.end());
    }
    CHECK(testing::code_of([] { check_given_facts({{"digest", {"00"}}}); }) == ErrorCode::kUsage);
}

TEST_CASE("facts are shown as text without losing what they are", "[evidence]") {
    CHECK(text_of_value("two words") == "two words");
    CHECK(text_of_value({"kk", "ru"}) == "kk, ru");
    CHECK(text_of_value(30) == "30");
    CHECK(text_of_value(nullptr) == "null");
    CHECK(text_of_value(base::Json::array({"kk", 1})) == "[\"kk\",1]");
    CHECK(text_of_value({{"a", true}}) == "{\"a\":true}");
    CHECK(text_of_value({{"kk", "Көктұз"}, {"ru", "Коктуз"}}) == "kk: Көктұз, ru: Коктуз");
    CHECK(text_of_value(base::Json::array({{{"unit", "killed"}, {"claim", "16"}}})) ==
          "unit: killed, claim: 16");
    const FactValue value = to_fact_value({"language", {"kk", "ru"}});
    CHECK(value.name == "language");
    CHECK(value.json == "[\"kk\",\"ru\"]");
    CHECK(value.text == "kk, ru");
}

}  // namespace
}  // namespace kua::evidence
