// Old answers that are entered late: they bring nothing back that was taken back after them.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/test_vault.h"
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
using testing::TestVault;

base::Json level_given(unsigned level, const std::string& given) {
    base::Json facts = {{"source", "P-21"}, {"how_informed", "signed_form"}, {"level", level}};
    if (!given.empty()) {
        facts["given"] = given;
    }
    return facts;
}

base::Json withdrawn(const std::string& when) {
    base::Json facts = {{"source", "P-21"}, {"purposes", {"publish"}}};
    if (!when.empty()) {
        facts["withdrawn"] = when;
    }
    return facts;
}

TEST_CASE("consent: what was given before it was taken back brings nothing back",
          "[evidence][consent]") {
    Said mara{"aa"};
    mara.context.entered = "2026-11-29T10:00:00Z";
    const ConsentSubject subject = photo("P-21", set_of({kContent}));
    const auto outcome = [&](const std::string& taken_back, const std::string& given) {
        return ask(kPublish, subject,
                   of("P-21", {mara.give(level_given(5, "")), mara.withdraw(withdrawn(taken_back)),
                               mara.give(level_given(4, given))}));
    };
    CHECK(outcome("2018-03-10", "2017-12-05") == kRefuse);
    CHECK(outcome("2018-03-10", "2018") == kRefuse);  // perhaps before
    CHECK(outcome("2018-03-10", "../2018-01-01") == kRefuse);
    CHECK(outcome("2018-03-10", "whenever") == kRefuse);
    CHECK(outcome("2018-03-10", "2018-03-10") == kAllow);
    CHECK(outcome("2018-03-10", "2018-04") == kAllow);
    CHECK(outcome("2018-03-10", "") == kAllow);
    // Without a date it was taken back when it was entered.
    CHECK(outcome("", "2026-11-01") == kRefuse);
    CHECK(outcome("", "2026-11-29") == kAllow);
    CHECK(outcome("", "2026-11-30") == kAllow);
}

TEST_CASE("consent: an old answer entered late replaces what is older still, and no newer one",
          "[evidence][consent]") {
    Said mara{"aa"};
    const ConsentSubject subject = photo("P-21", set_of({kContent}));
    const ConsentStatement taken_back = mara.withdraw(withdrawn("2018-03-10"));
    const ConsentStatement again = mara.give(level_given(4, "2019-01-01"));
    const ConsentStatement old = mara.give(level_given(5, "2017-12-05"));
    CHECK(ask(kPublish, subject, of("P-21", {taken_back, old})) == kRefuse);
    CHECK(ask(kCourt, subject, of("P-21", {taken_back, old})) == kAllow);
    CHECK(ask(kPublish, subject, of("P-21", {old, again, taken_back})) == kAllow);
    // A lower level that was said later stands, too.
    const ConsentStatement lower = mara.give(level_given(2, "2020-01-01"));
    CHECK(ask(kPublish, subject, of("P-21", {lower, mara.give(level_given(5, "2019-05-01"))})) ==
          kRefuse);
    CHECK(ask(kPublish, subject, of("P-21", {lower, mara.give(level_given(5, "2021-05-01"))})) ==
          kAllow);
    // An old refusal refuses all the same.
    base::Json refused = level_given(2, "2017-01-01");
    CHECK(ask(kPublish, subject, of("P-21", {again, mara.give(refused)})) == kRefuse);
    // And so it is for whoever else knew of it.
    Said dana{"bb"};
    dana.seen = {{"aa", 100}};
    dana.lamport = 100;
    CHECK(ask(kPublish, subject,
              of("P-21", {taken_back, dana.give(level_given(4, "2017-12-05"))})) == kRefuse);
    CHECK(ask(kPublish, subject,
              of("P-21", {taken_back, dana.give(level_given(4, "2018-12-05"))})) == kAllow);
    // To whom it may go stays, too.
    base::Json to_m = level_given(4, "2019-01-01");
    to_m["recipients"] = {"M"};
    const ConsentStatement narrow = mara.give(to_m);
    const SourceConsents both = of("P-21", {narrow, mara.give(level_given(4, "2017-12-05"))});
    CHECK(ask(kPublish, subject, both, "N") == kRefuse);
    CHECK(ask(kPublish, subject, both, "M") == kAllow);
}

TEST_CASE("consent: an old refusal in between hides none that was said later",
          "[evidence][consent]") {
    const ConsentSubject subject = photo("P-21", set_of({kContent}));
    Said mara{"aa"};
    const ConsentStatement taken_back = mara.withdraw(withdrawn("2018-03-10"));
    const ConsentStatement old_no = GENERATE(true, false) ? mara.withdraw(withdrawn("2015-01-01"))
                                                          : mara.give(level_given(2, "2016-01-01"));
    const ConsentStatement old_yes = mara.give(level_given(4, "2017-12-05"));
    CHECK(ask(kPublish, subject, of("P-21", {taken_back, old_no, old_yes})) == kRefuse);
    const ConsentStatement newer = mara.give(level_given(4, "2018-12-05"));
    CHECK(ask(kPublish, subject, of("P-21", {taken_back, old_no, old_yes, newer})) == kAllow);
    // Nor if somebody else entered it, knowing of the later one.
    Said dana{"bb"};
    dana.seen = {{"aa", 1}};
    dana.lamport = 100;
    const ConsentStatement others_old_no = dana.withdraw(withdrawn("2015-01-01"));
    const ConsentStatement others_old_yes = dana.give(level_given(4, "2017-12-05"));
    CHECK(ask(kPublish, subject, of("P-21", {taken_back, others_old_no, others_old_yes})) ==
          kRefuse);
}

TEST_CASE("consent: a refusal without a date was said when it was entered", "[evidence][consent]") {
    const ConsentSubject subject = photo("P-21", set_of({kContent}));
    Said mara{"aa"};
    mara.context.entered = "2026-11-29T10:00:00Z";
    const bool is_by_level = GENERATE(true, false);
    const base::Json no = {{"source", "P-21"},
                           {"decision", "refuse"},
                           {"purposes", {"publish"}},
                           {"attributes", {"content"}},
                           {"how_informed", "message"}};
    const ConsentStatement refused = mara.give(is_by_level ? level_given(1, "") : no);
    const auto outcome = [&](const base::Json& facts) {
        return ask(kPublish, subject, of("P-21", {refused, mara.give(facts)}));
    };
    base::Json of_a_text = level_given(4, "");
    of_a_text["evidence"] = "i-0123456789abcdef 0003";
    CHECK(outcome(level_given(4, "2017-12-05")) == kRefuse);
    CHECK(outcome(of_a_text) == kRefuse);
    CHECK(outcome(level_given(4, "2026-11-29")) == kAllow);
    CHECK(outcome(level_given(4, "")) == kAllow);
}

TEST_CASE("consent: what was taken back in some month or year may have been on its last day",
          "[evidence][consent]") {
    const ConsentSubject subject = photo("P-21", set_of({kContent}));
    Said mara{"aa"};
    const auto outcome = [&](const std::string& taken_back, const std::string& given) {
        return ask(
            kPublish, subject,
            of("P-21", {mara.withdraw(withdrawn(taken_back)), mara.give(level_given(4, given))}));
    };
    CHECK(outcome("2018", "2018-02-01") == kRefuse);
    CHECK(outcome("2018-03", "2018-03-05") == kRefuse);
    CHECK(outcome("2018-03/2018-11", "2018-04-01") == kRefuse);
    CHECK(outcome("2018", "2019-01-03") == kAllow);
    CHECK(outcome("2018-03-10", "2018-03-10") == kAllow);
}

struct WithTexts : TestVault {
    TestimonyReport tell(const std::string& name, const std::string& front,
                         const std::string& words) {
        files.add_file("/card/" + name,
                       base::bytes_of("---\nformat: kua-testimony/1\nsource: P-07\n" + front +
                                      "consent_level: 4\nhow_informed: explained_orally\n---\n"
                                      "### 0001 answer P-07\n" +
                                      words + "\n"));
        TestimonyRequest request;
        request.file = "/card/" + name;
        return (*this)->add_testimony(request, no_progress());
    }
    bool is_public() { return (*this)->consent("P-07", "").allowed.contains("publish"); }
};

TEST_CASE("a testimony that comes in changed brings back nothing that was taken back",
          "[evidence][consent][testimony]") {
    WithTexts vault;
    vault->add_source({"P-07", "", {}});
    CHECK(vault.tell("t.md", "", "x").consent_level == 4);
    CHECK(vault.is_public());
    vault->withdraw_consent({"P-07", "", {}, {{"purposes", {"publish"}}}, ""});
    SECTION("if it doesn't say when it was told") {
        const TestimonyReport report = vault.tell("t2.md", "", "y");
        CHECK_FALSE(report.consent_level);
        CHECK(report.consent_left_out);
        CHECK(report.taken_back == std::vector<std::string>{"publish"});
    }
    SECTION("if it was told before that") {
        const TestimonyReport report = vault.tell("t2.md", "held: 2009-11-29\n", "y");
        CHECK(report.consent_level == 4);
        CHECK(report.taken_back == std::vector<std::string>{"publish"});
        CHECK(vault->consent("P-07", "").stays_taken_back == std::vector<std::string>{"publish"});
    }
    SECTION("in a sealed case, where that can't be told") {
        SealCaseOptions seal;
        seal.secret_to = "/key";
        seal.secret_passphrase = testing::passphrase_of("of the key");
        vault->seal_case("", seal);
        CHECK(vault.tell("t2.md", "", "y").consent_level == 4);
        UnsealOptions unseal;
        unseal.secret_from = "/key";
        unseal.secret_passphrase = testing::passphrase_of("of the key");
        vault->unseal_case(unseal);
    }
    CHECK_FALSE(vault.is_public());
    CHECK(vault.tell("t3.md", "held: 2090-01-01\n", "z").consent_level == 4);
    CHECK(vault.is_public());
}

TEST_CASE("a clock that is far behind makes no withdrawal older than what was known",
          "[evidence][consent][T24]") {
    TestVault vault;
    vault->add_source({"P-21", "", {}});
    const auto give = [&](const std::string& given) {
        vault->give_consent({"P-21",
                             "",
                             {},
                             {{"level", {"4"}}, {"how_informed", {"message"}}, {"given", {given}}},
                             "a form"});
    };
    const auto is_public = [&] { return vault->consent("P-21", "").allowed.contains("publish"); };
    give("2017-10-01");
    CHECK(is_public());
    vault.clock.set_unix_time_ns(0);
    const bool is_by_level = GENERATE(true, false);
    if (is_by_level) {
        vault->give_consent(
            {"P-21", "", {}, {{"level", {"1"}}, {"how_informed", {"message"}}}, "asked"});
    } else {
        vault->withdraw_consent({"P-21", "", {}, {{"purposes", {"publish"}}}, ""});
    }
    CHECK_FALSE(is_public());
    give("2016-05-01");
    CHECK_FALSE(is_public());
    give("2017-10-02");  // later than that form, but not than when it was entered
    CHECK_FALSE(is_public());
    give("2017-11-24");
    CHECK(is_public());
}

TEST_CASE("consent: what others entered counts for a refusal without a date if it was known",
          "[evidence][consent]") {
    Said mara{"aa"};
    Said dana{"bb"};
    dana.context.entered = "1970-01-05T00:00:00Z";
    std::vector<ConsentStatement> all{mara.give(level_given(4, "2017-12-05")),
                                      mara.give(level_given(4, "2018-12-05")),
                                      dana.withdraw(withdrawn(""))};
    dana.seen = {{"aa", 1}};
    all.push_back(dana.withdraw(withdrawn("")));
    all.push_back(dana.withdraw(withdrawn("2016-01-01")));
    const std::vector<ConsentStatement> before = all;
    date_by_what_was_known(all);
    CHECK(all[2].refused_s == before[2].refused_s);
    CHECK(all[3].refused_s == all[0].said_s);
    CHECK(all[3].said_s == all[0].said_s);
    CHECK(all[4].refused_s == before[4].refused_s);
}

TEST_CASE("consent: a second refusal without a date frees nothing that the first one holds back",
          "[evidence][consent]") {
    const ConsentSubject subject = photo("P-21", set_of({kContent}));
    Said mara{"aa"};
    mara.context.entered = "2017-03-01T00:00:00Z";
    std::vector<ConsentStatement> all{mara.give(level_given(2, "2017"))};
    const auto outcome = [&](const ConsentStatement& answer) {
        std::vector<ConsentStatement> dated = all;
        dated.push_back(answer);
        date_by_what_was_known(dated);
        return ask(kPublish, subject, of("P-21", dated));
    };
    CHECK(outcome(mara.give(level_given(4, "2017-06-01"))) == kRefuse);
    mara.context.entered = "1970-01-05T00:00:00Z";
    all.push_back(GENERATE(true, false) ? mara.withdraw(withdrawn(""))
                                        : mara.give(level_given(1, "")));
    CHECK(outcome(mara.give(level_given(4, "2017-06-01"))) == kRefuse);
    CHECK(outcome(mara.give(level_given(4, "2018-06-01"))) == kAllow);
}

TEST_CASE("consent: a refusal without a date is no older than one that it knows of",
          "[evidence][consent]") {
    Said mara{"aa"};
    Said dana{"bb"};
    Said adil{"cc"};
    dana.context.entered = adil.context.entered = "1970-01-05T00:00:00Z";
    dana.seen = {{"aa", 1}};
    adil.seen = {{"bb", 1}};  // nothing of Mara's
    std::vector<ConsentStatement> all{mara.give(level_given(4, "2017-12-05")),
                                      dana.withdraw(withdrawn("")), adil.withdraw(withdrawn(""))};
    const std::vector<ConsentStatement> before = all;
    date_by_what_was_known(all);
    CHECK(all[2].refused_s == all[0].said_s);
    // Also if it comes first here, as who wrote it has few entries.
    std::vector<ConsentStatement> turned{before[1], before[0]};
    date_by_what_was_known(turned);
    CHECK(turned[0].said_s == before[0].said_s);
}

TEST_CASE("consent: what others allow for themselves makes no own refusal newer",
          "[evidence][consent]") {
    Said mara{"aa"};
    Said dana{"bb"};
    dana.context.entered = "1970-01-05T00:00:00Z";
    dana.seen = {{"aa", 1}};
    base::Json own = level_given(4, "2017-12-05");
    own["source"] = "self";
    base::Json no = withdrawn("");
    no["source"] = "self";
    std::vector<ConsentStatement> all{mara.give(own), dana.withdraw(no)};
    const auto before = all[1].refused_s;
    date_by_what_was_known(all);
    CHECK(all[1].refused_s == before);
}

TEST_CASE("what comes in from a source who took consent back says so", "[evidence][consent]") {
    TestVault vault;
    const std::string item = vault.add("a.jpg", "a photo", {{"source", {"P-21"}}});
    vault->give_consent(
        {"P-21", "", {}, {{"level", {"4"}}, {"how_informed", {"message"}}}, "asked"});
    const auto added = [&](const std::string& name) {
        vault.files.add_file("/card/" + name, base::bytes_of("photo " + name));
        AddRequest request = TestVault::request_of({"/card/" + name});
        request.facts = {{"source", {"P-21"}}};
        return vault->add(request, no_progress());
    };
    CHECK(added("b.jpg").taken_back.empty());
    vault->withdraw_consent({"P-21", "", {item}, {{"purposes", {"publish"}}}, ""});
    const AddReport of_one = added("c.jpg");
    CHECK(of_one.taken_back.empty());
    REQUIRE(of_one.taken_back_of.size() == 1);
    CHECK(item.starts_with(of_one.taken_back_of.front()));
    vault->withdraw_consent({"P-21", "", {}, {{"purposes", {"partner", "publish"}}}, ""});
    const AddReport of_all = added("d.jpg");
    CHECK(of_all.taken_back == std::vector<std::string>{"partner", "publish"});
    CHECK(of_all.taken_back_of.empty());
    vault->give_consent(
        {"P-21", "", {}, {{"level", {"4"}}, {"how_informed", {"message"}}}, "asked again"});
    CHECK(added("e.jpg").taken_back.empty());
}

}  // namespace
}  // namespace kua::evidence
