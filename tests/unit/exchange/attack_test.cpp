// What members, ex-members and whoever holds a stick may try: each attempt is named, nothing of it
// is taken, and what is here stays as it is, also over restarts.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/hand_made.h"
#include "tests/unit/exchange/refusals.h"
#include "vault/base/base64.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/members.h"
#include "vault/exchange/carrier.h"
#include "vault/exchange/quarantine.h"
#include "vault/format/sshsig.h"

namespace kua::exchange {
namespace {

using testing::carry;
using testing::check_refused;
using testing::check_refused_after_restore;
using testing::code_of;
using testing::Codes;
using testing::codes_of;
using testing::ExchangeWorld;
using testing::FolderCopy;
using testing::hand_made;
using testing::HandMade;
using testing::has_finding;
using testing::kStick1;
using testing::kStick2;
using testing::Named;
using testing::Person;
using testing::push;
using testing::Start;

TEST_CASE("a stick that was rolled back is found, also after a restart", "[exchange][sync][T15]") {
    ExchangeWorld world;
    const FolderCopy old = world.backup(kStick1);
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick1);
    world.rosa.sync(kStick1);
    world.settle(kStick1);
    const FolderCopy now = world.backup(kStick1);
    const auto projection = world.rosa.projection();
    world.restore(kStick1, old);
    const FolderCopy shown = world.backup(kStick1);
    for (int time = 0; time < 2; ++time) {
        const RemoteReport report = world.rosa.sync(kStick1);
        CHECK(has_finding(report.findings, FindingCode::kRollback, "it held this journal up to"));
        CHECK(report.bundles_in + report.bundles_out == 0);
        world.rosa.restart();
    }
    CHECK(world.backup(kStick1) == shown);
    CHECK(world.rosa.projection() == projection);
    CHECK(world.rosa.damage().empty());
    world.restore(kStick1, now);
    CHECK(world.rosa.findings(kStick1).empty());
}

TEST_CASE("a stick that never held more is old news", "[exchange][sync][T15]") {
    ExchangeWorld world;
    world.rosa.sync(kStick2);
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick1);
    world.rosa.sync(kStick1);
    CHECK(world.rosa.findings(kStick2).empty());
}

TEST_CASE("a journal that is missing from a stick that had it is a rollback",
          "[exchange][sync][T15]") {
    ExchangeWorld world;
    world.remove_ref(kStick1, world.rosa.ref(world.mara));
    check_refused(world, FindingCode::kRollback, "it lacks this journal");
    CHECK(world.refs(kStick1, {world.rosa.ref(world.mara)}).empty());
}

TEST_CASE("two histories of one author are found in either order, and shown to anybody",
          "[exchange][sync][T16]") {
    const bool first_first = GENERATE(false, true);
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    const FolderCopy old = world.mara.backup();
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick1);
    world.mara.restore(old);
    world.mara.add("two.jpg", "two");
    world.mara.sync(kStick2);
    const std::string& first = first_first ? kStick1 : kStick2;
    const std::string& second = first_first ? kStick2 : kStick1;
    CHECK(world.rosa.findings(first).empty());
    const auto projection = world.rosa.projection();
    if (with_restart) {
        world.rosa.restart();
    }
    CHECK(has_finding(world.rosa.sync(second).findings, FindingCode::kFork, "two journals"));
    CHECK(world.rosa.items() == 1);
    CHECK(world.rosa.projection() == projection);
    CHECK(world.rosa.damage().empty());

    // Nothing more is taken of her, from either stick.
    CHECK(world.rosa.findings(second) == Codes{FindingCode::kStopped});
    world.rosa.restart();
    CHECK(world.rosa.findings(second) == Codes{FindingCode::kStopped});

    const auto kept = world.rosa->quarantined();
    REQUIRE(!kept.empty());
    CHECK(kept.front().code == "fork");
    world.rosa->export_finding(kept.front().number, "/evidence");
    const auto key = world.mara.with_store([](store::Store& store) {
        return evidence::load_identity(store.catalog()).card.signing_key;
    });
    const auto text = [&](const std::string& name) {
        return world.files.content("/evidence/" + name);
    };
    std::vector<std::string> manifests;
    for (const std::string side : {"1-", "2-"}) {
        CHECK(format::is_signed_by(key, format::SignatureNamespace::kBundle,
                                   text(side + "manifest.json"),
                                   base::text_of(text(side + "manifest.sig"))));
        CHECK(format::is_signed_by(key, format::SignatureNamespace::kCheckpoint,
                                   text(side + "checkpoint"),
                                   base::text_of(text(side + "checkpoint.sig"))));
        manifests.emplace_back(base::text_of(text(side + "manifest.json")));
    }
    const auto here = journal::parse_manifest(manifests.at(0));
    const auto there = journal::parse_manifest(manifests.at(1));
    CHECK(here.first == there.first);
    CHECK(here.author == there.author);
    CHECK(manifests.at(0) != manifests.at(1));
    CHECK(text("1-checkpoint") != text("2-checkpoint"));
}

TEST_CASE("a fork that only others saw is found in what they say to have seen",
          "[exchange][sync][T16]") {
    // Rosa hears of the one history first, or of who has seen the other.
    const bool journal_first = GENERATE(false, true);
    const bool with_restart = GENERATE(false, true);
    CAPTURE(journal_first, with_restart);
    ExchangeWorld world;
    const FolderCopy old = world.mara.backup();
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick1);
    world.mara.restore(old);
    world.mara.add("two.jpg", "two");
    world.mara.sync(kStick2);
    world.adil.sync(kStick2);
    CHECK(world.adil.items() == 1);
    // Only Adil's journal comes from stick 2 to stick 1.
    const std::string of_adil = world.adil.ref(world.adil);
    const auto tip = world.refs(kStick2, {of_adil}).at(of_adil);
    const auto from = world.open(kStick2);
    from->fetch({of_adil}, {});
    const ReadCommit commit = read_commit(*from, tip);
    const auto bundle = from->read(*commit.bundle, format::GitKind::kBlob, 1 << 20);
    if (journal_first) {
        CHECK(world.rosa.findings(kStick1).empty());
    }
    CHECK(push(world, kStick1, of_adil, {*bundle, {}, {}}) == tip);
    if (with_restart) {
        world.rosa.restart();
    }
    const RemoteReport report = world.rosa.sync(kStick1);
    CHECK(has_finding(report.findings, FindingCode::kFork, "another history"));
    CHECK(world.rosa.damage().empty());
}

// The owner's entries wait for nobody, so what she has seen can be ahead of what is here more than
// once before the other journal comes.
TEST_CASE("a fork before the newest entry that somebody saw is found as well",
          "[exchange][sync][T16][T60]") {
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    const FolderCopy old = world.mara.backup();
    for (const std::string name : {"one.jpg", "two.jpg", "three.jpg"}) {
        world.mara.add(name, name);
        world.mara.sync(kStick1);
        world.rosa.sync(kStick1);
        world.rosa.add("seen " + name, "seen " + name);
        world.rosa.sync(kStick1);
    }
    world.remove_ref(kStick1, world.mara.ref(world.mara));
    world.adil.sync(kStick1);
    CHECK(world.adil.items() == 3);
    world.mara.restore(old);
    world.mara.add("another.jpg", "another");
    world.mara.sync(kStick2);
    if (with_restart) {
        world.adil.restart();
    }
    const RemoteReport report = world.adil.sync(kStick2);
    CHECK(has_finding(report.findings, FindingCode::kFork, "another history"));
    CHECK(world.adil.damage().empty());
}

TEST_CASE("an old state of a journal that is put back over a newer one is a rollback",
          "[exchange][sync][T15]") {
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    const auto old = world.refs(kStick1, {ref}).at(ref);
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick1);
    world.rosa.sync(kStick1);
    testing::move_ref(world, kStick1, ref, old);
    check_refused(world, FindingCode::kRollback, "now only from");
    CHECK(world.refs(kStick1, {ref}).at(ref) == old);
}

TEST_CASE("an old bundle committed again behind the newest one is refused and forgotten",
          "[exchange][sync][T15]") {
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    const auto stick = world.open(kStick1);
    stick->fetch({ref}, {});
    const ReadCommit commit = read_commit(*stick, stick->read_refs({ref}).at(ref));
    const auto bundle = stick->read(*commit.bundle, format::GitKind::kBlob, 1 << 20);
    const auto replayed = push(world, kStick1, ref, {*bundle, {}, {}});
    check_refused(world, FindingCode::kDamaged, "taken before", Named::kOnce);
    world.mara.add("one.jpg", "one");
    CHECK(world.mara.findings(kStick1) == Codes{FindingCode::kDamaged});
    CHECK(world.refs(kStick1, {ref}).at(ref) != replayed);
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.rosa.items() == 1);
    // Nothing of it stays behind: over another stick all goes on.
    CHECK(world.mara.findings(kStick2).empty());
    CHECK(world.rosa.findings(kStick2).empty());
    CHECK(world.rosa.items() == 1);
    CHECK(world.mara.damage().empty());
}

TEST_CASE("a journal whose commits leave some out isn't taken for the one that kua makes",
          "[exchange][sync][T15]") {
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    const auto old = world.refs(kStick1, {ref}).at(ref);
    HandMade made = hand_made(world, world.mara);
    push(world, kStick1, ref, carry(made, world.random));
    CHECK(world.rosa.findings(kStick1).empty());
    testing::push_behind(world, kStick1, ref, old, carry(made, world.random));
    const std::uint64_t entries = world.rosa.entries_of(world.mara);
    for (int time = 0; time < 2; ++time) {
        const RemoteReport report = world.rosa.sync(kStick1);
        CHECK(codes_of(report.findings) == Codes{FindingCode::kDamaged, FindingCode::kRollback});
        CHECK(has_finding(report.findings, FindingCode::kDamaged, "behind the one before it"));
        world.rosa.restart();
    }
    CHECK(world.rosa.entries_of(world.mara) == entries);
    CHECK(world.rosa.damage().empty());
    CHECK(world.rosa.findings(kStick2).empty());
}

TEST_CASE("entries by a reader are refused, receipts are not", "[exchange][sync][T17]") {
    ExchangeWorld world{Start::kStrangers};
    world.invite(world.mara, "reader", kStick1);
    world.settle(kStick1);
    const FolderCopy old = world.rosa.backup();
    CHECK(world.rosa.entries_of(world.mara) > 0);
    HandMade made = hand_made(world, world.mara);
    push(world, kStick1, made.ref, carry(made, world.random));
    check_refused_after_restore(world, old, FindingCode::kNotAllowed, "a reader may not");
}

TEST_CASE("a bundle by somebody who knows the keys and is no member is refused",
          "[exchange][sync][T13][T17]") {
    ExchangeWorld world{Start::kStrangers};
    world.invite(world.mara, "contributor", kStick1);
    world.settle(kStick1);
    // A grant of Rosa's that names Adil as an author, as one for a later roster may, and no entry.
    const auto card = world.adil.with_store(
        [](store::Store& store) { return evidence::load_identity(store.catalog()).card; });
    world.rosa.with_store([&](store::Store& store) {
        store::Transaction write{store.catalog()};
        evidence::add_author(write, world.case_id, card, /*is_owner=*/false);
        write.commit();
    });
    HandMade made = hand_made(world, world.mara);
    made.ref = world.rosa.ref(world.adil);
    made.identity = world.adil.with_store(
        [](store::Store& store) { return evidence::load_identity(store.catalog()); });
    made.head = {};
    made.manifest.author = world.adil.fingerprint;
    push(world, kStick1, made.ref, carry(made, world.random));
    check_refused(world, FindingCode::kNotMember, "not a member");
}

TEST_CASE("what waits for the owner's journal comes in once that is there",
          "[exchange][sync][T15]") {
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world{Start::kStrangers};
    world.invite(world.mara, "contributor", kStick1);
    world.settle(kStick1);
    world.invite(world.adil, "contributor", kStick2);
    world.adil.add("one.jpg", "one");
    world.adil.sync(kStick2);
    // Only Adil's journal is on stick 2, where Mara learns of him by a grant's list of authors.
    world.mara.with_store([&](store::Store& store) {
        store::Transaction write{store.catalog()};
        evidence::add_author(write, world.case_id, world.adil.with_store([](store::Store& other) {
            return evidence::load_identity(other.catalog()).card;
        }),
                             /*is_owner=*/false);
        write.commit();
    });
    const std::string ref = world.adil.ref(world.adil);
    const std::string of_rosa = world.rosa.ref(world.rosa);
    const auto tip = world.refs(kStick2, {of_rosa}).at(of_rosa);
    world.remove_ref(kStick2, of_rosa);
    CHECK(has_finding(world.mara.sync(kStick2).findings, FindingCode::kGap, "waits for entries"));
    CHECK(world.mara.items() == 0);
    CHECK(world.mara.damage().empty());
    if (with_restart) {
        world.mara.restart();
    }
    testing::move_ref(world, kStick2, of_rosa, tip);
    CHECK(world.mara.findings(kStick2).empty());
    CHECK(world.mara.items() == 1);
    CHECK(world.mara.damage().empty());
}

// Found by the simulator: seed 626.
TEST_CASE("nobody waits for another history of somebody who is known to have two",
          "[exchange][sync][T15]") {
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    const testing::FolderCopy before = world.mara.backup();
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick1);
    world.rosa.sync(kStick1);  // has the first
    world.mara.restore(before);
    world.mara.add("two.jpg", "two");
    world.mara.sync(kStick2);
    world.adil.sync(kStick2);  // has the second, and says so
    world.adil.add("three.jpg", "three");
    world.mara.add("four.jpg", "four");
    world.mara.sync(kStick2);
    world.adil.sync(kStick2);
    world.adil.add("five.jpg", "five");
    CHECK(has_finding(world.adil.sync(kStick1).findings, FindingCode::kFork, "two journals"));
    if (with_restart) {
        world.rosa.restart();
    }
    const std::uint64_t of_mara = world.rosa.entries_of(world.mara);
    CHECK(has_finding(world.rosa.sync(kStick1).findings, FindingCode::kFork, "told two stories"));
    CHECK(world.rosa.entries_of(world.adil) == world.adil.entries_of(world.adil));
    CHECK(world.rosa.entries_of(world.mara) == of_mara);
    CHECK(world.rosa.items() == 3);
    CHECK(world.rosa.damage().empty());
}

TEST_CASE("an entry of a kind that this kua doesn't know is kept and passed on",
          "[exchange][sync]") {
    ExchangeWorld world;
    HandMade made = hand_made(world, world.mara);
    made.drafts = {{"dream.told", {{"about", "the sea"}}}};
    push(world, kStick1, made.ref, carry(made, world.random));
    CHECK(world.rosa.findings(kStick1) == Codes{FindingCode::kUnknownType});
    world.rosa.restart();
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.rosa.entries_of(world.mara) == made.head.size);
    world.rosa.sync(kStick2);
    CHECK(world.adil.findings(kStick2) == Codes{FindingCode::kUnknownType});
    CHECK(world.adil.entries_of(world.mara) == made.head.size);
    CHECK(world.refs(kStick1, {made.ref}) == world.refs(kStick2, {made.ref}));
    CHECK(world.rosa.damage().empty());
    CHECK(world.adil.damage().empty());
}

TEST_CASE("bytes altered on a stick are named and nothing of them is taken",
          "[exchange][sync][T11]") {
    ExchangeWorld world;
    world.mara.sync(kStick2);
    const std::uint64_t of_mara = world.rosa.entries_of(world.mara);
    world.mara.add("one.jpg", "one");
    const FolderCopy before = world.backup(kStick2);
    world.mara.sync(kStick2);
    const auto projection = world.rosa.projection();
    const FolderCopy good = world.backup(kStick2);
    const FolderCopy old_rosa = world.rosa.backup();
    for (const auto& [path, content] : good) {
        if (before.contains(path) || path.extension() != ".pack") {
            continue;
        }
        for (std::size_t at = 0; at < content.size(); at += content.size() / 9) {
            CAPTURE(path, at);
            world.restore(kStick2, good);
            world.files.flip_bit(path, at * 8 + 3);
            world.rosa.restore(old_rosa);
            const RemoteReport report = world.rosa.try_sync(kStick2);
            CHECK((report.failure.empty() || report.bundles_in == 0));
            if (report.bundles_in == 0) {
                CHECK(world.rosa.entries_of(world.mara) == of_mara);
                CHECK(world.rosa.projection() == projection);
            }
            CHECK(world.rosa.damage().empty());
            world.restore(kStick2, good);
            world.rosa.sync(kStick2);
            CHECK(world.rosa.items() == 1);
        }
    }
}

TEST_CASE("damage in this vault's own catalog is no finding about a remote",
          "[exchange][sync][T15]") {
    ExchangeWorld world;
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick1);
    world.rosa.with_store([](store::Store& store) {
        store::Transaction write{store.catalog()};
        write.run("UPDATE member SET card = 'no card' WHERE role <> 'owner'");
        write.commit();
    });
    const RemoteReport report = world.rosa.try_sync(kStick1);
    CHECK(report.findings.empty());
    CHECK(report.error == static_cast<int>(ErrorCode::kDamaged));
    CHECK(world.rosa->quarantined().empty());
}

TEST_CASE("a bundle copied to another author's journal is no bundle of theirs",
          "[exchange][sync][T13]") {
    ExchangeWorld world;
    const FolderCopy old = world.rosa.backup();
    HandMade made = hand_made(world, world.mara);
    const std::string of_adil = world.rosa.ref(world.adil);
    push(world, kStick1, of_adil, carry(made, world.random));
    check_refused_after_restore(world, old, FindingCode::kForged, "signature", Named::kOnce);
}

TEST_CASE("a remote is held to what it showed also where that was known already",
          "[exchange][sync][T15]") {
    ExchangeWorld world;
    world.settle(kStick1);
    world.settle(kStick2);
    const FolderCopy older = world.backup(kStick2);
    world.mara.add("new.jpg", "new");
    world.mara.sync(kStick1);
    world.mara.sync(kStick2);
    CHECK(world.rosa.sync(kStick1).items_in == 1);
    CHECK(world.rosa.findings(kStick2).empty());  // has nothing that Rosa doesn't
    world.restore(kStick2, older);
    // Mara's journal, and Rosa's own receipt for it.
    CHECK(world.rosa.findings(kStick2) == Codes{FindingCode::kRollback, FindingCode::kRollback});
}

}  // namespace
}  // namespace kua::exchange
