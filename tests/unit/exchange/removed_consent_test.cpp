// What was refused or held back in entries of somebody who is removed as of before them.
#include <algorithm>
#include <map>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/exchange_world.h"
#include "vault/evidence/consent/restrictions.h"

namespace kua::exchange {
namespace {

using testing::code_of;
using testing::ExchangeWorld;
using testing::kStick1;
using testing::Person;

// Both hold the same once both have heard of each other, and nothing is wrong with it.
void check_alike(ExchangeWorld& world) {
    for (Person* person : {&world.rosa, &world.mara, &world.rosa}) {
        person->sync(kStick1);
    }
    CHECK(world.rosa.projection() == world.mara.projection());
    CHECK(world.rosa.damage().empty());
    CHECK(world.mara.damage().empty());
}

// Rosa has P-01 to P-04 at level 4; then Adil enters what shall not count.
class RemovedWriter {
public:
    RemovedWriter() {
        for (const std::string source : {"P-01", "P-02", "P-03", "P-04"}) {
            world.rosa->add_source({source, world.case_id, {}});
            say(world.rosa, source, "4");
        }
        world.settle(kStick1);
        last = world.rosa.entries_of(world.adil);
        take_back("P-01", {"publish"});
        take_back("P-02", {"publish"});
        say(world.adil, "P-03", "5");  // allows more than before, and nothing less
        say(world.adil, "P-04", "0");  // says nothing
        take_back("P-04", {"keep"});
        world.adil->add_source({"P-05", world.case_id, {}});
        take_back("P-05", {"publish"});
        world.settle(kStick1);
        say(world.rosa, "P-02", "4");  // asked again, knowing of it
    }

    void say(Person& person, const std::string& source, const std::string& level) {
        person->give_consent(
            {source, world.case_id, {}, {{"level", {level}}, {"how_informed", {"message"}}}, ""});
    }
    void take_back(const std::string& source, const std::vector<std::string>& purposes) {
        world.adil->withdraw_consent({source, world.case_id, {}, {{"purposes", purposes}}, ""});
    }
    bool allows(Person& person, const std::string& source, const std::string& purpose) {
        return person->consent(source, world.case_id).allowed.contains(purpose);
    }

    ExchangeWorld world;
    std::uint64_t last = 0;
};

TEST_CASE("what a source took back stays taken back when who entered it is removed as of before",
          "[exchange][sync][consent][T17]") {
    RemovedWriter removal;
    ExchangeWorld& world = removal.world;
    CHECK_FALSE(removal.allows(world.rosa, "P-01", "publish"));
    const RemovalPlan plan = world.rosa->check_removal(
        {.member = "Adil", .case_name = world.case_id, .last_entry = removal.last});
    const std::vector<std::string> refusing = {"P-01", "P-04"};
    CHECK(plan.refusing == refusing);
    // All but keep: not by the word of somebody who may be another, for shredding would follow.
    CHECK(plan.keep == std::vector<std::string>{"P-04"});

    const ExposureReport report = world.remove(world.adil, removal.last);
    CHECK(report.set_aside == 7);
    CHECK(report.refusing == refusing);
    CHECK(report.keep == std::vector<std::string>{"P-04"});
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    for (Person* person : {&world.rosa, &world.mara}) {
        CAPTURE(person->name);
        CHECK_FALSE(removal.allows(*person, "P-01", "publish"));
        CHECK(removal.allows(*person, "P-01", "court"));
        CHECK(removal.allows(*person, "P-02", "publish"));
        const auto& of_third = (*person)->consent("P-03", world.case_id).allowed;
        CHECK(of_third.at("publish").size() == 1);  // content, as level 4 says
        const CustodyEvent again = (*person)->consent("P-01", world.case_id).history.back();
        CHECK(again.author_name == "Rosa");
        CHECK(std::ranges::any_of(again.facts, [](const FactValue& fact) {
            return fact.name == "comment" && fact.text.find("removed member") != fact.text.npos;
        }));
        CHECK(removal.allows(*person, "P-04", "keep"));
        CHECK_FALSE(removal.allows(*person, "P-04", "publish"));
        CHECK(code_of([&] { removal.allows(*person, "P-05", "keep"); }) == ErrorCode::kNotFound);
    }
    check_alike(world);
}

TEST_CASE(
    "an older answer of the owner's doesn't keep what was taken back after it from being said"
    " again",
    "[exchange][sync][consent][T17]") {
    ExchangeWorld world;
    world.rosa->add_source({"P-01", world.case_id, {}});
    world.settle(kStick1);
    const std::uint64_t last = world.rosa.entries_of(world.adil);
    world.adil->withdraw_consent({"P-01",
                                  world.case_id,
                                  {},
                                  {{"purposes", {"publish"}}, {"withdrawn", {"2009-03-10"}}},
                                  ""});
    world.settle(kStick1);
    const std::string given = GENERATE("2008-12-05", "2009-12-05");
    world.rosa->give_consent({"P-01",
                              world.case_id,
                              {},
                              {{"level", {"4"}}, {"how_informed", {"message"}}, {"given", {given}}},
                              ""});
    const bool is_newer = given == "2009-12-05";
    const ExposureReport report = world.remove(world.adil, last);
    CHECK(report.refusing ==
          (is_newer ? std::vector<std::string>{} : std::vector<std::string>{"P-01"}));
    CHECK(world.rosa->consent("P-01", world.case_id).allowed.contains("publish") == is_newer);
}

TEST_CASE("what sources are said to refuse after a laptop was lost can be left out",
          "[exchange][sync][consent][T17]") {
    RemovedWriter removal;
    ExchangeWorld& world = removal.world;
    const ExposureReport report = world.rosa->remove_member({.member = "Adil",
                                                             .case_name = world.case_id,
                                                             .last_entry = removal.last,
                                                             .drop_refusals = true});
    CHECK(report.refusing.empty());
    CHECK(report.keep == std::vector<std::string>{"P-04"});
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    CHECK(removal.allows(world.mara, "P-01", "publish"));
    check_alike(world);
}

// Rosa has four photos that may be published as far as anybody said; then Adil says what holds them
// back, and is removed as of before.
class RestrictingWriter {
public:
    RestrictingWriter() {
        for (const std::string source : {"P-01", "P-02"}) {
            world.rosa->add_source({source, world.case_id, {}});
            world.rosa->give_consent(
                {source,
                 world.case_id,
                 {},
                 {{"level", {"5"}}, {"ticked", {"voice", "face"}}, {"how_informed", {"message"}}},
                 ""});
        }
        for (const std::string name : {"held", "others", "private", "linked", "child", "free"}) {
            add(name);
        }
        world.settle(kStick1);
        last = world.rosa.entries_of(world.adil);
        for (const std::string name : {"same", "same, free"}) {  // apart from each other
            add(name);
            const std::string also = world.adil.add("also " + name + ".jpg", name);
            describe(world.adil, also, {{"hold", {name == "same" ? "legal" : "none"}}});
        }
        describe(world.adil, items["held"], {{"hold", {"legal"}}});
        describe(world.adil, items["others"], {{"third_parties", {"identifiable"}}});
        describe(world.adil, items["private"],
                 {{"place_is_private", {"yes"}}, {"carries", {"content", "place", "voice"}}});
        describe(world.adil, items["free"], {{"note", {"seen"}}, {"carries", {"content"}}});
        describe(world.adil, "P-02", {{"age_group", {"under_18"}}});
        world.adil->add_source({"P-07", world.case_id, {}});
        world.adil->link({"P-07", "appeared", items["linked"], world.case_id, {}});
        world.settle(kStick1);
    }

    void add(const std::string& name) {
        items[name] = world.rosa.add(name + ".jpg", name);
        describe(world.rosa, items[name],
                 {{"source", {name == "child" ? "P-02" : "P-01"}},
                  {"carries", {"content", "place", "face"}},
                  {"third_parties", {"none"}}});
    }
    void describe(Person& person, const std::string& thing, const GivenFacts& facts) {
        person->describe({thing, world.case_id, facts, "looked"});
    }
    bool may_go_out(Person& person, const std::string& name) {
        ExportRequest request;
        request.to = "/out of " + person.name + ", " + name;
        request.items = {items.at(name)};
        request.case_name = world.case_id;
        request.purpose = "publish";
        request.recipient = "everybody";
        const ExportReport report = person->export_items(request, no_progress());
        return report.failed.empty();
    }

    ExchangeWorld world;
    std::map<std::string, std::string> items;
    std::uint64_t last = 0;
};

TEST_CASE("what holds evidence back goes on doing so when who entered it is removed",
          "[exchange][sync][consent][T17]") {
    const bool is_dropped = GENERATE(false, true);
    RestrictingWriter removal;
    ExchangeWorld& world = removal.world;
    const RemovalRequest request{.member = "Adil",
                                 .case_name = world.case_id,
                                 .last_entry = removal.last,
                                 .drop_refusals = is_dropped};
    std::vector<std::string> restricted = {"P-02", "P-07"};
    for (const std::string name : {"held", "others", "private", "linked", "same"}) {
        restricted.push_back(removal.items.at(name));
    }
    std::ranges::sort(restricted);
    CHECK(world.rosa->check_removal(request).restricted == restricted);
    const ExposureReport report = world.rosa->remove_member(request);
    CHECK(report.restricted == (is_dropped ? std::vector<std::string>{} : restricted));
    CHECK(report.left_out == 0);
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    for (Person* person : {&world.rosa, &world.mara}) {
        for (const auto& [name, item] : removal.items) {
            CAPTURE(person->name, name);
            CHECK(removal.may_go_out(*person, name) == (is_dropped || name.ends_with("free")));
        }
    }
    world.mara.sync(kStick1);
    check_alike(world);
}

TEST_CASE("of very much that held evidence back some is said again, and how much is not",
          "[exchange][consent][T17]") {
    RestrictingWriter removal;
    ExchangeWorld& world = removal.world;
    world.rosa.with_store([&](store::Store& store) {
        const auto repeat = [&](std::size_t most) {
            return evidence::repeat_restrictions(store.catalog(), world.case_id,
                                                 world.adil.fingerprint, removal.last, most);
        };
        CHECK(repeat(5'000).left_out == 0);
        const evidence::RepeatedRestrictions some = repeat(2);
        CHECK(some.drafts.size() == 2);
        // What was said first, before anybody else can have had the laptop.
        std::vector<std::string> oldest = {removal.items.at("same"), removal.items.at("held")};
        std::ranges::sort(oldest);
        CHECK(some.things == oldest);
        CHECK(some.left_out == 6);
        // Six items and two sources were described, two items added, and one source was linked.
        CHECK(repeat(0).left_out == 11);
        CHECK(repeat(0).drafts.empty());
    });
}

TEST_CASE("what was said of an item, and of its bytes elsewhere, stays together",
          "[exchange][consent][T17]") {
    RestrictingWriter removal;
    ExchangeWorld& world = removal.world;
    const std::uint64_t last = world.rosa.entries_of(world.adil);
    const auto carries = [&](const std::string& item) {
        for (const FactValue& fact : world.rosa->show(item, world.case_id).facts) {
            if (fact.name == "carries") {
                return fact.text;
            }
        }
        return std::string{};
    };
    world.adil.sync(kStick1);
    const std::string own = world.rosa.add("twice.jpg", "twice");
    removal.describe(world.rosa, own, {{"carries", {"content"}}, {"third_parties", {"none"}}});
    const std::string also = world.adil.add("twice too.jpg", "twice");
    removal.describe(world.adil, also, {{"carries", {"content", "face"}}});
    const std::string film = world.rosa.add("film.bin", "film");
    removal.describe(world.rosa, film, {{"kind", {"other"}}, {"carries", {"content"}}});
    world.settle(kStick1);
    removal.describe(world.adil, own, {{"carries", {"content", "voice"}}});
    removal.describe(world.adil, film, {{"kind", {"video"}}});
    world.settle(kStick1);
    const ExposureReport report = world.remove(world.adil, last);
    CHECK(carries(own) == "content, voice, face");
    CHECK(world.rosa->show(film, world.case_id).summary.kind == "video");
    CHECK(carries(film) == "content");
    CHECK(report.restricted.size() == 2);
}

TEST_CASE("whose age was told by the removed alone is under 18, whoever described them",
          "[exchange][consent][T17]") {
    ExchangeWorld world;
    const std::uint64_t last = world.rosa.entries_of(world.adil);
    world.adil->add_source({"P-50", world.case_id, {}});
    world.settle(kStick1);
    const auto describe = [&](Person& person, const char* age) {
        person->describe({"P-50", world.case_id, {{"age_group", {age}}}, "asked"});
    };
    describe(world.mara, "adult");
    world.settle(kStick1);
    describe(world.adil, "under_18");
    world.settle(kStick1);
    const ExposureReport report = world.remove(world.adil, last);
    CHECK(report.restricted == std::vector<std::string>{"P-50"});
    const std::vector<SourceSummary> sources = world.rosa->sources(world.case_id);
    REQUIRE(sources.size() == 1);
    CHECK(std::ranges::any_of(sources[0].facts, [](const FactValue& fact) {
        return fact.name == "age_group" && fact.text == "under_18";
    }));
}

TEST_CASE("what was taken back of everything stays taken back of what was allowed by name",
          "[exchange][consent][T17]") {
    const bool is_narrowed = GENERATE(false, true);
    ExchangeWorld world;
    world.rosa->add_source({"P-01", world.case_id, {}});
    const std::string item = world.rosa.add("a.jpg", "a");
    world.rosa->describe(
        {item,
         world.case_id,
         {{"source", {"P-01"}}, {"carries", {"content"}}, {"third_parties", {"none"}}},
         "looked"});
    const auto say = [&](Person& person, const std::vector<std::string>& items, GivenFacts facts) {
        facts["how_informed"] = {"message"};
        person->give_consent({"P-01", world.case_id, items, facts, ""});
    };
    say(world.rosa, {item}, {{"level", {"4"}}});
    world.settle(kStick1);
    const std::uint64_t last = world.rosa.entries_of(world.adil);
    if (is_narrowed) {
        say(world.adil, {}, {{"level", {"4"}}, {"recipients", {"the commission"}}});
    } else {
        say(world.adil, {}, {{"level", {"1"}}});
    }
    world.settle(kStick1);
    CHECK(world.remove(world.adil, last).refusing == std::vector<std::string>{"P-01"});
    ExportRequest request;
    request.to = "/out";
    request.items = {item};
    request.case_name = world.case_id;
    request.purpose = "publish";
    request.recipient = "everybody";
    CHECK(world.rosa->export_items(request, no_progress()).failed.size() == 1);
}

TEST_CASE("what was taken back of an original stays taken back of a copy allowed by name",
          "[exchange][consent][T17]") {
    ExchangeWorld world;
    world.rosa->add_source({"P-01", world.case_id, {}});
    const std::string original =
        world.rosa.add("a.jpg", "a", {{"source", {"P-01"}}, {"carries", {"content"}}});
    const std::string copy = world.rosa.add("b.jpg", "b",
                                            {{"derived_from", {original}},
                                             {"recipe", {"crop"}},
                                             {"attributes_removed", {"time"}},
                                             {"carries", {"content"}},
                                             {"third_parties", {"none"}}});
    const auto say = [&](Person& person, const std::string& item, const std::string& level) {
        const GivenFacts facts = {{"level", {level}}, {"how_informed", {"message"}}};
        person->give_consent({"P-01", world.case_id, {item}, facts, ""});
    };
    ExportRequest request;
    request.items = {copy};
    request.case_name = world.case_id;
    request.purpose = "publish";
    request.recipient = "everybody";
    const auto goes_out = [&](const char* to) {
        request.to = to;
        return world.rosa->export_items(request, no_progress()).failed.empty();
    };
    say(world.rosa, copy, "4");
    world.settle(kStick1);
    CHECK(goes_out("/before"));
    const std::uint64_t last = world.rosa.entries_of(world.adil);
    say(world.adil, original, "1");
    world.settle(kStick1);
    CHECK_FALSE(goes_out("/then"));
    CHECK(world.remove(world.adil, last).refusing == std::vector<std::string>{"P-01"});
    CHECK_FALSE(goes_out("/after"));
}

TEST_CASE("what was said of an item again by others is not said once more for who was removed",
          "[exchange][consent][T17]") {
    RestrictingWriter removal;
    ExchangeWorld& world = removal.world;
    removal.describe(world.rosa, removal.items["held"], {{"hold", {"none"}}});
    removal.describe(world.rosa, removal.items["others"], {{"third_parties", {"unknown"}}});
    const ExposureReport report = world.remove(world.adil, removal.last);
    CHECK(std::ranges::find(report.restricted, removal.items["held"]) == report.restricted.end());
    CHECK(std::ranges::find(report.restricted, removal.items["others"]) == report.restricted.end());
    CHECK(removal.may_go_out(world.rosa, "held"));
    CHECK_FALSE(removal.may_go_out(world.rosa, "others"));
}

TEST_CASE("what was allowed to some only, by who is removed, has to be asked again",
          "[exchange][consent][T17]") {
    ExchangeWorld world;
    const auto say = [&](Person& person, const std::string& source, const GivenFacts& more) {
        GivenFacts facts = {{"level", {"4"}}, {"how_informed", {"message"}}};
        facts.insert(more.begin(), more.end());
        person->give_consent({source, world.case_id, {}, facts, ""});
    };
    const GivenFacts to_some = {{"recipients", {"the commission"}}};
    for (const std::string source : {"P-01", "P-02", "P-03", "P-04"}) {
        world.rosa->add_source({source, world.case_id, {}});
        say(world.rosa, source, source == "P-04" ? to_some : GivenFacts{});
    }
    world.settle(kStick1);
    const std::uint64_t last = world.rosa.entries_of(world.adil);
    say(world.adil, "P-01", to_some);
    say(world.adil, "P-02", {{"conditions", {"not before the verdict"}}});
    say(world.adil, "P-03", {});
    say(world.adil, "P-04", to_some);
    world.settle(kStick1);
    const ExposureReport report = world.remove(world.adil, last);
    const std::vector<std::string> refusing = {"P-01", "P-02"};
    CHECK(report.refusing == refusing);
    for (const std::string source : {"P-01", "P-02", "P-03", "P-04"}) {
        CAPTURE(source);
        const auto& allowed = world.rosa->consent(source, world.case_id).allowed;
        CHECK(allowed.contains("keep"));
        const bool is_asked_again = source == "P-01" || source == "P-02";
        CHECK(allowed.contains("court") == !is_asked_again);
        CHECK(allowed.contains("publish") == !is_asked_again);
    }
}

TEST_CASE("no flood of refusals keeps a member from being removed", "[exchange][consent][T17]") {
    ExchangeWorld world;
    world.rosa->add_source({"P-01", world.case_id, {}});
    world.settle(kStick1);
    const std::uint64_t last = world.rosa.entries_of(world.adil);
    std::vector<std::string> items;
    for (int i = 0; i < 30; ++i) {
        items.push_back(world.adil.add(std::to_string(i), std::to_string(i)));
        world.adil->describe({items.back(), world.case_id, {{"source", {"P-01"}}}, "by hand"});
        world.adil->withdraw_consent(
            {"P-01", world.case_id, {items.back()}, {{"purposes", {"court"}}}, ""});
    }
    world.settle(kStick1);
    const ExposureReport report = world.remove(world.adil, last);
    CHECK(report.refusing == std::vector<std::string>{"P-01"});
    const ConsentOverview now = world.rosa->consent("P-01", world.case_id);
    CHECK(now.history.size() == 1);  // one refusal of everything but keep
    CHECK(now.allowed.contains("keep"));
    CHECK_FALSE(now.allowed.contains("team"));
}

}  // namespace
}  // namespace kua::exchange
