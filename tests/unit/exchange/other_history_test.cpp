// Receipts for one of two histories say nothing of what is in the other one.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/exchange_world.h"
#include "tests/support/test_vault.h"
#include "vault/journal/going_on.h"

namespace kua::exchange {
namespace {

using testing::Codes;
using testing::ExchangeWorld;
using testing::FolderCopy;
using testing::has_finding;
using testing::kStick1;
using testing::kStick2;
using testing::message_of;
using testing::Person;

using Names = std::vector<std::string>;

CaseHolding held_by(ExchangeWorld& world, Person& who) {
    for (CaseHolding& one : who->status().holdings) {
        if (one.case_id == world.case_id) {
            return one;
        }
    }
    return {};
}

CaseHolding::Member share_of(const CaseHolding& holding, const std::string& name) {
    for (const CaseHolding::Member& member : holding.members) {
        if (member.name == name) {
            return member;
        }
    }
    return {};
}

// Mara works in two copies of her vault. Rosa has what the first one added, Adil what the second
// one did; all have what was there before.
struct TwoHistories {
    ExchangeWorld world;
    std::string before = world.mara.add("before.jpg", "before");
    std::string first;
    std::string second;
    FolderCopy first_vault;

    TwoHistories() {
        world.settle(kStick1);
        world.settle(kStick2);
        const FolderCopy copy = world.mara.backup();
        first = world.mara.add("first.jpg", "first");
        world.mara.sync(kStick1);
        world.rosa.sync(kStick1);
        first_vault = world.mara.backup();
        world.mara.restore(copy);
        second = world.mara.add("second.jpg", "second");
        world.mara.add("more.jpg", "more");
        world.mara.sync(kStick2);
        world.adil.sync(kStick2);
    }
};

TEST_CASE("a receipt for another history is none for the one that is here",
          "[exchange][sync][T16]") {
    TwoHistories two;
    ExchangeWorld& world = two.world;
    const CaseHolding before = held_by(world, world.rosa);
    CHECK(share_of(before, "Adil").originals == 1);
    CHECK(has_finding(world.rosa.sync(kStick2).findings, FindingCode::kFork, "two journals"));
    world.rosa.sync(kStick2);
    CHECK(world.rosa.entries_of(world.adil) == world.adil.entries_of(world.adil));
    const CaseHolding holding = held_by(world, world.rosa);
    CHECK(holding.originals == 2);
    CHECK(share_of(holding, "Adil").originals == 1);  // what was there before stays known
    CHECK(share_of(holding, "Mara").originals == 0);  // nobody knows which of her vaults goes on
    CHECK(holding.only_here == 1);
    CHECK(world.rosa->show(two.first, world.case_id).holders.empty());
    CHECK(world.rosa->show(two.before, world.case_id).holders == Names{"Adil"});
    CHECK(world.rosa.damage().empty());
}

TEST_CASE("a copy of a vault doesn't take receipts for the other copy for its own",
          "[exchange][sync][T16]") {
    TwoHistories two;
    ExchangeWorld& world = two.world;
    world.rosa.sync(kStick1);
    world.mara.restore(two.first_vault);
    world.mara.sync(kStick2);  // has Adil's receipts for the second copy
    world.mara.sync(kStick2);
    CHECK(world.mara.entries_of(world.adil) == world.adil.entries_of(world.adil));
    const CaseHolding holding = held_by(world, world.mara);
    CHECK(holding.originals == 2);
    CHECK(share_of(holding, "Adil").originals == 1);
    CHECK(share_of(holding, "Adil").own_entries < holding.own_entries);
    CHECK(holding.only_here == 1);  // Rosa's receipt wasn't on that stick
    CHECK(world.mara.damage().empty());
}

TEST_CASE("nobody waits for the other history of this vault's own journal",
          "[exchange][sync][T16]") {
    TwoHistories two;
    ExchangeWorld& world = two.world;
    world.mara.restore(two.first_vault);
    CHECK(has_finding(world.mara.sync(kStick2).findings, FindingCode::kFork, "differently"));
    const RemoteReport report = world.mara.sync(kStick1);
    CHECK(testing::codes_of(report.findings) == Codes{FindingCode::kStopped});
    CHECK(has_finding(report.findings, FindingCode::kStopped, "Go on in a new vault"));
    for (const PeerReport& peer : report.peers) {
        CHECK(peer.stopped == (peer.self && peer.case_id == world.case_id));
    }
    const std::vector<StoppedAuthor> stopped = world.mara->status().stopped;
    REQUIRE(stopped.size() == 1);
    CHECK(stopped.front().self);
    CHECK(stopped.front().name == "Mara");
}

TEST_CASE("status names who signed two histories until the owner has removed them",
          "[exchange][sync][T16]") {
    TwoHistories two;
    ExchangeWorld& world = two.world;
    world.rosa.sync(kStick2);
    REQUIRE(world.rosa->status().stopped.size() == 1);
    CHECK(world.rosa->status().stopped.front().name == "Mara");
    world.remove(world.mara);
    CHECK(world.rosa->status().stopped.empty());
}

TEST_CASE("what others have seen beyond an older copy counts when it is here again",
          "[exchange][sync][T16]") {
    ExchangeWorld world;
    world.mara.add("one.jpg", "one");
    world.settle(kStick1);
    const FolderCopy old = world.mara.backup();
    const std::uint64_t own = world.mara.entries_of(world.mara);
    world.mara.add("two.jpg", "two");
    world.mara.sync(kStick1);
    world.rosa.sync(kStick1);
    world.mara.restore(old);
    const FolderCopy stick = world.backup(kStick1);
    world.remove_ref(kStick1, world.mara.ref(world.mara));
    world.mara.sync(
        kStick1);  // Rosa has seen more than is here: whether it is the same isn't known
    CHECK(share_of(held_by(world, world.mara), "Rosa").originals == 1);
    CHECK(share_of(held_by(world, world.mara), "Rosa").own_entries <= own);
    world.restore(kStick1, stick);
    world.mara.sync(kStick1);
    CHECK(share_of(held_by(world, world.mara), "Rosa").originals == 2);
    CHECK(held_by(world, world.mara).only_here == 0);
    CHECK(world.mara.damage().empty());
}

TEST_CASE("a receipt that nobody gave is damage", "[exchange][sync][T16]") {
    TwoHistories two;
    Person& rosa = two.world.rosa;
    rosa.sync(kStick2);
    rosa.sync(kStick2);
    const char* const sql = GENERATE("UPDATE seen_log SET common = size WHERE common < size",
                                     "UPDATE seen_log SET root = 'AAAA' WHERE common < size");
    CAPTURE(sql);
    rosa.with_store([&](store::Store& store) {
        store::Transaction write{store.catalog()};
        write.run(sql);
        CHECK(write.query_integer("SELECT changes()") == 1);
        write.commit();
    });
    CHECK(has_finding(rosa.damage(), FindingCode::kDamaged, "not what the bundles say"));
}

TEST_CASE("a vault that lacks all but one of its entries is told so in good English",
          "[exchange][T16]") {
    ExchangeWorld world;
    const std::string own = world.mara.fingerprint;
    world.mara.with_store([&](store::Store& store) {
        store::Transaction write{store.catalog()};
        journal::note_own_ahead(write, world.case_id, own, 100);
        const std::string message =
            message_of([&] { journal::check_may_append(store.catalog(), world.case_id, own, 1); });
        CHECK(message.find("wrote 100 entries, and only 1 is here, so") != std::string::npos);
    });
}

TEST_CASE("a file for others has again what a receipt for another history names",
          "[exchange][sync][T16]") {
    TwoHistories two;
    ExchangeWorld& world = two.world;
    world.rosa.sync(kStick2);
    world.rosa.sync(kStick2);
    SendRequest request;
    request.case_name = world.case_id;
    for (const char* name : {"/one.kua", "/two.kua"}) {
        request.to = name;
        CHECK(world.rosa->send(request, no_progress()).bundles > 0);
    }
    const SyncReport taken = world.adil->take({"/one.kua"}, no_progress());
    REQUIRE(taken.remotes.size() == 1);
    CHECK(has_finding(taken.remotes.front().findings, FindingCode::kFork, "two journals"));
}

}  // namespace
}  // namespace kua::exchange
