// Who is out gets nothing new, and nothing new of theirs counts, in whatever order it is learnt.
#include <algorithm>
#include <map>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/hand_made.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/consent/restrictions.h"
#include "vault/evidence/identity.h"
#include "vault/evidence/members.h"
#include "vault/exchange/carrier.h"
#include "vault/exchange/grant.h"

namespace kua::exchange {
namespace {

using testing::code_of;
using testing::Codes;
using testing::ExchangeWorld;
using testing::has_finding;
using testing::kStick1;
using testing::kStick2;
using testing::Person;
using testing::Start;

std::uint64_t epochs_of(ExchangeWorld& world, Person& person) {
    return person.with_store([&](store::Store& store) {
        return static_cast<std::uint64_t>(
            store.catalog()
                .query_integer("SELECT MAX(epoch) FROM case_key WHERE hex(case_id) = upper(?1)",
                               world.case_id)
                .value_or(0));
    });
}

// Both hold the same once both have heard of each other, and nothing is wrong with it.
void check_same(ExchangeWorld& world) {
    Person& one = world.rosa;
    Person& other = world.mara;
    one.sync(kStick1);
    other.sync(kStick1);
    one.sync(kStick1);
    CHECK(one.projection() == other.projection());
    CHECK(one.damage().empty());
    CHECK(other.damage().empty());
}

TEST_CASE("whoever was removed gets no new keys and nothing that was written with them",
          "[exchange][sync][T17]") {
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    world.rosa.add("old.jpg", "old");
    world.settle(kStick1);
    const std::size_t items = world.adil.items();
    const std::uint64_t of_rosa = world.adil.entries_of(world.rosa);
    world.remove(world.adil);
    world.rosa.add("new.jpg", "new");
    if (with_restart) {
        world.rosa.restart();
    }
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    world.adil.sync(kStick1);
    CHECK(epochs_of(world, world.rosa) == 2);
    CHECK(epochs_of(world, world.mara) == 2);
    CHECK(epochs_of(world, world.adil) == 1);
    CHECK(world.adil.items() == items);
    CHECK(world.adil.entries_of(world.rosa) == of_rosa);
    CHECK(world.mara.items() == items + 1);
    CHECK(world.adil.damage().empty());
    check_same(world);

    // The bundle on the stick opens with no key that Adil has.
    const std::string ref = world.rosa.ref(world.rosa, 2);
    const auto stick = world.open(kStick1);
    const auto there = stick->read_refs({ref});
    REQUIRE(there.size() == 1);
    stick->fetch({ref}, {});
    const ReadCommit commit = read_commit(*stick, there.begin()->second);
    const auto sealed = stick->read(*commit.bundle, format::GitKind::kBlob, 1 << 20);
    world.adil.with_store([&](store::Store& store) {
        const auto keys = evidence::load_case_keys(store.catalog(), world.case_id);
        CHECK(code_of([&] { return journal::open_bundle(*sealed, keys.identities); }) ==
              ErrorCode::kWrongKey);
    });
}

TEST_CASE("entries written after a removal are refused by all", "[exchange][sync][T15][T17]") {
    ExchangeWorld world;
    const bool with_restart = GENERATE(false, true);
    world.remove(world.adil);
    world.rosa.sync(kStick1);
    world.adil.add("late.jpg", "late");
    world.adil.sync(kStick1);
    const std::uint64_t known = world.rosa.entries_of(world.adil);
    for (Person* person : {&world.rosa, &world.mara}) {
        if (with_restart) {
            person->restart();
        }
        CHECK(person->findings(kStick1) == Codes{FindingCode::kNotMember});
        CHECK(person->entries_of(world.adil) == known);
        CHECK(person->items() == 0);
    }
    check_same(world);
}

TEST_CASE("entries of a removed member that came before the removal are set aside by all",
          "[exchange][sync][T17]") {
    // Mara hears of the removal before or after the entries that don't count.
    const bool entries_first = GENERATE(false, true);
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    const std::uint64_t last = world.rosa.entries_of(world.adil);
    world.adil.add("late.jpg", "late");
    world.adil.sync(kStick1);
    if (entries_first) {
        world.mara.sync(kStick1);
        CHECK(world.mara.items() == 1);
    }
    world.rosa.sync(kStick1);
    CHECK(world.rosa.items() == 1);
    world.remove(world.adil, last);
    CHECK(world.rosa.items() == 0);
    world.rosa.sync(kStick1);
    if (with_restart) {
        world.mara.restart();
    }
    world.mara.sync(kStick1);
    CHECK(world.mara.items() == 0);
    world.rosa.sync(kStick1);
    check_same(world);
    CHECK(world.rosa->rebuild(no_progress()).same);
    CHECK(world.mara->rebuild(no_progress()).same);
}

TEST_CASE("a removal as of the middle of a bundle leaves all with the same entries",
          "[exchange][sync][T17]") {
    const bool entries_first = GENERATE(false, true);
    ExchangeWorld world;
    const std::uint64_t before = world.rosa.entries_of(world.adil);
    // Two files at once: one bundle of two entries.
    world.files.add_file("/card/both/a.jpg", base::bytes_of("a"));
    world.files.add_file("/card/both/b.jpg", base::bytes_of("b"));
    AddRequest request;
    request.paths = {"/card/both"};
    request.case_name = world.case_id;
    request.threads = 1;
    REQUIRE(world.adil->add(request, no_progress()).added.size() == 2);
    world.adil.sync(kStick1);
    if (entries_first) {
        world.mara.sync(kStick1);
    }
    world.rosa.sync(kStick1);
    world.remove(world.adil, before + 1);
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    CHECK(world.rosa.items() == 0);  // a bundle counts whole or not at all
    CHECK(world.mara.items() == 0);
    world.rosa.sync(kStick1);
    check_same(world);
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
    check_same(world);
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
    check_same(world);
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
            items[name] = world.rosa.add(name + ".jpg", name);
            describe(world.rosa, items[name],
                     {{"source", {name == "child" ? "P-02" : "P-01"}},
                      {"carries", {"content", "place", "face"}},
                      {"third_parties", {"none"}}});
        }
        world.settle(kStick1);
        last = world.rosa.entries_of(world.adil);
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
    for (const std::string name : {"held", "others", "private", "linked"}) {
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
            CHECK(removal.may_go_out(*person, name) == (is_dropped || name == "free"));
        }
    }
    world.mara.sync(kStick1);
    check_same(world);
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
        CHECK(some.things.size() == 2);
        // Four items and two sources were described, and one source was linked.
        CHECK(some.left_out >= 4);
        CHECK(repeat(0).left_out == 7);
        CHECK(repeat(0).drafts.empty());
    });
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

TEST_CASE("entries of a removed member that two heard of apart come together again",
          "[exchange][sync][T17]") {
    ExchangeWorld world;
    world.adil.add("late.jpg", "late");
    world.adil.sync(kStick2);
    world.mara.sync(kStick2);
    CHECK(world.mara.items() == 1);
    world.remove(world.adil);  // Rosa knows nothing of it
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    CHECK(world.mara.items() == 0);
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    CHECK(world.rosa.items() == 0);
    check_same(world);
}

TEST_CASE("an old grant that is brought again changes nothing", "[exchange][sync][T17]") {
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    const base::Bytes old_to_mara = testing::newest_grant(world.rosa, world.mara);
    const base::Bytes old_to_adil = testing::newest_grant(world.rosa, world.adil);
    world.remove(world.adil);
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    const auto projection = world.mara.projection();
    testing::push_grant(world, kStick1, world.rosa, world.mara, old_to_mara);
    testing::push_grant(world, kStick1, world.rosa, world.adil, old_to_adil);
    if (with_restart) {
        world.mara.restart();
    }
    CHECK(world.mara.sync(kStick1).grants_in == 0);
    CHECK(epochs_of(world, world.mara) == 2);
    CHECK(world.mara.projection() == projection);
    world.adil.sync(kStick1);
    CHECK(epochs_of(world, world.adil) == 1);
    CHECK(world.mara.damage().empty());
    // Rosa sees that somebody else wrote there, and sends nothing behind it.
    CHECK(world.rosa.findings(kStick1) == Codes{FindingCode::kForged, FindingCode::kForged});
}

TEST_CASE("a card that was removed can't come back", "[exchange][T17]") {
    ExchangeWorld world;
    world.remove(world.adil);
    world.rosa.restart();
    MemberRequest request;
    request.contact = "Adil";
    request.case_name = world.case_id;
    request.unverified = true;
    CHECK(code_of([&] { return world.rosa->add_member(request); }) == ErrorCode::kRefused);
    CHECK(world.rosa.damage().empty());
}

TEST_CASE("a card added again by a hand-made entry of the owner stays out",
          "[exchange][sync][T17]") {
    ExchangeWorld world;
    world.remove(world.adil);
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    auto made = testing::hand_made(world, world.rosa, 2);
    const auto adil = world.rosa.with_store([&](store::Store& store) {
        return *evidence::find_member(store.catalog(), world.case_id, world.adil.fingerprint);
    });
    made.drafts = {
        {"member.added", evidence::member_added_facts(adil.card, evidence::Role::kContributor, 9)}};
    testing::push(world, kStick1, made.ref, testing::carry(made, world.random));
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(world.mara.damage().empty());
    for (const MemberSummary& member : world.mara->members(world.case_id)) {
        CHECK(member.removed == (member.name == "Adil"));
    }
}

TEST_CASE("an owner's word that changes no member keeps nobody waiting for its number",
          "[exchange][sync][T17]") {
    ExchangeWorld world;
    auto made = testing::hand_made(world, world.rosa);
    made.drafts = {
        {"member.removed", evidence::member_removed_facts(std::string(64, '7'), 0, 1000)}};
    testing::push(world, kStick1, made.ref, testing::carry(made, world.random));
    CHECK(world.mara.findings(kStick1).empty());
    world.mara.add("one.jpg", "one");
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(world.adil.findings(kStick1).empty());
    CHECK(world.adil.items() == 1);
}

std::vector<GrantedEpoch> two_new_epochs(format::AgeKeyKind kind, base::Random& random) {
    std::vector<GrantedEpoch> epochs;
    for (std::uint64_t epoch = 1; epoch <= 2; ++epoch) {
        format::AgeIdentity keys = format::AgeIdentity::generate(kind, random);
        GrantedEpoch granted{epoch, keys.recipient(), crypto::ChannelSecret::generate(random),
                             std::nullopt};
        granted.identity.emplace(std::move(keys));
        epochs.push_back(std::move(granted));
    }
    return epochs;
}

// What Rosa signed for Adil, with newer keys, sealed once more to Mara.
base::Bytes grant_for_another(ExchangeWorld& world) {
    const format::Card mara = world.mara.with_store(
        [](store::Store& store) { return evidence::load_identity(store.catalog()).card; });
    return world.rosa.with_store([&](store::Store& store) {
        const evidence::Identity identity = evidence::load_identity(store.catalog());
        Grant grant;
        grant.case_id = world.case_id;
        grant.from = world.rosa.fingerprint;
        grant.to = world.adil.fingerprint;
        grant.title = "Case of Rosa";
        grant.role = evidence::Role::kContributor;
        grant.members = evidence::list_members(store.catalog(), world.case_id);
        grant.roster = evidence::roster_version(store.catalog(), world.case_id);
        grant.epochs = two_new_epochs(identity.age.kind(), world.random);
        return seal_grant(grant, identity.signer, format::AgeRecipient::parse(mara.recipient),
                          world.random);
    });
}

TEST_CASE("keys that the owner signed for somebody else are refused", "[exchange][sync][T17]") {
    ExchangeWorld world;
    testing::push_grant(world, kStick1, world.rosa, world.mara, grant_for_another(world));
    CHECK(testing::has_finding(world.mara.sync(kStick1).findings, FindingCode::kDamaged,
                               "it is for somebody else"));
    CHECK(epochs_of(world, world.mara) == 1);
    world.mara.restart();
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(world.mara.damage().empty());
}

TEST_CASE("keys from somebody who isn't the owner are refused", "[exchange][sync][T13][T17]") {
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    const base::Bytes sealed = world.mara.with_store([&](store::Store& store) {
        const evidence::Identity identity = evidence::load_identity(store.catalog());
        Grant grant;
        grant.case_id = world.case_id;
        grant.from = world.mara.fingerprint;
        grant.to = world.adil.fingerprint;
        grant.title = "Case of Rosa";
        grant.role = evidence::Role::kContributor;
        grant.roster = 9;
        grant.members = evidence::list_members(store.catalog(), world.case_id);
        for (evidence::Member& member : grant.members) {
            const bool is_mara = member.card.fingerprint == world.mara.fingerprint;
            member.role = is_mara ? evidence::Role::kOwner : evidence::Role::kContributor;
        }
        grant.epochs = two_new_epochs(identity.age.kind(), world.random);
        for (const evidence::Member& member : grant.members) {
            if (member.card.fingerprint == world.adil.fingerprint) {
                return seal_grant(grant, identity.signer,
                                  format::AgeRecipient::parse(member.card.recipient), world.random);
            }
        }
        return base::Bytes{};
    });
    testing::push_grant(world, kStick1, world.mara, world.adil, sealed);
    const auto projection = world.adil.projection();
    if (with_restart) {
        world.adil.restart();
    }
    CHECK(world.adil.findings(kStick1) == Codes{FindingCode::kNotMember});
    CHECK(epochs_of(world, world.adil) == 1);
    CHECK(world.adil.projection() == projection);
    CHECK(world.adil.damage().empty());
    CHECK(world.adil->invitations().empty());
    // The owner's own go on as before.
    world.rosa.add("one.jpg", "one");
    world.rosa.sync(kStick1);
    world.adil.sync(kStick1);
    CHECK(world.adil.items() == 1);
}

TEST_CASE("a vault restored from before a removal learns of it anew", "[exchange][sync][T15]") {
    ExchangeWorld world;
    const testing::FolderCopy old = world.mara.backup();
    world.remove(world.adil);
    world.rosa.add("new.jpg", "new");
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    world.mara.add("mara.jpg", "by Mara");
    world.mara.sync(kStick1);
    world.rosa.sync(kStick1);
    world.mara.restore(old);
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(epochs_of(world, world.mara) == 2);
    CHECK(world.mara.items() == 2);
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    check_same(world);
}

}  // namespace
}  // namespace kua::exchange
