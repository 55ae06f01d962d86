// Consent in name only, and what that lifts: nothing.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/unit/evidence/consent/said.h"

namespace kua::evidence {
namespace {

using enum Attribute;
using enum Purpose;
using enum ConsentOutcome;
using testing::ask;
using testing::of;
using testing::photo;
using testing::Said;

TEST_CASE("consent: what was not given freely, understood or by anybody frees nothing",
          "[evidence][consent]") {
    const ConsentSubject subject = photo("P-01", set_of({kContent}));
    const auto answer = [&](const base::Json& more) {
        base::Json facts = {{"source", "P-01"}, {"how_informed", "explained_orally"}, {"level", 2}};
        facts.update(more);
        return ask(kCourt, subject, of("P-01", {Said{"aa"}.give(facts)}));
    };
    CHECK(answer(base::Json::object()) == kAllow);
    CHECK(answer({{"voluntary", "yes"}, {"understood", "unknown"}}) == kAllow);
    CHECK(answer({{"voluntary", "no"}}) == kRefuse);
    CHECK(answer({{"understood", "no"}}) == kRefuse);
    CHECK(answer({{"given_by", "nobody"}}) == kRefuse);
    CHECK(answer({{"how_informed", "not_possible"}}) == kRefuse);
    CHECK(answer({{"how_informed", "not_possible"}, {"given_by", "self"}}) == kRefuse);
    CHECK(answer({{"how_informed", "not_possible"}, {"given_by", "next_of_kin"}}) == kAllow);
    CHECK(answer({{"voluntary", "no"}, {"given_by", "guardian"}}) == kRefuse);
    CHECK(answer({{"voluntary", "coerced"}}) == kRefuse);  // a newer kua's word
    CHECK(answer({{"understood", base::Json::array({"yes"})}}) == kRefuse);
    CHECK(answer({{"given_by", "a friend"}}) == kRefuse);
    // A refusal is one, however it came about.
    for (const base::Json& how :
         {base::Json{{"voluntary", "no"}}, base::Json{{"how_informed", "not_possible"}}}) {
        base::Json facts = {{"source", "P-01"},
                            {"decision", "refuse"},
                            {"purposes", {"team"}},
                            {"attributes", {"content"}}};
        facts.update(how);
        const SourceConsents no = of("P-01", {Said{"aa"}.give(facts)});
        CHECK(said_no(no.at("P-01"), subject, kTeam).any());
    }
    // It is no answer, so nobody said no to anything, and a copy may be kept.
    const SourceConsents none =
        of("P-01", {Said{"aa"}.give({{"source", "P-01"}, {"voluntary", "no"}, {"level", 2}})});
    CHECK(ask(kKeep, subject, none) == kAllow);
    CHECK(said_no(none.at("P-01"), subject, kTeam).none());
}

TEST_CASE("consent: that nobody was asked lifts no refusal", "[evidence][consent]") {
    const ConsentSubject subject = photo("P-01", set_of({kContent}));
    const bool is_level_0 = GENERATE(true, false);
    base::Json later = {{"source", "P-01"}, {"how_informed", "message"}, {"level", 2}};
    later[is_level_0 ? "level" : "voluntary"] = is_level_0 ? base::Json(0) : base::Json("no");
    Said one{"aa"};
    const auto refusal = one.withdraw(
        {{"source", "P-01"}, {"purposes", {"keep", "team"}}, {"attributes", {"content"}}});
    const auto none = one.give(later);
    SourceConsents said = of("P-01", {refusal, none});
    CHECK(ask(kKeep, subject, said) == kRefuse);
    CHECK(said_no(said.at("P-01"), subject, kTeam).any());
    const auto answer = one.give({{"source", "P-01"}, {"how_informed", "message"}, {"level", 2}});
    said = of("P-01", {refusal, none, answer});
    CHECK(ask(kKeep, subject, said) == kAllow);
    CHECK(ask(kCourt, subject, said) == kAllow);
    CHECK_FALSE(said_no(said.at("P-01"), subject, kTeam).test(index_of(kContent)));
    const auto again = one.give(later);
    said = of("P-01", {answer, again});
    CHECK(ask(kKeep, subject, said) == kAllow);
    CHECK(ask(kCourt, subject, said) == kRefuse);
    CHECK_FALSE(said_no(said.at("P-01"), subject, kTeam).test(index_of(kContent)));
}

}  // namespace
}  // namespace kua::evidence
