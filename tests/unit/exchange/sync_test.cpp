// What is to work: people of one case over sticks, in any order.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/exchange_world.h"

namespace kua::exchange {
namespace {

using testing::Codes;
using testing::ExchangeWorld;
using testing::FolderCopy;
using testing::kStick1;
using testing::kStick2;
using testing::Person;
using testing::Start;

// All hold the same, and nothing is wrong with it.
void check_same(ExchangeWorld& world, const std::vector<Person*>& people) {
    for (Person* person : people) {
        CAPTURE(person->name);
        CHECK(person->projection() == world.rosa.projection());
        CHECK(person->damage().empty());
    }
}

TEST_CASE("whoever is invited reads all that was there before, and all read what they add",
          "[threads][exchange][sync]") {
    ExchangeWorld world{Start::kStrangers};
    world.rosa.add("before.jpg", "taken before anybody came");
    world.invite(world.mara, "contributor", kStick1);
    CHECK(world.mara.items() == 1);
    world.mara.add("mara.jpg", "seen by Mara");
    world.mara.sync(kStick1);
    CHECK(world.rosa.sync(kStick1).items_in == 1);
    world.rosa.restart();
    CHECK(world.rosa.items() == 2);
    world.settle(kStick1);
    check_same(world, {&world.rosa, &world.mara});
}

TEST_CASE("three people over two sticks get the same commits, whoever carries them",
          "[threads][exchange][sync]") {
    ExchangeWorld world;
    world.rosa.add("one.jpg", "one");
    world.adil.sync(kStick2);
    world.rosa.sync(kStick1);
    const std::string ref = world.rosa.ref(world.rosa);
    world.mara.sync(kStick1);
    world.mara.restart();
    world.mara.sync(kStick2);
    CHECK(world.adil.sync(kStick2).items_in == 1);
    CHECK(world.refs(kStick1, {ref}) == world.refs(kStick2, {ref}));
    CHECK(world.adil.entries_of(world.rosa) == world.rosa.entries_of(world.rosa));
    world.adil.add("two.jpg", "two");
    world.settle(kStick2);
    world.settle(kStick1);
    check_same(world, world.people());
}

TEST_CASE("a sync that was done changes nothing when done again", "[threads][exchange][sync]") {
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    world.rosa.add("one.jpg", "one");
    world.settle(kStick1);
    const FolderCopy stick = world.backup(kStick1);
    for (Person* person : world.people()) {
        const auto heads = person->heads();
        if (with_restart) {
            person->restart();
        }
        const RemoteReport report = person->sync(kStick1);
        CHECK(report.bundles_in + report.bundles_out + report.grants_in + report.grants_out == 0);
        CHECK(report.findings.empty());
        CHECK(person->heads().size() == heads.size());
    }
    CHECK(world.backup(kStick1) == stick);
}

TEST_CASE("receipts tell the others who holds what, and call for no receipts",
          "[threads][exchange][sync]") {
    ExchangeWorld world;
    world.rosa.add("one.jpg", "one");
    const std::uint64_t own = world.rosa.entries_of(world.rosa);
    world.rosa.sync(kStick1);
    for (const MemberSummary& member : world.rosa->members(world.case_id)) {
        CHECK((member.self || member.holds < own));
    }
    world.mara.sync(kStick1);
    world.adil.sync(kStick1);
    const std::uint64_t of_mara = world.mara.entries_of(world.mara);
    world.rosa.sync(kStick1);
    for (const MemberSummary& member : world.rosa->members(world.case_id)) {
        CAPTURE(member.name);
        CHECK(member.holds == own);
    }
    CHECK(world.rosa.entries_of(world.rosa) == own);
    world.settle(kStick1);
    CHECK(world.rosa.entries_of(world.rosa) == own);
    CHECK(world.mara.entries_of(world.mara) == of_mara);
}

TEST_CASE("all vaults show the same rows, whatever the order of syncs",
          "[threads][exchange][sync]") {
    const std::uint64_t seed = GENERATE(1U, 2U, 3U, 4U);
    CAPTURE(seed);
    ExchangeWorld world{Start::kShared, seed};
    testing::SeededRandom dice{seed};
    for (int step = 0; step < 18; ++step) {
        Person& person = *world.people()[dice.below(3)];
        const std::string& stick = dice.one_in(2) ? kStick1 : kStick2;
        switch (dice.below(4)) {
            case 0:
                person.add(std::to_string(step) + ".jpg", "picture " + std::to_string(step / 2));
                break;
            case 1:
                person.restart();
                break;
            default:
                CHECK(person.findings(stick).empty());
        }
    }
    world.settle(kStick1);
    world.settle(kStick2);
    world.settle(kStick1);
    check_same(world, world.people());
}

TEST_CASE("a depositor adds and reads nothing, a reader reads and may not add",
          "[threads][exchange][sync][T17]") {
    ExchangeWorld world{Start::kStrangers};
    world.rosa.add("one.jpg", "one");
    world.invite(world.mara, "depositor", kStick1);
    world.invite(world.adil, "reader", kStick1);
    world.mara.add("two.jpg", "two");
    world.mara.sync(kStick1);
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.rosa.items() == 2);
    CHECK(testing::code_of([&] { return world.mara.items(); }) == ErrorCode::kRefused);
    CHECK(world.adil.findings(kStick1).empty());
    CHECK(world.adil.items() == 2);
    CHECK(world.adil.damage().empty());
    CHECK(world.mara.damage().empty());
}

TEST_CASE("an invitation by a contact that was removed is in nobody's way",
          "[threads][exchange][sync]") {
    ExchangeWorld world{Start::kStrangers};
    MemberRequest request;
    request.contact = "Mara";
    request.case_name = world.case_id;
    request.unverified = true;
    world.rosa->add_member(request);
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    CHECK(world.mara->invitations().size() == 1);
    world.mara->remove_contact("Rosa");
    world.mara.restart();
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(world.mara->invitations().empty());
    world.mara->add_contact("/cards/Rosa");
    CHECK(world.mara->invitations().size() == 1);
}

TEST_CASE("files of everything can be taken also when all went another way before",
          "[threads][exchange][sync]") {
    ExchangeWorld world;
    for (const char* name : {"one.mp4", "two.mp4", "three.mp4"}) {
        const std::string content(std::size_t{9} << 20U, name[1]);
        world.rosa.add(name, content);
    }
    world.rosa.sync(kStick2);
    SendRequest request;
    request.to = "/all.kua";
    request.case_name = world.case_id;
    request.max_bytes = std::uint64_t{20} << 20U;
    request.everything = true;
    const SendReport sent = world.rosa->send(request, no_progress());
    CHECK(sent.files.size() > 1);
    const SyncReport taken = world.adil->take(sent.files, no_progress());
    REQUIRE(taken.remotes.size() == 1);
    CHECK(taken.remotes[0].findings.empty());
    CHECK(world.adil.items() == 3);
}

}  // namespace
}  // namespace kua::exchange
