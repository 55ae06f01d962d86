// What anybody can put in the place of an author, on a hostile stick or by the hand of somebody who
// carries it unread: it is named once, nothing of it is believed, and the author goes on behind it.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "kua/progress.h"
#include "tests/support/hand_made.h"
#include "tests/support/sparing_host.h"
#include "tests/unit/exchange/carried_world.h"
#include "tests/unit/exchange/refusals.h"
#include "vault/exchange/carrier.h"
#include "vault/exchange/path_repository.h"
#include "vault/exchange/sync.h"

namespace kua::exchange {
namespace {

using testing::carry;
using testing::Codes;
using testing::ExchangeWorld;
using testing::hand_made;
using testing::HandMade;
using testing::kStick1;
using testing::kStick2;
using testing::Person;
using testing::push;

const std::string kStick3 = "stick3";

// Sealed to nobody of the case.
testing::Carried junk(ExchangeWorld& world) {
    HandMade made = hand_made(world, world.mara);
    made.recipient = format::AgeIdentity::generate(made.recipient.kind(), world.random).recipient();
    return carry(made, world.random);
}

testing::Carried newest_at(ExchangeWorld& world, const std::string& stick, const std::string& ref) {
    return testing::newest_at(*world.open(stick), ref);
}

// One commit and all it brings, from one stick to another, whose ref then is there.
void copy_commit(Repository& from, Repository& to, const std::string& ref,
                 const format::GitId& before, const format::GitId& id) {
    using format::GitKind;
    const ReadCommit commit = read_commit(from, id);
    for (const auto& [name, blob] : commit.parts) {
        to.add(GitKind::kBlob, *from.read(blob, GitKind::kBlob, kMaxPartBytes));
    }
    const base::Bytes text = *from.read(id, GitKind::kCommit, kMaxCommitTextBytes);
    const format::GitId root = format::parse_git_commit(text).tree;
    const base::Bytes tree = *from.read(root, GitKind::kTree, kMaxTreeBytes);
    for (const format::GitTreeEntry& entry : format::parse_git_tree(tree)) {
        if (entry.is_tree) {
            to.add(GitKind::kTree, *from.read(entry.id, GitKind::kTree, kMaxTreeBytes));
        }
    }
    to.add(GitKind::kTree, tree);
    to.add(GitKind::kCommit, text);
    to.push({{ref, before, id}}, {});
}

// Everybody has the same, and the stick is as good as any.
void check_goes_on(ExchangeWorld& world, const std::string& stick) {
    world.mara.add("later.jpg", "later");
    world.settle(stick);
    for (Person* person : world.people()) {
        CAPTURE(person->name);
        CHECK(person->findings(stick).empty());
        CHECK(person->entries_of(world.mara) == world.mara.entries_of(world.mara));
        CHECK(person->projection() == world.mara.projection());
        CHECK(person->damage().empty());
    }
}

TEST_CASE("an author goes on behind what others put in their place", "[exchange][sync][T15]") {
    const bool author_first = GENERATE(true, false);
    const bool with_restart = GENERATE(true, false);
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    for (int i = 0; i < 3; ++i) {
        push(world, kStick1, ref, junk(world));
    }
    Person& first = author_first ? world.mara : world.rosa;
    CHECK(first.findings(kStick1) == Codes{FindingCode::kWrongCase});
    if (with_restart) {
        first.restart();
    }
    CHECK(first.findings(kStick1).empty());
    check_goes_on(world, kStick1);
    check_goes_on(world, kStick2);
}

TEST_CASE("a journal begins behind what others put where it was to begin",
          "[exchange][sync][T15]") {
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    world.add_stick(kStick3);
    static_cast<void>(open_path_repository(world.files, "/" + kStick3, IfMissing::kCreate));
    testing::push_behind(world, kStick3, ref, std::nullopt, junk(world));
    CHECK(world.rosa.findings(kStick3) == Codes{FindingCode::kWrongCase});
    check_goes_on(world, kStick3);
    // What was made there is what others make, but for where it lies.
    CHECK(world.refs(kStick3, {ref}) != world.refs(kStick1, {ref}));
    check_goes_on(world, kStick1);
}

TEST_CASE("junk doesn't hide that a stick shows less than it did", "[exchange][sync][T15]") {
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    testing::push_behind(world, kStick1, ref, std::nullopt, junk(world));
    CHECK(world.rosa.findings(kStick1) == Codes{FindingCode::kWrongCase, FindingCode::kRollback});
    world.rosa.restart();
    CHECK(world.rosa.findings(kStick1) == Codes{FindingCode::kRollback});
}

TEST_CASE("neither much junk nor junk that ends the reading hides that a stick shows less",
          "[exchange][sync][T15]") {
    const std::string kind = GENERATE("much", "signed", "unfinished", "unfinished, as the first");
    CAPTURE(kind);
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    const format::GitId old = world.refs(kStick1, {ref}).at(ref);
    for (const char* name : {"one.jpg", "two.jpg"}) {
        world.mara.add(name, name);
        world.mara.sync(kStick1);
    }
    CHECK(world.rosa.findings(kStick1).empty());
    const std::uint64_t entries = world.rosa.entries_of(world.mara);
    testing::push_behind(world, kStick1, ref, old, junk(world));
    if (kind == "much") {
        for (int i = 0; i < 20; ++i) {
            push(world, kStick1, ref, junk(world));
        }
    } else if (kind == "signed") {
        HandMade made = hand_made(world, world.mara);
        made.tamper = [](journal::BundleContent& content) { content.entries.clear(); };
        push(world, kStick1, ref, carry(made, world.random));
    } else {
        testing::push_unfinished(world, kStick1, ref,
                                 kind == "unfinished" ? std::optional{old} : std::nullopt);
    }
    const RemoteReport report = world.rosa.sync(kStick1);
    CHECK(testing::has_finding(report.findings, FindingCode::kRollback,
                               "it held this journal up to"));
    world.rosa.restart();
    // Until everything is looked at, and then as long as it lies there.
    for (int i = 0; i < 3; ++i) {
        CHECK(testing::has_finding(world.rosa.sync(kStick1).findings, FindingCode::kRollback,
                                   "it held this journal up to"));
    }
    CHECK(world.rosa.entries_of(world.mara) == entries);
}

TEST_CASE(
    "an author's own bundle that lies behind another one than it should is met again once"
    " what is between is here",
    "[exchange][sync][T15]") {
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    world.mara.add("one.jpg", "one");
    world.mara.add("two.jpg", "two");
    world.mara.sync(kStick2);
    push(world, kStick1, ref, newest_at(world, kStick2, ref));
    CHECK(world.rosa.findings(kStick1) == Codes{FindingCode::kGap});
    CHECK(world.rosa.findings(kStick1) == Codes{FindingCode::kGap});
    CHECK(world.rosa->quarantined().empty());
    CHECK(world.mara.findings(kStick1) == Codes{FindingCode::kDamaged});
    world.rosa.sync(kStick2);
    world.adil.sync(kStick2);
    CHECK(world.rosa.findings(kStick1) == Codes{FindingCode::kDamaged});
    check_goes_on(world, kStick1);
    CHECK(world.rosa.items() == 3);
}

// Found by the simulator: seed 64.
TEST_CASE("another history that can't be told yet is not passed over", "[exchange][sync][T15]") {
    ExchangeWorld world;
    const testing::FolderCopy old = world.mara.backup();
    world.mara.add("one.jpg", "one");
    world.mara.add("two.jpg", "two");
    HandMade later = hand_made(world, world.mara);
    push(world, kStick1, later.ref, carry(later, world.random));
    CHECK(world.rosa.findings(kStick1) == Codes{FindingCode::kGap});
    world.mara.restore(old);
    for (const char* name : {"three.jpg", "four.jpg", "five.jpg"}) {
        world.mara.add(name, name);
    }
    world.mara.sync(kStick2);
    CHECK(world.rosa.findings(kStick2).empty());
    CHECK(world.rosa.findings(kStick1) == Codes{FindingCode::kFork});
}

TEST_CASE("of much junk one sync looks at some, and keeps one", "[exchange][sync][T44]") {
    constexpr std::size_t kJunk = 40;
    constexpr std::size_t kAtOnce = 16;
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    for (std::size_t i = 0; i < kJunk; ++i) {
        push(world, kStick1, ref, junk(world));
    }
    for (std::size_t left = kJunk; left > 0; left -= std::min(left, kAtOnce)) {
        CHECK(world.rosa.findings(kStick1) == Codes{FindingCode::kWrongCase});
    }
    CHECK(world.rosa.findings(kStick1).empty());
    std::size_t kept = 0;
    for (const QuarantinedSummary& one : world.rosa->quarantined()) {
        kept += one.evidence_bytes > 0 ? 1U : 0U;
    }
    CHECK(kept <= 6);
}

TEST_CASE("what was passed over isn't asked for at a host once more",
          "[exchange][sync][T15][T44]") {
    constexpr std::size_t kJunk = 40;
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    for (std::size_t i = 0; i < kJunk; ++i) {
        push(world, kStick1, ref, junk(world));
    }
    std::size_t sent = 0;
    for (int i = 0; i < 3; ++i) {
        world.rosa.with_store([&](store::Store& store) {
            const auto stick = world.open(kStick1);
            testing::SparingHost host{*stick};
            RemoteReport report;
            sync_with(store, evidence::load_identity(store.catalog()), host, kStick1,
                      SyncDepth::kWhole, no_progress(), report);
            CHECK(testing::codes_of(report.findings) == Codes{FindingCode::kWrongCase});
            sent += host.sent_objects();
        });
    }
    constexpr std::size_t kObjectsOfOne = 3;
    constexpr std::size_t kLookedAtBefore = 16 + 32;
    CHECK(sent == kObjectsOfOne * (3 * kJunk - kLookedAtBefore));
}

TEST_CASE("of a bundle whose beginning was put before junk everything comes elsewhere",
          "[exchange][sync][T15]") {
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    const format::GitId before = world.refs(kStick1, {ref}).at(ref);
    world.mara.add("long.mp4", std::string(std::size_t{20} << 20U, 'x'));
    world.mara.sync(kStick2);
    // The first of its commits, as it is, on another stick; then something else.
    const auto stick2 = world.open(kStick2);
    const format::GitId tip = stick2->read_refs({ref}).at(ref);
    stick2->fetch({ref}, {});
    const ReadCommit last = read_commit(*stick2, tip);
    REQUIRE(last.parent);
    const ReadCommit first = read_commit(*stick2, *last.parent);
    REQUIRE_FALSE(first.bundle);
    REQUIRE(first.parent == before);
    copy_commit(*stick2, *world.open(kStick1), ref, before, first.id);
    push(world, kStick1, ref, junk(world));
    CHECK(world.rosa.findings(kStick1) == Codes{FindingCode::kWrongCase});
    CHECK(world.rosa.findings(kStick2).empty());
    CHECK(world.rosa.items() == 1);
    world.mara.sync(kStick1);
    check_goes_on(world, kStick1);
    check_goes_on(world, kStick2);
}

TEST_CASE("known bundles with other parts stop nobody", "[exchange][sync][T15]") {
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick2);
    world.rosa.sync(kStick2);
    testing::Carried carried = newest_at(world, kStick2, ref);
    REQUIRE(carried.contents.size() == 1);
    carried.contents[0].back() ^= std::byte{1};
    push(world, kStick1, ref, carried);
    CHECK(world.rosa.findings(kStick1) == Codes{FindingCode::kDamaged});
    CHECK(world.mara.findings(kStick1) == Codes{FindingCode::kDamaged});
    world.adil.sync(kStick2);
    world.adil.sync(kStick1);
    check_goes_on(world, kStick1);
}

TEST_CASE("a sealed case carries what lies behind junk that was passed over before",
          "[exchange][sync][T14]") {
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    push(world, kStick1, ref, junk(world));
    CHECK(world.adil.findings(kStick1) == Codes{FindingCode::kWrongCase});
    testing::seal(world, world.adil);
    world.mara.sync(kStick1);
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick1);
    const RemoteReport report = world.adil.sync(kStick1);
    CHECK(report.findings.empty());
    CHECK(report.bundles_carried > 0);
    // Another stick has the same before it, under other names: nothing of what is carried is lost.
    world.rosa.sync(kStick1);
    world.adil.sync(kStick2);
    const std::uint64_t carried = testing::carried_by(world.adil);
    world.adil.sync(kStick2);
    CHECK(testing::carried_by(world.adil) == carried);
    testing::unseal(world, world.adil);
    CHECK(world.adil.items() == 1);
    CHECK(world.adil.damage().empty());
}

TEST_CASE("much junk that was carried loses nothing behind it", "[exchange][sync][T14]") {
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    testing::seal(world, world.adil);
    for (int i = 0; i < 20; ++i) {
        push(world, kStick1, ref, junk(world));
    }
    for (int i = 0; i < 2; ++i) {
        world.mara.sync(kStick1);
    }
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick1);
    world.adil.sync(kStick1);
    testing::unseal(world, world.adil);
    CHECK(world.adil.items() == 1);
}

TEST_CASE("what lies behind junk goes to others by files and new sticks as if there were none",
          "[exchange][sync][T15]") {
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    push(world, kStick1, ref, junk(world));
    world.mara.sync(kStick1);
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick1);
    CHECK(world.rosa.findings(kStick1) == Codes{FindingCode::kWrongCase});
    // Rosa has it from the spoilt stick alone, Adil has never seen that.
    world.mara.add("two.jpg", "two");
    world.mara.sync(kStick2);
    CHECK(world.rosa.findings(kStick2).empty());
    SendRequest request;
    request.case_name = world.case_id;
    request.to = "/sent.bundle";
    const SendReport sent = world.rosa->send(request, no_progress());
    const SyncReport taken = world.adil->take(sent.files, no_progress());
    CHECK(taken.remotes.front().findings.empty());
    CHECK(world.adil.items() == 2);
    world.add_stick(kStick3);
    world.rosa.sync(kStick3);
    world.mara.sync(kStick2);
    CHECK(world.refs(kStick3, {ref}) == world.refs(kStick2, {ref}));
    check_goes_on(world, kStick1);
}

TEST_CASE("what somebody carried unread keeps no author from going on", "[exchange][sync][T14]") {
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    testing::seal(world, world.adil);
    push(world, kStick1, ref, junk(world));
    world.adil.sync(kStick1);
    world.adil.sync(kStick2);
    CHECK(world.rosa.findings(kStick2) == Codes{FindingCode::kWrongCase});
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick2);
    CHECK(world.rosa.findings(kStick2).empty());
    CHECK(world.rosa.items() == 1);
    // Who carried it goes on carrying, too.
    world.adil.sync(kStick2);
    CHECK(world.adil.findings(kStick1) == Codes{});
    testing::unseal(world, world.adil);
    CHECK(world.adil.items() == 1);
}

}  // namespace
}  // namespace kua::exchange
