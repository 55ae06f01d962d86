// Links between things and tags of items: what fits together, and what counts of several.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/sample_case.h"

namespace kua {
namespace {

using testing::code_of;
using testing::SampleParts;
using testing::SampleVault;

std::string fact_of(const std::vector<FactValue>& facts, const std::string& name) {
    const auto found = std::ranges::find(facts, name, &FactValue::name);
    return found == facts.end() ? std::string{} : found->text;
}

TEST_CASE("the sample case hangs together as it should", "[evidence][relations]") {
    SampleVault vault{SampleParts::kAll};
    const ThingDetails dispersal = vault->thing("event", vault.thing_of("dispersal"), "");
    REQUIRE(dispersal.links.size() == 1);
    CHECK(dispersal.links[0].subject.id == "P-07");
    CHECK(fact_of(dispersal.links[0].facts, "certainty") == "probable");
    REQUIRE(dispersal.parts.size() == 1);  // the act
    CHECK(fact_of(dispersal.thing.facts, "place").starts_with("Кен алаңы (pl-"));
    CHECK(fact_of(dispersal.thing.facts, "count_claims").find("notice.ru.txt") !=
          std::string::npos);
    const Relations notice = vault->relations("notice.ru.txt", "");
    CHECK(notice.links.size() == 2);  // two items contradict it
    const ThingDetails square = vault->thing("place", vault.thing_of("ken_square"), "");
    CHECK(square.items.size() == 5);
    CHECK(vault->thing("place", "KOKTUZ", "").items.size() == 8);
    CHECK(code_of([&] { vault->thing("event", vault.thing_of("koktuz"), ""); }) ==
          ErrorCode::kNotFound);
    CHECK(fact_of(vault->show("IMG_0412.jpg", "").facts, "place_area") == "Көктұз");
    CHECK(vault->relations("testimony-P-07.md", "").labels.size() == 3);
}

TEST_CASE("of several links and tags of the same, the last counts", "[evidence][relations]") {
    SampleVault vault{SampleParts::kAll};
    const LinkRequest again{
        "IMG_0412.jpg", "contradicts", "notice.ru.txt", "", {{"certainty", {"certain"}}}};
    vault->link(again);
    const std::uint64_t before = vault->log({"", std::nullopt, std::nullopt, false}).size();
    vault->link(again);
    CHECK(vault->log({"", std::nullopt, std::nullopt, false}).size() == before);
    const Relations notice = vault->relations("notice.ru.txt", "");
    REQUIRE(notice.links.size() == 2);
    CHECK(std::ranges::count_if(notice.links, [](const LinkSummary& link) {
              return fact_of(link.facts, "certainty") == "certain";
          }) == 1);
    CHECK(vault->tag({{"IMG_0412.jpg"}, "crowd", "", {{"tag_state", {"verified"}}}}).empty());
    CHECK(vault->tag({{"IMG_0412.jpg"}, "crowd", "", {{"tag_state", {"removed"}}}}).size() == 1);
    CHECK(vault->relations("IMG_0412.jpg", "").labels.empty());
    CHECK(vault.verify(VerifyDepth::kSealed).ok());
}

TEST_CASE("what doesn't fit together isn't linked", "[evidence][relations]") {
    SampleVault vault{SampleParts::kAll};
    const std::string person = vault.thing_of("relative");
    const std::string event = vault.thing_of("dispersal");
    const auto linking = [&vault](const std::string& one, const std::string& relation,
                                  const std::string& other) {
        return code_of([&] { vault->link({one, relation, other, "", {}}); });
    };
    CHECK(linking("P-07", "same_person", person) == ErrorCode::kRefused);
    CHECK(linking(person, "same_person", "P-07") == ErrorCode::kRefused);
    CHECK(linking("P-07", "relative", person) == ErrorCode::kRefused);
    CHECK(linking("P-07", "likes", event) == ErrorCode::kUsage);
    CHECK(linking(event, "witness", "P-07") == ErrorCode::kUsage);
    CHECK(linking("IMG_0412.jpg", "contradicts", event) == ErrorCode::kUsage);
    CHECK(linking("IMG_0412.jpg", "duplicate", "IMG_0412.jpg") == ErrorCode::kUsage);
    CHECK(linking("P-99", "witness", event) == ErrorCode::kNotFound);
    CHECK(linking("P-07", "witness", "ev-00000") == ErrorCode::kNotFound);
    CHECK(linking("nothing.jpg", "duplicate", "IMG_0412.jpg") == ErrorCode::kNotFound);
    CHECK(code_of([&] {
              vault->tag({{"IMG_0412.jpg"}, "two words", "", {}});
          }) == ErrorCode::kUsage);
    CHECK(code_of([&] {
              vault->add_thing(
                  {"event", "", {{"event_title", {"x"}}, {"part_of", {"no such event"}}}});
          }) == ErrorCode::kNotFound);
    CHECK(code_of([&] { vault->add_thing({"event", "", {}}); }) == ErrorCode::kUsage);
    CHECK(code_of([&] {
              vault->add_thing(
                  {"place", "", {{"place_name", {"x"}}, {"place_names", {"no language"}}}});
          }) == ErrorCode::kUsage);
}

}  // namespace
}  // namespace kua
