// What several people say of the same sources and items, apart from each other.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/exchange_world.h"

namespace kua::exchange {
namespace {

using testing::ExchangeWorld;
using testing::kStick1;
using testing::kStick2;
using testing::Person;
using testing::Start;

GivenFacts level(const std::string& number) {
    return {{"level", {number}}, {"how_informed", {"message"}}};
}

// One thing that a person does to the case, if it can be done there by now.
void do_something(Person& person, ExchangeWorld& world, testing::SeededRandom& dice, int step) {
    const std::vector<ItemSummary> items = person->list({world.case_id, false, {}});
    const std::string source = "P-0" + std::to_string(1 + dice.below(3));
    const std::string number = std::to_string(dice.below(6));
    try {
        switch (dice.below(10)) {
            case 0:
                person.add(std::to_string(step) + ".jpg", "picture " + std::to_string(step / 2));
                break;
            case 1:
                person->add_source({source, world.case_id, {{"note", {"by " + person.name}}}});
                break;
            case 2:
                person->give_consent({source, world.case_id, {}, level(number), ""});
                break;
            case 3:
                person->withdraw_consent(
                    {source, world.case_id, {}, {{"purposes", {"publish", "court"}}}, ""});
                break;
            case 4:
                person->add_thing({"place",
                                   world.case_id,
                                   {{"place_name", {"place " + number}},
                                    {"place_names", {"en=" + person.name + " " + number}}}});
                break;
            case 5:
            case 6:
                if (items.size() > 1) {
                    person->tag({{items[dice.below(items.size())].id},
                                 "q-" + number,
                                 world.case_id,
                                 {{"tag_state", {dice.one_in(3) ? "removed" : "verified"}},
                                  {"comment", {person.name + std::to_string(step)}}}});
                }
                break;
            case 7:
                if (items.size() > 1) {
                    person->link({items[0].id,
                                  "contradicts",
                                  items[1].id,
                                  world.case_id,
                                  {{"comment", {person.name + std::to_string(step)}}}});
                }
                break;
            default:
                if (!items.empty()) {
                    const ItemSummary& item = items[dice.below(items.size())];
                    person->describe({item.id,
                                      world.case_id,
                                      {{"note", {std::to_string(step)}},
                                       {dice.one_in(2) ? "place" : "device", {person.name}}},
                                      "step " + std::to_string(step)});
                }
        }
    } catch (const Error& error) {
        const bool is_expected =
            error.code() == ErrorCode::kNotFound || error.code() == ErrorCode::kExists;
        CAPTURE(error.what());
        CHECK(is_expected);
    }
}

TEST_CASE(
    "what was said of items, sources and consent is the same everywhere, in any order of syncs",
    "[exchange][sync][consent]") {
    const std::uint64_t seed = GENERATE(1U, 2U, 3U, 4U, 5U, 6U);
    CAPTURE(seed);
    ExchangeWorld world{Start::kShared, seed};
    testing::SeededRandom dice{seed};
    for (int step = 0; step < 40; ++step) {
        Person& person = *world.people()[dice.below(3)];
        if (dice.one_in(3)) {
            CHECK(person.findings(dice.one_in(2) ? kStick1 : kStick2).empty());
        } else {
            do_something(person, world, dice, step);
        }
    }
    world.settle(kStick1);
    world.settle(kStick2);
    world.settle(kStick1);
    const evidence::ProjectionDigest expected = world.rosa.projection();
    for (Person* person : world.people()) {
        CAPTURE(person->name);
        CHECK(person->projection() == expected);
        CHECK(person->damage().empty());
        CHECK((*person)->rebuild(no_progress()).same);
    }
}

TEST_CASE("a description that comes before what it describes is shown once that is there",
          "[exchange][sync]") {
    ExchangeWorld world;
    const std::string item = world.rosa.add("one.jpg", "one");
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    world.mara->describe({item, world.case_id, {{"place", {"Ken square"}}}, "heard it"});
    // Adil gets Mara's journal, and Rosa's only later.
    world.mara.sync(kStick2);
    world.remove_ref(kStick2, world.rosa.ref(world.rosa));
    world.adil.sync(kStick2);
    world.adil.sync(kStick1);
    world.adil.sync(kStick2);
    const ItemDetails shown = world.adil->show(item, world.case_id);
    bool is_there = false;
    for (const FactValue& fact : shown.facts) {
        is_there = is_there || (fact.name == "place" && fact.text == "Ken square");
    }
    CHECK(is_there);
    CHECK(world.adil->rebuild(no_progress()).same);
}

TEST_CASE("a date doesn't get what it rests on from somebody who was apart", "[exchange][sync]") {
    ExchangeWorld world;
    const std::string item = world.rosa.add("one.jpg", "one", {{"captured", {"2017-11-23"}}});
    world.settle(kStick1);
    // Mara knows a clock it was compared with; Adil, later and apart, says what he was told.
    world.mara->describe(
        {item,
         world.case_id,
         {{"captured", {"2017-11-22T09:00:00Z"}}, {"captured_basis", {"reference_clock"}}},
         "one day ahead"});
    world.adil.add("two.jpg", "two");
    world.adil.add("three.jpg", "three");
    world.adil->describe(
        {item, world.case_id, {{"captured", {"2017-11-23T10:00:00Z"}}}, "as told"});
    world.settle(kStick1);
    for (Person* person : world.people()) {
        CAPTURE(person->name);
        const ItemDetails shown = (*person)->show(item, world.case_id);
        CHECK(shown.summary.captured == "2017-11-23T10:00:00Z");
        CHECK(shown.summary.captured_basis == "unknown");
        for (const FactValue& fact : shown.facts) {
            CHECK((fact.name != "captured_basis" || fact.text == "unknown"));
            CHECK((fact.name != "captured_day" || fact.text == "2017-11-23"));
        }
        CHECK((*person)->rebuild(no_progress()).same);
    }
}

TEST_CASE("consent given apart from a withdrawal doesn't bring it back",
          "[exchange][sync][consent]") {
    ExchangeWorld world;
    world.rosa->add_source({"P-01", world.case_id, {}});
    world.rosa->give_consent({"P-01", world.case_id, {}, level("3"), ""});
    world.settle(kStick1);
    const auto allows_court = [&](Person& person) {
        return person->consent("P-01", world.case_id).allowed.contains("court");
    };
    CHECK(allows_court(world.adil));
    world.mara->withdraw_consent({"P-01", world.case_id, {}, {{"purposes", {"court"}}}, ""});
    for (int i = 0; i < 5; ++i) {  // Rosa goes on, and knows nothing of it
        world.rosa.add(std::to_string(i), std::to_string(i));
    }
    world.rosa->give_consent({"P-01", world.case_id, {}, level("3"), ""});
    world.settle(kStick1);
    for (Person* person : world.people()) {
        CHECK_FALSE(allows_court(*person));
    }
    const ConsentOverview overview = world.rosa->consent("P-01", world.case_id);
    CHECK(overview.told == std::vector<std::string>{"Rosa", "Adil"});
    world.rosa->give_consent({"P-01", world.case_id, {}, level("3"), "asked again"});
    world.settle(kStick1);
    for (Person* person : world.people()) {
        CHECK(allows_court(*person));
    }
}

TEST_CASE("people who are apart don't give one pseudonym to two sources", "[exchange][sync]") {
    ExchangeWorld world;
    const auto next = [&](Person& person) {
        return person->add_source({"", world.case_id, {}}).pseudonym;
    };
    CHECK(next(world.rosa) == "P-01");
    CHECK(next(world.mara) == "P-101");
    CHECK(next(world.adil) == "P-201");
    CHECK(next(world.rosa) == "P-02");
    world.settle(kStick1);
    CHECK(next(world.rosa) == "P-03");
    CHECK(next(world.mara) == "P-102");
}

TEST_CASE("of two people who got one pseudonym apart nothing goes out", "[exchange][consent]") {
    ExchangeWorld world;
    world.rosa->add_source({"P-50", world.case_id, {}});
    world.rosa->give_consent({"P-50", world.case_id, {}, level("5"), ""});
    CHECK(world.rosa->consent("P-50", world.case_id).allowed.contains("publish"));
    world.mara->add_source({"P-50", world.case_id, {{"age_group", {"under_18"}}}});
    world.settle(kStick1);
    for (Person* person : world.people()) {
        const ConsentOverview overview = (*person)->consent("P-50", world.case_id);
        CHECK(overview.source.contested);
        CHECK_FALSE(overview.allowed.contains("publish"));
        CHECK(overview.allowed.contains("keep"));
        CHECK(person->damage().empty());
    }
}

TEST_CASE("consent of somebody who claims to have seen more than there is undoes no withdrawal",
          "[exchange][consent]") {
    ExchangeWorld world;
    world.rosa->add_source({"P-01", world.case_id, {}});
    world.settle(kStick1);
    world.mara->give_consent({"P-01", world.case_id, {}, level("3"), ""});
    world.mara.sync(kStick1);
    world.rosa.sync(kStick1);
    world.rosa->withdraw_consent({"P-01", world.case_id, {}, {{"purposes", {"court"}}}, ""});
    const auto allows_court = [&] {
        return world.rosa->consent("P-01", world.case_id).allowed.contains("court");
    };
    CHECK_FALSE(allows_court());
    // As if Mara's bundle said to have seen all that Rosa will ever write.
    world.rosa.with_store([&](store::Store& store) {
        store::Transaction write{store.catalog()};
        write.run(
            "UPDATE consent SET seen = '{\"' || ?1 || '\":9007199254740991}'"
            " WHERE type = 'consent.given'",
            world.rosa.fingerprint);
        write.commit();
    });
    CHECK_FALSE(allows_court());
}

}  // namespace
}  // namespace kua::exchange
