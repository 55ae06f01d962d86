// Who is out gets nothing new, and nothing new of theirs counts, in whatever order it is learnt.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/hand_made.h"
#include "vault/evidence/cases.h"
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
