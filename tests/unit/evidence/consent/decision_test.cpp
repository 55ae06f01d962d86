#include "vault/evidence/consent/decision.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/unit/evidence/consent/said.h"

namespace kua::evidence {
namespace {

using enum Attribute;
using enum Purpose;
using enum ConsentOutcome;
using testing::ask;
using testing::kOther;
using testing::kPhoto;
using testing::of;
using testing::photo;
using testing::Said;

TEST_CASE("consent: nobody asked means kept, and nothing else", "[evidence][consent]") {
    const ConsentSubject subject = photo("P-15", set_of({kContent}));
    CHECK(ask(kKeep, subject, {}) == kAllow);
    for (const Purpose purpose : {kTeam, kCommission, kCourt, kPartner, kPublish}) {
        const ConsentDecision decision = decide({purpose, "x", ""}, subject, {});
        CHECK(decision.outcome == kRefuse);
        REQUIRE(decision.refusals.size() == 1);
        CHECK(decision.refusals[0].source == "P-15");
        CHECK(decision.refusals[0].attributes == set_of({kContent}));
        CHECK(decision.refusals[0].ground == Ground::kConsent);
    }
}

TEST_CASE("consent: what is public asks nobody, what is unknown counts as not asked",
          "[evidence][consent]") {
    CHECK(ask(kPublish, photo("public", set_of({kContent, kFace})), {}) == kAllow);
    CHECK(ask(kCourt, photo("unknown", set_of({kContent})), {}) == kRefuse);
    CHECK(ask(kKeep, photo("unknown", set_of({kContent})), {}) == kAllow);
}

TEST_CASE("consent: only an owner raises unknown material, and to level 2 at most",
          "[evidence][consent]") {
    const base::Json facts = {{"source", "unknown"},
                              {"how_informed", "not_possible"},
                              {"level", 5},
                              {"ticked", {"face"}}};
    const ConsentSubject subject = photo("unknown", set_of({kContent, kTime}));
    Said owner{"aa"};
    owner.context.is_by_owner = true;
    const SourceConsents raised = of("unknown", {owner.give(facts)});
    CHECK(ask(kCourt, subject, raised) == kAllow);
    CHECK(ask(kCourt, photo("unknown", set_of({kContent, kFace})), raised) == kRefuse);
    CHECK(ask(kPublish, subject, raised) == kRefuse);
    Said other{"bb"};
    CHECK(ask(kCourt, subject, of("unknown", {other.give(facts)})) == kRefuse);
    owner.context.is_by_owner = true;
    base::Json asked = facts;
    asked["how_informed"] = "explained_orally";
    CHECK(ask(kCourt, subject, of("unknown", {owner.give(asked)})) == kRefuse);
    const base::Json cells = {{"source", "unknown"},
                              {"decision", "allow"},
                              {"purposes", {"publish"}},
                              {"attributes", {"content", "time"}}};
    CHECK(ask(kPublish, subject, of("unknown", {owner.give(cells)})) == kRefuse);
}

TEST_CASE("consent: the newest statement about a cell counts", "[evidence][consent]") {
    Said mara{"aa"};
    std::vector<ConsentStatement> said{mara.level("P-21", 5, {"face"})};
    const ConsentSubject subject = photo("P-21", set_of({kContent, kTime, kPlace, kFace}));
    CHECK(ask(kPublish, subject, of("P-21", said)) == kAllow);
    said.push_back(mara.withdraw({{"source", "P-21"}, {"purposes", {"publish"}}}));
    CHECK(ask(kPublish, subject, of("P-21", said)) == kRefuse);
    CHECK(ask(kCourt, subject, of("P-21", said)) == kAllow);
    said.push_back(mara.level("P-21", 5, {"face"}));
    CHECK(ask(kPublish, subject, of("P-21", said)) == kAllow);
    std::swap(said.front(), said.back());
    CHECK(ask(kPublish, subject, of("P-21", said)) == kAllow);  // in whatever order they came
}

TEST_CASE("consent: of two who did not know of each other the refusal counts",
          "[evidence][consent]") {
    Said mara{"aa"};
    Said rosa{"bb"};
    rosa.lamport = 50;  // later by the numbers
    const ConsentStatement refusal = mara.withdraw({{"source", "P-1"}, {"purposes", {"court"}}});
    const ConsentStatement leave = rosa.level("P-1", 3);
    const ConsentSubject subject = photo("P-1", set_of({kContent}));
    CHECK(ask(kCourt, subject, of("P-1", {refusal, leave})) == kRefuse);
    CHECK(ask(kCommission, subject, of("P-1", {refusal, leave})) == kAllow);
    rosa.seen["aa"] = 1;
    const ConsentStatement knowing = rosa.level("P-1", 3);
    CHECK(ask(kCourt, subject, of("P-1", {refusal, leave, knowing})) == kAllow);
    rosa.seen["aa"] = 0;
    const ConsentStatement unknowing = rosa.level("P-1", 3);
    CHECK(ask(kCourt, subject, of("P-1", {refusal, unknowing})) == kRefuse);
}

TEST_CASE("consent: a statement about some items says nothing of others", "[evidence][consent]") {
    Said mara{"aa"};
    const ConsentStatement all = mara.level("P-1", 2);
    const ConsentStatement one = mara.give({{"source", "P-1"},
                                            {"decision", "refuse"},
                                            {"purposes", {"court"}},
                                            {"attributes", {"content"}},
                                            {"items", {kPhoto}}});
    ConsentSubject subject = photo("P-1", set_of({kContent}));
    CHECK(ask(kCourt, subject, of("P-1", {all, one})) == kRefuse);
    CHECK(ask(kCommission, subject, of("P-1", {all, one})) == kAllow);
    subject.item = kOther;
    subject.lineage = {kOther};
    CHECK(ask(kCourt, subject, of("P-1", {all, one})) == kAllow);
    subject.lineage = {kOther, kPhoto};  // a copy of it
    CHECK(ask(kCourt, subject, of("P-1", {all, one})) == kRefuse);
}

std::string why_not(const ConsentSubject& subject, const SourceConsents& consents) {
    const ConsentDecision decision = decide({kPublish, "", ""}, subject, consents);
    REQUIRE(decision.refusals.size() == 1);
    return decision.refusals[0].reason;
}

TEST_CASE("consent: a refusal says why something is asked for that nobody named",
          "[evidence][consent]") {
    Said mara{"aa"};
    const SourceConsents consents = of("P-12", {mara.level("P-12", 5)});
    ConsentSubject subject = photo("P-12", set_of({kContent}));
    SECTION("nobody has looked") {
        subject.carries.reset();
        CHECK(why_not(subject, consents) ==
              "P-12 does not allow face for publish; nobody has said what it shows, so it may show "
              "that:"
              " kua describe ITEM --carries content,...");
    }
    SECTION("carries says what this kua doesn't know") {
        subject.has_unread_carries = true;
        CHECK(why_not(subject, consents).ends_with("than this kua can read, so all is asked for"));
    }
    SECTION("a place that is private tells a name") {
        subject.carries = set_of({kContent, kPlace});
        subject.place_is_private = true;
        CHECK(why_not(subject, consents) ==
              "P-12 does not allow name for publish; the place it shows is private, so it tells "
              "who it is"
              " of (place_is_private)");
    }
    SECTION("the front of a testimony tells a name") {
        subject.carries = set_of({kContent, kName});
        CHECK(why_not(subject, consents) == "P-12 does not allow name for publish");
        subject.telling_fact = "held_place";
        CHECK(why_not(subject, consents) ==
              "P-12 does not allow name for publish; the text says held_place, which may tell who"
              " that is");
    }
    SECTION("a child") {
        SourceConsents child = of("P-12", {mara.level("P-12", 5, {"face"})});
        child["P-12"].is_under_18 = true;
        subject.carries = set_of({kContent, kFace});
        CHECK(why_not(subject, child) ==
              "P-12 is under 18: face never goes out for publish, whatever was allowed");
    }
}

TEST_CASE("consent: who was not asked is not said to have refused", "[evidence][consent]") {
    Said mara{"aa"};
    ConsentSubject subject = photo("P-12", set_of({kContent, kFace}));
    const std::string unasked = "P-12 has not been asked yet about content, face for publish";
    CHECK(why_not(subject, {}) == unasked);
    const ConsentStatement nobody_asked = mara.level("P-12", 0);
    CHECK(why_not(subject, of("P-12", {nobody_asked})) == unasked);
    const ConsentStatement no_face = mara.give({{"source", "P-12"},
                                                {"decision", "refuse"},
                                                {"purposes", {"publish"}},
                                                {"attributes", {"face"}}});
    const ConsentDecision decision =
        decide({kPublish, "", ""}, subject, of("P-12", {nobody_asked, no_face}));
    REQUIRE(decision.refusals.size() == 2);
    CHECK(decision.refusals[0].reason == "P-12 does not allow face for publish");
    CHECK(decision.refusals[0].attributes == set_of({kFace}));
    CHECK(decision.refusals[1].reason == "P-12 has not been asked yet about content for publish");
    CHECK(decision.refusals[1].attributes == set_of({kContent}));
    subject.givers = {"self"};
    CHECK(why_not(subject, {}) ==
          "whoever made it has not been asked yet about content, face for publish");
    CHECK(why_not(subject, of("self", {mara.level("self", 2)})) ==
          "whoever made it does not allow content, face for publish");
    subject.givers = {"unknown"};
    CHECK(why_not(subject, of("unknown", {mara.level("unknown", 2)})) ==
          "its source is unknown, so nobody allowed content, face for publish");
}

TEST_CASE("consent: what nobody has looked at may show all that its kind can",
          "[evidence][consent]") {
    Said mara{"aa"};
    const SourceConsents consents = of("P-7", {mara.level("P-7", 2)});
    ConsentSubject subject = photo("P-7", {});
    subject.carries.reset();
    const auto needs = [&](const std::string& kind) {
        subject.kind = kind;
        return needed_attributes(subject);
    };
    CHECK(needs("photo") == set_of({kContent, kTime, kPlace, kFace}));
    CHECK(needs("video") == set_of({kContent, kTime, kPlace, kFace, kVoice}));
    CHECK(needs("audio") == set_of({kContent, kTime, kVoice}));
    CHECK(needs("document") == set_of({kContent, kTime, kName}));
    CHECK(needs("text") == set_of({kContent, kTime}));
    CHECK(needs("testimony") == set_of({kContent, kTime}));
    CHECK(needs("dataset").all());
    CHECK(needs("nonsense").all());
    subject.has_unread_carries = true;
    CHECK(needs("text").all());
    subject.has_unread_carries = false;
    subject.kind = "audio";
    CHECK(ask(kCommission, subject, consents) == kRefuse);
    subject.kind = "testimony";
    CHECK(ask(kCommission, subject, consents) == kAllow);
}

TEST_CASE("consent: a private place counts as a name, and content always counts",
          "[evidence][consent]") {
    ConsentSubject subject = photo("P-7", set_of({kPlace}));
    CHECK(needed_attributes(subject) == set_of({kContent, kPlace}));
    subject.place_is_private = true;
    CHECK(needed_attributes(subject) == set_of({kContent, kPlace, kName}));
    subject.carries.reset();
    subject.removed.set();
    CHECK(needed_attributes(subject) == set_of({kContent}));
}

TEST_CASE("consent: a copy without what is refused may go", "[evidence][consent]") {
    Said mara{"aa"};
    const SourceConsents consents = of("P-12", {mara.level("P-12", 4)});
    ConsentSubject subject = photo("P-12", set_of({kContent, kTime, kPlace}));
    CHECK(ask(kPublish, subject, consents) == kRefuse);
    subject.carries.reset();
    subject.removed = set_of({kTime, kPlace, kFace});
    CHECK(ask(kPublish, subject, consents) == kAllow);
    subject.carries = set_of({kContent, kTime});  // somebody looked, and it is there all the same
    CHECK(ask(kPublish, subject, consents) == kRefuse);
}

TEST_CASE("consent: of several givers one who allows is enough", "[evidence][consent]") {
    Said mara{"aa"};
    ConsentSubject subject = photo("P-15", set_of({kContent, kTime}));
    subject.givers = {"P-15", "P-12"};
    SourceConsents consents = of("P-12", {mara.level("P-12", 4)});
    ConsentDecision decision = decide({kCommission, "", ""}, subject, consents);
    CHECK(decision.outcome == kAllow);
    CHECK(decision.giver == "P-12");
    CHECK(decision.basis.size() == 1);
    decision = decide({kPublish, "", ""}, subject, consents);
    CHECK(decision.outcome == kRefuse);
    CHECK(decision.giver.empty());
    CHECK(decision.refusals.at(0).source == "P-15");
}

TEST_CASE("consent: whoever is shown must allow it, too", "[evidence][consent]") {
    Said mara{"aa"};
    SourceConsents consents = of("P-12", {mara.level("P-12", 5, {"voice", "face", "name"})});
    ConsentSubject subject = photo("P-12", set_of({kContent}));
    subject.shown = {"P-21"};
    CHECK(ask(kCourt, subject, consents) == kRefuse);
    consents["P-21"].statements = {mara.level("P-21", 3)};
    CHECK(ask(kCourt, subject, consents) == kAllow);
    CHECK(ask(kPublish, subject, consents) == kRefuse);
    consents["P-21"].statements.push_back(mara.level("P-21", 5, {"face"}));
    CHECK(ask(kPublish, subject, consents) == kAllow);
    subject.kind = "video";  // then the voice as well
    CHECK(ask(kPublish, subject, consents) == kRefuse);
}

TEST_CASE("consent: what the bytes carry as another item is asked for, and why is said",
          "[evidence][consent]") {
    Said mara{"aa"};
    const SourceConsents consents = of("P-1", {mara.level("P-1", 2)});
    ConsentSubject subject = photo("P-1", set_of({kContent}));
    CHECK(ask(kCourt, subject, consents) == kAllow);
    subject.also_carries = set_of({kContent, kName});
    const ConsentDecision decision = decide({kCourt, "x", ""}, subject, consents);
    CHECK(decision.outcome == kRefuse);
    CHECK(decision.refusals.at(0).reason ==
          "P-1 does not allow name for court; the same bytes are here as another item, of which"
          " that was said");
}

TEST_CASE("consent: other people and holds", "[evidence][consent]") {
    Said mara{"aa"};
    const SourceConsents consents = of("P-1", {mara.level("P-1", 5, {"face"})});
    ConsentSubject subject = photo("P-1", set_of({kContent}));
    subject.third_parties = "identifiable";
    const ConsentDecision decision = decide({kPartner, "x", ""}, subject, consents);
    CHECK(decision.outcome == kRefuse);
    CHECK(decision.refusals.at(0).ground == Ground::kThirdParty);
    CHECK(ask(kCourt, subject, consents) == kAllow);
    subject.third_parties.clear();  // nobody has looked
    CHECK(ask(kPublish, subject, consents) == kRefuse);
    subject.kind = "document";
    CHECK(ask(kPublish, subject, consents) == kAllow);
    subject.hold = "source_safety";
    for (const Purpose purpose : {kCommission, kCourt, kPartner, kPublish}) {
        CHECK(decide({purpose, "x", ""}, subject, consents).refusals.back().ground ==
              Ground::kHold);
    }
    CHECK(ask(kKeep, subject, consents) == kAllow);
    CHECK(ask(kTeam, subject, consents) == kAllow);
}

TEST_CASE("consent: a child's face, voice and name reach no strangers", "[evidence][consent]") {
    Said mara{"aa"};
    SourceConsents consents = of("P-9", {mara.level("P-9", 5, {"voice", "face", "name"})});
    consents["P-9"].is_under_18 = true;
    for (const Attribute attribute : {kVoice, kFace, kName}) {
        const ConsentSubject subject = photo("P-9", set_of({kContent, attribute}));
        CHECK(ask(kPublish, subject, consents) == kRefuse);
        CHECK(ask(kPartner, subject, consents) == kRefuse);
        CHECK(ask(kCourt, subject, consents) == kAllow);
    }
    CHECK(ask(kPublish, photo("P-9", set_of({kContent})), consents) == kAllow);
}

TEST_CASE("consent: recipients and conditions", "[evidence][consent]") {
    Said mara{"aa"};
    const SourceConsents consents =
        of("P-1", {mara.give({{"source", "P-1"},
                              {"how_informed", "message"},
                              {"level", 4},
                              {"recipients", {"newsroom N"}},
                              {"conditions", "after the family has moved"}})});
    const ConsentSubject subject = photo("P-1", set_of({kContent}));
    CHECK(decide({kPartner, "partner M", "they have"}, subject, consents).outcome == kRefuse);
    CHECK(decide({kPartner, "", "they have"}, subject, consents).outcome == kRefuse);
    const ConsentDecision asked = decide({kPartner, "newsroom N", ""}, subject, consents);
    CHECK(asked.outcome == kAsk);
    REQUIRE(asked.conditions.size() == 1);
    CHECK(asked.conditions[0].text == "after the family has moved");
    CHECK(decide({kPartner, "newsroom N", "they have"}, subject, consents).outcome == kAllow);
    CHECK(decide({kKeep, "", ""}, subject, consents).outcome == kAllow);
}

TEST_CASE("consent: what can't be read only ever refuses", "[evidence][consent]") {
    Said mara{"aa"};
    const ConsentSubject subject = photo("P-1", set_of({kContent}));
    const auto decided = [&](const base::Json& facts) {
        return ask(kCourt, subject, of("P-1", {mara.level("P-1", 3), mara.give(facts)}));
    };
    base::Json facts = {{"source", "P-1"}, {"level", 3}};
    CHECK(decided(facts) == kAllow);
    const std::vector<std::pair<std::string, base::Json>> oddities = {
        {"items", 7},
        {"items", base::Json::array()},
        {"recipients", base::Json::object()},
        {"conditions", 1},
        {"expires", ""}};
    for (const auto& [name, value] : oddities) {
        base::Json odd = facts;
        odd[name] = value;
        CHECK(decided(odd) == kRefuse);
    }
    for (const base::Json& level : {base::Json(6), base::Json(-1), base::Json("3"), base::Json()}) {
        facts["level"] = level;
        CHECK(decided(facts) == kRefuse);
    }
    facts["level"] = 3;
    facts["grants"] = {
        {"court", {"contents"}}};  // an unknown word, and what was written out counts
    CHECK(decided(facts) == kRefuse);
    mara.context.is_whole = false;  // a fact was withheld that might have narrowed the rest
    CHECK(decided({{"source", "P-1"}, {"level", 3}}) == kRefuse);
}

TEST_CASE("consent: statements that say nothing are none", "[evidence][consent]") {
    const auto read = [](std::string_view type, const base::Json& facts) {
        return read_statement(type, facts, {}).has_value();
    };
    CHECK_FALSE(read("consent.given", {{"level", 3}}));
    CHECK_FALSE(read("consent.given", {{"source", "P-1"}}));
    CHECK_FALSE(read("consent.given", {{"source", "P-1"}, {"purposes", {"nonsense"}}}));
    CHECK_FALSE(read("item.added", {{"source", "P-1"}, {"level", 3}}));
    CHECK(read("consent.withdrawn", {{"source", "P-1"}, {"purposes", {"court"}}}));
}

TEST_CASE("consent: who claims to know what knows them takes nothing back", "[evidence][consent]") {
    Said mara{"aa"};
    Said rosa{"bb"};
    mara.seen["bb"] = 100;
    rosa.seen["aa"] = 100;
    const ConsentStatement refusal = mara.withdraw({{"source", "P-1"}, {"purposes", {"court"}}});
    const ConsentStatement leave = rosa.level("P-1", 3);
    CHECK(ask(kCourt, photo("P-1", set_of({kContent})), of("P-1", {refusal, leave})) == kRefuse);
    // Three in a ring: nobody's word stands, and that is no leave, not even to keep.
    Said adil{"cc"};
    Said one{"aa"};
    Said two{"bb"};
    one.seen["bb"] = 9;
    two.seen["cc"] = 9;
    adil.seen["aa"] = 9;
    const SourceConsents ring =
        of("P-1", {one.level("P-1", 3), two.level("P-1", 3), adil.level("P-1", 3)});
    CHECK(ask(kKeep, photo("P-1", set_of({kContent})), ring) == kRefuse);
}

TEST_CASE("consent: a pseudonym of two people frees nothing", "[evidence][consent]") {
    Said mara{"aa"};
    SourceConsents consents = of("P-7", {mara.level("P-7", 5)});
    consents["P-7"].is_contested = true;
    const ConsentSubject subject = photo("P-7", set_of({kContent}));
    CHECK(ask(kCourt, subject, consents) == kRefuse);
    CHECK(ask(kPublish, subject, consents) == kRefuse);
    CHECK(ask(kKeep, subject, consents) == kAllow);
}

TEST_CASE("consent: finding it in public takes nothing from who gave it", "[evidence][consent]") {
    Said mara{"aa"};
    ConsentSubject subject = photo("P-15", set_of({kContent}));
    subject.givers = {"public", "P-15"};
    CHECK(ask(kPublish, subject, {}) == kRefuse);
    subject.givers = {"public", "unknown"};
    CHECK(ask(kPublish, subject, {}) == kAllow);
}

TEST_CASE("consent: each person who made something speaks for that alone", "[evidence][consent]") {
    Said mara{"aa"};
    SourceConsents consents;
    consents[name_of_giver("self", "aa")].statements = {mara.level("self", 5)};
    CHECK(ask(kCourt, photo(name_of_giver("self", "aa"), set_of({kContent})), consents) == kAllow);
    const ConsentDecision other =
        decide({kCourt, "", ""}, photo(name_of_giver("self", "bb"), set_of({kContent})), consents);
    CHECK(other.outcome == kRefuse);
    CHECK(other.refusals.at(0).source == "self");
    CHECK(name_of_giver("somebody's name", "aa") == "unknown");
}

}  // namespace
}  // namespace kua::evidence
