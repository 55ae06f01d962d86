// Destroyed originals and those who have not heard of it: what goes on, what waits, what is
// refused.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/exchange_world.h"
#include "tests/support/test_vault.h"
#include "vault/evidence/verify.h"

namespace kua::exchange {
namespace {

using testing::code_of;
using testing::Codes;
using testing::codes_of;
using testing::ExchangeWorld;
using testing::FolderCopy;
using testing::kStick1;
using testing::kStick2;
using testing::Person;

constexpr std::size_t kSeveralParts = 20'000'000;  // two commits

ShredReport shred(ExchangeWorld& world, Person& who, const std::string& item) {
    return who->shred({{item}, "", world.case_id, "the wrong file"});
}

std::uint64_t count_shredded(Person& who) {
    return who->verify({}, no_progress()).items_shredded;
}

bool is_shredded(ExchangeWorld& world, Person& who, const std::string& item) {
    return who->show(item, world.case_id).summary.shredded;
}

TEST_CASE("an original that its author destroyed is missed by nobody who comes later",
          "[exchange][sync]") {
    const bool has_several_parts = GENERATE(false, true);
    ExchangeWorld world;
    const std::string lost =
        world.rosa.add("lost.mp4", std::string(has_several_parts ? kSeveralParts : 10, 'x'));
    const std::string kept = world.rosa.add("kept.jpg", "kept");
    CHECK(shred(world, world.rosa, lost).items.size() == 1);
    world.rosa.add("later.jpg", "later");
    CHECK(world.rosa.findings(kStick2).empty());
    CHECK(world.mara.findings(kStick2).empty());
    CHECK(world.mara.items() == 3);
    CHECK(is_shredded(world, world.mara, lost));
    CHECK_FALSE(is_shredded(world, world.mara, kept));
    CHECK(count_shredded(world.mara) == 1);
    CHECK(world.mara.damage().empty());
    // She passes it on, to one who hears of it from her.
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(world.adil.findings(kStick1).empty());
    CHECK(is_shredded(world, world.adil, lost));
    world.settle(kStick1);
    world.settle(kStick2);
    for (Person* person : world.people()) {
        CHECK(person->projection() == world.rosa.projection());
        CHECK(person->damage().empty());
        CHECK(person->findings(kStick1).empty());
        CHECK(person->findings(kStick2).empty());
    }
}

TEST_CASE("whoever has an original keeps it when another destroys it", "[exchange][sync]") {
    ExchangeWorld world;
    const std::string item = world.rosa.add("one.jpg", "one");
    world.settle(kStick1);
    shred(world, world.rosa, item);
    world.settle(kStick1);
    CHECK(is_shredded(world, world.rosa, item));
    CHECK_FALSE(is_shredded(world, world.mara, item));
    CHECK(count_shredded(world.mara) == 0);
    for (Person* person : world.people()) {
        CHECK(person->damage().empty());
    }
    // Who has it brings it to a stick that has nothing yet, and Rosa doesn't take it again.
    CHECK(world.mara.findings(kStick2).empty());
    CHECK(world.rosa.findings(kStick2).empty());
    CHECK(is_shredded(world, world.rosa, item));
    // The other way round she brings the rest, and who has all is content.
    world.rosa.add("two.jpg", "two");
    world.settle(kStick2);
    world.settle(kStick1);
    CHECK(world.mara.damage().empty());
}

TEST_CASE("what another author brought waits for who has it", "[exchange][sync]") {
    ExchangeWorld world;
    const std::string item = world.rosa.add("one.jpg", "one");
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    shred(world, world.mara, item);
    world.mara.add("two.jpg", "two");
    CHECK(world.mara.findings(kStick2).empty());
    world.adil.try_sync(kStick2);  // Mara's word isn't Rosa's
    CHECK(world.adil.items() == 0);
    CHECK(world.adil.damage().empty());
    world.rosa.sync(kStick2);
    CHECK(world.adil.findings(kStick2).empty());
    CHECK(world.adil.items() == 2);
    CHECK_FALSE(is_shredded(world, world.adil, item));
    CHECK(world.adil.damage().empty());
}

TEST_CASE("a host that drops an object is found out, whoever shredded another",
          "[exchange][sync]") {
    ExchangeWorld world;
    const std::string lost = world.rosa.add("lost.jpg", "lost");
    world.rosa.add("kept.jpg", "kept");
    shred(world, world.rosa, lost);
    world.rosa.close();
    // As a host would have it that left out `kept`, too: Rosa's own vault without that object.
    world.rosa.with_store([&](store::Store& store) {
        store::Transaction write{store.catalog()};
        write.run(
            "INSERT INTO erased SELECT sealed_digest, case_id FROM object ORDER BY rowid DESC"
            " LIMIT 1");
        write.run(
            "INSERT INTO announced_erasure SELECT bundle_object.case_id, author, sealed_digest, 1,"
            " 1 FROM bundle_object JOIN erased USING (sealed_digest) WHERE true"
            " ON CONFLICT DO NOTHING");
        write.run("DELETE FROM extent WHERE sealed_digest IN (SELECT sealed_digest FROM erased)");
        write.run("DELETE FROM object WHERE sealed_digest IN (SELECT sealed_digest FROM erased)");
        write.commit();
    });
    world.rosa.sync(kStick2);
    CHECK(world.mara.findings(kStick2) == Codes{FindingCode::kDamaged});
    CHECK(world.mara.items() == 1);
    // Of the other one Rosa's word is there, too, behind what isn't taken.
    CHECK(codes_of(world.mara.damage()) == Codes{FindingCode::kGap});
}

TEST_CASE("a vault restored from an older copy destroys nothing by itself",
          "[exchange][sync][T16]") {
    ExchangeWorld world;
    const std::string item = world.rosa.add("one.jpg", "one");
    world.rosa.sync(kStick1);
    const FolderCopy old = world.rosa.backup();
    shred(world, world.rosa, item);
    world.rosa.sync(kStick1);
    world.rosa.restore(old);
    CHECK_FALSE(is_shredded(world, world.rosa, item));
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK_FALSE(is_shredded(world, world.rosa, item));
    CHECK(world.rosa.damage().empty());
    // Nobody who comes now misses it.
    CHECK(world.rosa.findings(kStick2).empty());
    CHECK(world.mara.findings(kStick2).empty());
    CHECK_FALSE(is_shredded(world, world.mara, item));
    CHECK(shred(world, world.rosa, item).items.size() == 1);
    CHECK(is_shredded(world, world.rosa, item));
    CHECK(world.rosa.damage().empty());
}

TEST_CASE("once all have destroyed an original, each brings the journal to newcomers",
          "[exchange][sync]") {
    ExchangeWorld world;
    const FolderCopy before = world.adil.backup();
    const std::string item = world.rosa.add("one.jpg", "one");
    world.settle(kStick1);
    shred(world, world.rosa, item);
    world.settle(kStick1);
    shred(world, world.mara, item);  // after its author has said so
    world.mara.add("two.jpg", "two");
    CHECK(world.mara.findings(kStick2).empty());
    world.adil.restore(before);  // as one who comes now
    CHECK(world.adil.items() == 0);
    static_cast<void>(world.adil.sync(kStick2));
    CHECK(world.adil.items() == 2);
    CHECK(is_shredded(world, world.adil, item));
    CHECK(world.adil.damage().empty());
}

TEST_CASE("status counts nobody as having what may be gone", "[exchange][sync]") {
    ExchangeWorld world;
    const std::string item = world.rosa.add("one.jpg", "one");
    world.settle(kStick1);
    shred(world, world.mara, item);
    shred(world, world.adil, item);
    world.settle(kStick1);
    for (const CaseHolding& holding : world.rosa->status().holdings) {
        if (holding.case_id == world.case_id) {
            CHECK(holding.only_here == 1);
            CHECK(holding.members.size() == 2);
            for (const CaseHolding::Member& member : holding.members) {
                CHECK(member.originals == 0);
            }
        }
    }
}

TEST_CASE("what another item needs is not destroyed with one", "[exchange][sync]") {
    ExchangeWorld world;
    const std::string item = world.rosa.add("one.jpg", "one");
    world.rosa.with_store([&](store::Store& store) {
        store::Transaction write{store.catalog()};
        write.run(
            "INSERT INTO bundle_object SELECT case_id, zeroblob(32), first, place, sealed_digest,"
            " bytes FROM bundle_object");
        write.commit();
    });
    const ShredReport report = shred(world, world.rosa, item);
    CHECK(report.items.empty());
    CHECK(report.failed.at(0).code == ErrorCode::kRefused);
    CHECK_FALSE(is_shredded(world, world.rosa, item));
}

TEST_CASE("a vault from which an original went says it isn't known to have it",
          "[exchange][sync]") {
    ExchangeWorld world;
    const std::string item = world.rosa.add("one.jpg", "one");
    world.settle(kStick1);
    CHECK(
        world.rosa->plan_shredding({{item}, "", world.case_id, "why"}).items.at(0).holders.size() ==
        2);
    shred(world, world.mara, item);
    world.settle(kStick1);
    const ShredReport plan = world.rosa->plan_shredding({{item}, "", world.case_id, "why"});
    CHECK(plan.items.at(0).holders == std::vector<std::string>{"Adil"});
    CHECK(code_of([&] {
              world.rosa->plan_shredding({{item}, "", world.case_id, ""});
          }) == ErrorCode::kUsage);
}

}  // namespace
}  // namespace kua::exchange
