// A case that is sealed here: what others wrote in it is carried, unread, from remote to remote,
// and taken in when the case is opened.
#include <functional>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/hand_made.h"
#include "tests/unit/exchange/carried_world.h"
#include "vault/exchange/carried_in.h"
#include "vault/exchange/carrier.h"

namespace kua::exchange {
namespace {

using testing::carried_by;
using testing::carried_folder;
using testing::Codes;
using testing::codes_of;
using testing::ExchangeWorld;
using testing::FolderCopy;
using testing::hand_made;
using testing::HandMade;
using testing::has_finding;
using testing::kStick1;
using testing::kStick2;
using testing::seal;
using testing::Start;
using testing::unseal;

bool lies_there(ExchangeWorld& world, const base::fs::path& folder) {
    return world.files.status(folder).has_value();
}

TEST_CASE("a courier whose case is sealed brings entries from one stick to another",
          "[exchange][sync]") {
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    seal(world, world.mara);
    world.rosa.add("one.jpg", std::string(30'000, '1'));
    world.rosa.sync(kStick1);
    world.rosa.add("two.jpg", std::string(50'000, '2'));
    world.rosa.sync(kStick1);
    const RemoteReport in = world.mara.sync(kStick1);
    CHECK(in.findings.empty());
    CHECK(in.bundles_in == 2);
    CHECK(in.bundles_carried == 2);
    CHECK(in.bytes_in > 80'000);
    CHECK(in.bundles_out == 0);
    CHECK(carried_by(world.mara) == 2);
    if (with_restart) {
        world.mara.restart();
    }
    CHECK(world.mara.sync(kStick1).bundles_in == 0);
    const RemoteReport out = world.mara.sync(kStick2);
    CHECK(out.findings.empty());
    CHECK(out.bundles_in == 0);
    CHECK(out.bundles_out > 2);  // all that was there before, and those two
    CHECK(world.mara.sync(kStick2).bundles_out == 0);
    const std::string ref = world.rosa.ref(world.rosa);
    CHECK(world.refs(kStick2, {ref}) == world.refs(kStick1, {ref}));

    CHECK(world.adil.findings(kStick2).empty());
    CHECK(world.adil.items() == 2);
    CHECK(world.adil.damage().empty());
    // What Adil answers is carried back.
    world.adil.add("three.jpg", "three");
    world.adil.sync(kStick2);
    CHECK(world.mara.sync(kStick2).bundles_carried >= 2);
    CHECK(world.mara.sync(kStick1).bundles_out >= 2);
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.rosa.items() == 3);
    CHECK(world.mara.damage().empty());
    world.mara.sync(kStick1);
    world.mara.sync(kStick2);
    CHECK(world.adil.findings(kStick2).empty());
    CHECK(world.rosa.projection() == world.adil.projection());
}

TEST_CASE("a depositor carries what can't be read there", "[exchange][sync]") {
    ExchangeWorld world{Start::kStrangers};
    world.invite(world.adil, "contributor", kStick1);
    world.rosa.sync(kStick1);
    world.invite(world.mara, "depositor", kStick1);
    world.rosa.add("one.jpg", "one");
    world.rosa.sync(kStick1);
    world.mara.add("two.jpg", "two");
    CHECK(world.mara.sync(kStick1).bundles_carried > 0);
    CHECK(world.mara.findings(kStick2).empty());
    world.adil.sync(kStick2);
    CHECK(world.adil.findings(kStick2).empty());
    CHECK(world.adil.items() == 2);
    CHECK(world.mara->find_case(world.case_id).sealed);
    CHECK(world.mara.damage().empty());
}

TEST_CASE("what was carried is taken in when the case is opened", "[exchange][sync]") {
    const bool with_own = GENERATE(false, true);
    ExchangeWorld world;
    seal(world, world.mara);
    world.rosa.add("one.jpg", std::string(30'000, '1'));
    world.rosa.sync(kStick1);
    world.adil.sync(kStick1);
    world.adil.add("two.jpg", "two");  // builds on Rosa's
    world.adil.sync(kStick1);
    if (with_own) {
        world.mara.add("three.jpg", "three");
    }
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(lies_there(world, carried_folder(world.mara, world.rosa)));
    const UnsealCaseReport report = unseal(world, world.mara);
    CHECK(report.findings.empty());
    CHECK(report.now.items == (with_own ? 3 : 2));
    CHECK(carried_by(world.mara) == 0);
    CHECK_FALSE(lies_there(world, carried_folder(world.mara, world.rosa)));
    CHECK_FALSE(lies_there(world, carried_folder(world.mara, world.adil)));
    CHECK(world.mara.damage().empty());
    // The others learn that it arrived, once.
    CHECK(world.mara.sync(kStick1).bundles_out > 0);
    CHECK(world.mara.sync(kStick1).bundles_out == 0);
    CHECK(world.rosa.findings(kStick1).empty());
    for (const MemberSummary& member : world.rosa->members(world.case_id)) {
        if (member.name == "Mara") {
            CHECK(member.holds >= world.mara.entries_of(world.rosa) - 1);
        }
    }
    world.settle(kStick1);
    CHECK(world.mara.projection() == world.rosa.projection());
    CHECK(world.mara.projection() == world.adil.projection());
}

TEST_CASE("a dry run counts what would be carried and carries nothing", "[exchange][sync]") {
    ExchangeWorld world;
    seal(world, world.mara);
    world.mara.sync(kStick2);
    world.rosa.add("one.jpg", "one");
    world.rosa.add("two.jpg", "two");
    world.rosa.sync(kStick1);
    const auto dry = [&](const std::string& stick) {
        const FolderCopy before = world.mara.backup();
        const FolderCopy stick_before = world.backup(stick);
        RemoteReport report =
            world.mara->sync({.remote = stick, .dry_run = true}, no_progress()).remotes.at(0);
        CHECK(world.mara.backup() == before);
        CHECK(world.backup(stick) == stick_before);
        return report;
    };
    const RemoteReport in = dry(kStick1);
    const RemoteReport really_in = world.mara.sync(kStick1);
    CHECK(in.bundles_in == 2);
    CHECK(in.bundles_carried == 2);
    CHECK(really_in.bundles_in == 2);
    const RemoteReport out = dry(kStick2);
    const RemoteReport really_out = world.mara.sync(kStick2);
    CHECK(out.bundles_out == really_out.bundles_out);
    CHECK(out.bundles_out == 2);
    CHECK(out.bytes_out == really_out.bytes_out);
}

TEST_CASE("a stick that shows less than was carried from it went back", "[exchange][sync][T15]") {
    const bool with_restart = GENERATE(false, true);
    const bool wholly = GENERATE(false, true);
    ExchangeWorld world;
    seal(world, world.mara);
    world.rosa.add("one.jpg", "one");
    world.rosa.sync(kStick1);
    const FolderCopy old = world.backup(kStick1);
    if (!wholly) {
        world.mara.sync(kStick1);
    }
    world.rosa.add("two.jpg", "two");
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    world.restore(kStick1, old);
    if (with_restart) {
        world.mara.restart();
    }
    for (int time = 0; time < 2; ++time) {
        const RemoteReport report = world.mara.sync(kStick1);
        CHECK(has_finding(report.findings, FindingCode::kRollback, "nothing was taken or sent"));
        CHECK(report.bundles_out == 0);
    }
    CHECK(world.backup(kStick1) == old);
    // The other stick gets it all the same.
    CHECK(world.mara.findings(kStick2).empty());
    world.adil.sync(kStick2);
    CHECK(world.adil.items() == 2);
}

TEST_CASE("a stick put back is found out also when what was carried is gone",
          "[exchange][sync][T15]") {
    ExchangeWorld world;
    seal(world, world.mara);
    world.rosa.add("one.jpg", "one");
    world.rosa.sync(kStick1);
    const FolderCopy old = world.backup(kStick1);
    world.rosa.add("two.jpg", "two");
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    put_back(world.files, carried_folder(world.mara, world.rosa), {});
    world.restore(kStick1, old);
    const RemoteReport report = world.mara.sync(kStick1);
    CHECK(has_finding(report.findings, FindingCode::kDamaged, "damaged or gone"));
    CHECK(has_finding(report.findings, FindingCode::kRollback, "it lacks what it had"));
    CHECK(report.bundles_in == 0);
    CHECK(carried_by(world.mara) == 0);
}

TEST_CASE("what is damaged while it is carried is named when it is opened, and comes again",
          "[exchange][sync][T20]") {
    const bool all_of_it = GENERATE(false, true);
    ExchangeWorld world;
    seal(world, world.mara);
    world.rosa.add("one.jpg", std::string(30'000, '1'));
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    const base::fs::path folder = carried_folder(world.mara, world.rosa);
    if (all_of_it) {
        put_back(world.files, folder, {});
    } else {
        world.files.flip_bit(first_pack(world, folder), 8 * 15'000);
    }
    const UnsealCaseReport report = unseal(world, world.mara);
    CHECK(codes_of(report.findings) == Codes{FindingCode::kDamaged});
    CHECK(report.now.items == 0);
    CHECK(carried_by(world.mara) == 0);
    CHECK_FALSE(lies_there(world, folder));
    CHECK(world.mara.damage().empty());
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(world.mara.items() == 1);
}

TEST_CASE("what is damaged while it is carried is not passed on, but carried again",
          "[exchange][sync][T20]") {
    ExchangeWorld world;
    seal(world, world.mara);
    world.rosa.add("one.jpg", std::string(30'000, '1'));
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    const base::fs::path folder = carried_folder(world.mara, world.rosa);
    const base::fs::path first = first_pack(world, folder);
    world.rosa.add("two.jpg", std::string(30'000, '2'));
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    for (const base::DirectoryEntry& entry : world.files.list(folder / "objects/pack")) {
        const base::fs::path pack = folder / "objects/pack" / entry.name;
        if (entry.name.ends_with(".pack") && pack != first) {
            world.files.flip_bit(pack, 8 * 15'000);
        }
    }
    const RemoteReport report = world.mara.sync(kStick2);
    CHECK(codes_of(report.findings) == Codes{FindingCode::kDamaged});
    CHECK(carried_by(world.mara) == 1);
    world.adil.sync(kStick2);
    CHECK(world.adil.items() == 1);
    CHECK(world.adil.damage().empty());
    CHECK(world.mara.sync(kStick1).bundles_carried == 1);
    CHECK(world.mara.findings(kStick2).empty());
    CHECK(world.adil.findings(kStick2).empty());
    CHECK(world.adil.items() == 2);
}

TEST_CASE("who can't read a forgery carries it; who can refuses it", "[exchange][sync][T14]") {
    ExchangeWorld world;
    seal(world, world.mara);
    HandMade made = hand_made(world, world.adil);
    made.tamper = [](journal::BundleContent& content) {
        content.manifest_signature = content.checkpoint_signature;
    };
    testing::push(world, kStick1, made.ref, testing::carry(made, world.random));
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(carried_by(world.mara) == 1);
    CHECK(world.mara.findings(kStick2).empty());
    CHECK(world.rosa.findings(kStick2) == Codes{FindingCode::kForged});
    const UnsealCaseReport report = unseal(world, world.mara);
    CHECK(codes_of(report.findings) == Codes{FindingCode::kForged});
    CHECK(carried_by(world.mara) == 0);
    REQUIRE(world.mara->quarantined().size() == 1);
    CHECK(world.mara->quarantined().front().remote == "carried");
    CHECK(world.mara->quarantined().front().code == "forged");
    CHECK(world.mara.damage().empty());
}

// What can be told without a key, each behind one bundle that is good.
struct Junk {
    const char* name;
    const char* text;
    std::function<void(testing::Carried&)> spoil;
};

std::vector<Junk> junk() {
    return {
        {"an object under another's name", "not the one that its name says",
         [](testing::Carried& one) { one.objects.at(0).digest.bytes[3] ^= std::byte{1}; }},
        {"a bundle in the clear", "sealed",
         [](testing::Carried& one) {
             one.bundle = base::copy_of(base::bytes_of("manifest.json and the rest"));
         }},
        {"an object in the clear", "sealed",
         [](testing::Carried& one) {
             one.contents.at(0) = base::copy_of(base::bytes_of("what is to be seen"));
             one.objects.at(0) = {{crypto::sha256(one.contents.at(0))}, one.contents.at(0).size()};
         }},
        {"an object of nothing", "missing or surplus", [](testing::Carried& one) {
             one.contents.at(0).clear();
             one.objects.at(0) = {{crypto::sha256(one.contents.at(0))}, 0};
         }}};
}

TEST_CASE("what can't be kua's is not carried, what came before it is", "[exchange][sync][T14]") {
    for (const Junk& one : junk()) {
        CAPTURE(one.name);
        ExchangeWorld world;
        seal(world, world.mara);
        HandMade made = hand_made(world, world.adil);
        testing::push(world, kStick1, made.ref, testing::carry(made, world.random));
        testing::bring_object(made, 1, world.random);
        testing::Carried bad = testing::carry(made, world.random);
        one.spoil(bad);
        testing::push(world, kStick1, made.ref, bad);
        for (int time = 0; time < 2; ++time) {
            const RemoteReport report = world.mara.sync(kStick1);
            CHECK(codes_of(report.findings) == Codes{FindingCode::kDamaged});
            CHECK(has_finding(report.findings, FindingCode::kDamaged, one.text));
            CHECK(report.bundles_carried == (time == 0 ? 1 : 0));
            world.mara.restart();
        }
        CHECK(carried_by(world.mara) == 1);
        CHECK(world.mara->quarantined().size() == 1);
        CHECK(world.mara.findings(kStick2).empty());
        CHECK(world.rosa.findings(kStick2).empty());
        CHECK(world.rosa.entries_of(world.adil) == made.head.size - 1);
    }
}

TEST_CASE("another journal in the place of a known one is not carried", "[exchange][sync][T15]") {
    ExchangeWorld world;
    seal(world, world.mara);
    HandMade made = hand_made(world, world.adil);
    testing::push_behind(world, kStick1, made.ref, std::nullopt,
                         testing::carry(made, world.random));
    const RemoteReport report = world.mara.sync(kStick1);
    CHECK(has_finding(report.findings, FindingCode::kDamaged, "doesn't continue what is known"));
    CHECK(report.bundles_in == 0);
    CHECK(carried_by(world.mara) == 0);
}

TEST_CASE("of two stories about a journal the second is not carried, and said to be one",
          "[exchange][sync][T16]") {
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    world.rosa.sync(kStick2);
    seal(world, world.mara);
    const FolderCopy old = world.adil.backup();
    world.adil.add("one.jpg", "one");
    world.adil.sync(kStick1);
    world.adil.restore(old);
    world.adil.add("two.jpg", "two");
    world.adil.sync(kStick2);
    CHECK(world.mara.findings(kStick1).empty());
    const std::uint64_t carried = carried_by(world.mara);
    if (with_restart) {
        world.mara.restart();
    }
    const std::string ref = world.adil.ref(world.adil);
    const auto shown = world.refs(kStick2, {ref});
    const RemoteReport report = world.mara.sync(kStick2);
    CHECK(has_finding(report.findings, FindingCode::kDamaged, "another story"));
    CHECK(report.bundles_in == 0);
    CHECK(carried_by(world.mara) == carried);
    CHECK(world.refs(kStick2, {ref}) == shown);
    CHECK(world.mara->quarantined().size() == 1);
    // Opened, one of the two is taken; the other is a fork then, found at the stick that has it.
    CHECK(unseal(world, world.mara).findings.empty());
    CHECK(has_finding(world.mara.sync(kStick2).findings, FindingCode::kFork, "two journals"));
    CHECK(world.mara.damage().empty());
}

TEST_CASE("what a member wrote after being removed is carried, and refused when it is opened",
          "[exchange][sync][T17]") {
    ExchangeWorld world;
    seal(world, world.mara);
    world.remove(world.adil);
    world.rosa.sync(kStick1);
    HandMade made = hand_made(world, world.adil);
    testing::push(world, kStick1, made.ref, testing::carry(made, world.random));
    CHECK(world.mara.findings(kStick1).empty());
    UnsealOptions options;
    options.remote = kStick1;
    options.case_name = world.case_id;
    const SealCaseOptions key{"/to", {}, {}, "Mara", /*unverified=*/true};
    world.rosa->write_case_key(world.case_id, key);
    options.secret_from = "/to";
    const UnsealCaseReport report = world.mara->unseal_case(options);
    CHECK(codes_of(report.findings) == Codes{FindingCode::kNotMember});
    CHECK(carried_by(world.mara) == 0);
    CHECK(world.mara.damage().empty());
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    CHECK(world.mara.entries_of(world.rosa) == world.rosa.entries_of(world.rosa));
}

TEST_CASE("a sealed vault that was restored is told that it has gone on elsewhere",
          "[exchange][sync][T62]") {
    ExchangeWorld world;
    seal(world, world.mara);
    const FolderCopy old = world.mara.backup();
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick1);
    world.mara.restore(old);
    const RemoteReport report = world.mara.sync(kStick1);
    CHECK(has_finding(report.findings, FindingCode::kGap, "this vault's own"));
    CHECK(report.bundles_out == 0);
    CHECK(world.mara->quarantined().empty());
    CHECK(unseal(world, world.mara).findings.empty());
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(world.mara.items() == 1);
    CHECK(world.mara.damage().empty());
}

TEST_CASE("one sync carries no more than half of the room that is free", "[exchange][sync]") {
    ExchangeWorld world;
    seal(world, world.mara);
    world.rosa.add("one.jpg", std::string(100'000, '1'));
    world.rosa.sync(kStick1);
    world.rosa.add("two.jpg", std::string(900'000, '2'));
    world.rosa.sync(kStick1);
    world.mara.close();
    world.files.set_capacity_bytes(world.files.used_bytes() + 1'200'000);
    const RemoteReport report = world.mara.sync(kStick1);
    CHECK(codes_of(report.findings) == Codes{FindingCode::kGap});
    CHECK(has_finding(report.findings, FindingCode::kGap, "half of the room"));
    CHECK(report.bundles_carried == 1);
    CHECK(carried_by(world.mara) == 1);
    world.files.set_capacity_bytes(std::nullopt);
    const RemoteReport rest = world.mara.sync(kStick1);
    CHECK(rest.findings.empty());
    CHECK(rest.bundles_carried == 1);
    CHECK(world.mara->quarantined().empty());
}

TEST_CASE("one sync carries so much and no more", "[exchange][sync]") {
    CarryLimit limit{std::uint64_t{1} << 50};
    CHECK(limit.take(CarryLimit::kMaxBytes - 1));
    CHECK(limit.allows_more());
    CHECK(limit.take(1));
    CHECK_FALSE(limit.allows_more());
    CHECK(limit.take(5));  // what was begun is ended

    CarryLimit of_commits{std::uint64_t{1} << 50};
    for (std::size_t i = 0; i < CarryLimit::kMaxCommits; ++i) {
        CHECK_FALSE(!of_commits.allows_more());
        of_commits.count_commit();
    }
    CHECK_FALSE(of_commits.allows_more());

    CarryLimit of_room{1000};
    CHECK(of_room.take(500));
    CHECK_FALSE(of_room.take(1));
    CHECK(of_room.take(0));
}

TEST_CASE("a bundle whose end isn't there yet is carried when it is", "[exchange][sync][T20]") {
    ExchangeWorld world;
    seal(world, world.mara);
    world.rosa.add("one.jpg", "one");
    world.rosa.sync(kStick1);
    const std::string ref = world.rosa.ref(world.rosa);
    world.rosa.add("two.mp4", std::string(20'000'000, '2'));
    world.rosa.sync(kStick1);
    const format::GitId whole = world.refs(kStick1, {ref}).at(ref);
    const auto stick = world.open(kStick1);
    stick->fetch({ref}, {});
    const format::GitId part = *read_commit(*stick, whole).parent;
    testing::move_ref(world, kStick1, ref, part);
    const RemoteReport first = world.mara.sync(kStick1);
    CHECK(codes_of(first.findings) == Codes{FindingCode::kGap});
    CHECK(first.bundles_carried == 1);
    testing::move_ref(world, kStick1, ref, whole);
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(carried_by(world.mara) == 2);
    // A stick that was pulled in the middle of passing it on gets the rest.
    world.mara.sync(kStick2);
    testing::move_ref(world, kStick2, ref, part);
    world.mara->remove_remote(kStick2);
    RemoteRequest again;
    again.name = kStick2;
    again.address = "/" + kStick2;
    world.mara->add_remote(again);
    CHECK(world.mara.sync(kStick2).bundles_out == 1);
    CHECK(world.refs(kStick2, {ref}).at(ref) == whole);
    world.adil.sync(kStick2);
    CHECK(world.adil.items() == 2);
}

}  // namespace
}  // namespace kua::exchange
