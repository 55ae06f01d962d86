// New keys of a case reach members who meet its owner only through other members.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/hand_made.h"
#include "tests/support/test_vault.h"
#include "tests/unit/exchange/carried_world.h"
#include "vault/crypto/keys.h"
#include "vault/exchange/carried_grants.h"
#include "vault/exchange/contacts.h"
#include "vault/format/card.h"
#include "vault/journal/ids.h"

namespace kua::exchange {
namespace {

using testing::ExchangeWorld;
using testing::kStick1;
using testing::kStick2;
using testing::Person;
using testing::push_grant;
using testing::seal;

// Rosa's case has a fourth member, who is removed once all know of it.
struct WorldWithDora : ExchangeWorld {
    WorldWithDora() {
        const auto root = crypto::IdentityRoot::generate(random);
        files.add_file("/cards/Dora", base::bytes_of(format::make_card("Dora", root, random).text));
        rosa->add_contact("/cards/Dora");
        rosa->add_member(
            {.contact = "Dora", .role = "reader", .case_name = case_id, .unverified = true});
        settle(kStick1);
    }
    void remove_dora() {
        rosa->remove_member({.member = "Dora", .case_name = case_id, .last_entry = std::nullopt});
    }
};

// What `who` adds is sealed with the keys of that epoch.
std::int64_t epoch_of_next(ExchangeWorld& world, Person& who) {
    who.add("next.jpg", "next of " + who.name);
    return who.catalog()
        .query_integer(
            "SELECT epoch FROM bundle WHERE case_id = ?1 AND author = ?2"
            " ORDER BY first DESC LIMIT 1",
            journal::blob_of(world.case_id), journal::blob_of(who.fingerprint))
        .value_or(0);
}

TEST_CASE("new keys reach who syncs only with another member's stick", "[exchange][sync]") {
    WorldWithDora world;
    world.remove_dora();
    world.rosa.sync(kStick1);
    CHECK(world.mara.sync(kStick1).grants_carried > 0);
    CHECK(world.mara.sync(kStick2).grants_out > 0);
    world.adil.sync(kStick2);
    CHECK(epoch_of_next(world, world.adil) == 2);
    CHECK(world.adil.findings(kStick2).empty());
    world.mara.sync(kStick2);
    CHECK(world.mara.items() == 1);
    // All is where it was before, so nothing more goes.
    CHECK(world.mara.sync(kStick2).grants_out == 0);
    CHECK(world.mara.sync(kStick1).grants_carried == 0);
    // The commits are the owner's own, so she finds nothing strange there.
    CHECK(world.rosa.findings(kStick2).empty());
}

TEST_CASE("new keys reach who gets files only, from another member", "[exchange][send]") {
    WorldWithDora world;
    const bool by_stick = GENERATE(true, false);
    const bool everything = GENERATE(true, false);
    const auto send = [&](Person& from, const std::string& to) {
        from->send({.to = to,
                    .case_name = world.case_id,
                    .max_bytes = std::uint64_t{95} << 20,
                    .everything = everything},
                   no_progress());
    };
    world.remove_dora();
    if (by_stick) {
        world.rosa.sync(kStick1);
        world.mara.sync(kStick1);
    } else {
        send(world.rosa, "/of Rosa");
        world.mara->take({"/of Rosa"}, no_progress());
    }
    send(world.mara, "/of Mara");
    world.adil->take({"/of Mara"}, no_progress());
    CHECK(epoch_of_next(world, world.adil) == 2);
}

TEST_CASE("a sealed case carries new keys for the others, too", "[exchange][sync]") {
    WorldWithDora world;
    world.mara.sync(kStick1);
    seal(world, world.mara);
    const bool is_reopened = GENERATE(false, true);
    world.remove_dora();
    world.rosa.sync(kStick1);
    if (is_reopened) {
        world.mara.restart();
    }
    world.mara.sync(kStick1);
    world.mara.sync(kStick2);
    world.adil.sync(kStick2);
    CHECK(epoch_of_next(world, world.adil) == 2);
}

TEST_CASE("who accepts a case carries keys for those the invitation tells of", "[exchange][sync]") {
    WorldWithDora world;
    const std::string ref = world.mara.with_store([&](store::Store& store) {
        const evidence::Identity own = evidence::load_identity(store.catalog());
        return inbox_ref(own.card.inbox, world.rosa.fingerprint);
    });
    const auto others = list_other_inboxes(world.adil.catalog(), world.case_id);
    CHECK(others.size() == 2);
    CHECK(std::ranges::find(others, ref) != others.end());
    world.remove_dora();
    world.settle(kStick1);
    CHECK(list_other_inboxes(world.adil.catalog(), world.case_id) == std::vector{ref});
    CHECK(list_other_inboxes(world.rosa.catalog()).empty());
}

TEST_CASE("junk in another member's inbox keeps no carried key back", "[exchange][sync][T15]") {
    WorldWithDora world;
    const bool is_behind = GENERATE(false, true);
    const auto leave_junk = [&] {
        push_grant(world, kStick2, world.rosa, world.adil, base::bytes_of("no age file"));
    };
    world.remove_dora();
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    if (!is_behind) {
        leave_junk();
    }
    world.mara.sync(kStick2);
    if (is_behind) {
        leave_junk();
    }
    world.mara.sync(kStick2);
    CHECK(world.mara.sync(kStick2).grants_out == 0);
    world.adil.sync(kStick2);
    CHECK(epoch_of_next(world, world.adil) == 2);
}

TEST_CASE("two couriers with the same keys in another order come to an end",
          "[exchange][sync][T15]") {
    WorldWithDora world;
    world.remove_dora();
    world.rosa.sync(kStick1);
    const std::string of_adil = world.adil.with_store([&](store::Store& store) {
        const evidence::Identity own = evidence::load_identity(store.catalog());
        return inbox_ref(own.card.inbox, world.rosa.fingerprint);
    });
    push_grant(world, kStick2, world.rosa, world.adil,
               testing::newest_grant(world.rosa, world.adil));
    world.mara.sync(kStick2);
    std::map<std::string, format::GitId> before;
    for (int round = 0; round < 3; ++round) {
        world.mara.sync(kStick1);
        world.mara.sync(kStick2);
        before = world.refs(kStick2, {of_adil});
    }
    world.mara.sync(kStick1);
    world.mara.sync(kStick2);
    CHECK(world.refs(kStick2, {of_adil}) == before);
    CHECK(world.adil.findings(kStick1).empty());
    CHECK(world.adil.findings(kStick2).empty());
}

TEST_CASE("what is kept for another member is bounded, and the newest stays",
          "[exchange][sync][T15]") {
    WorldWithDora world;
    // An age file as far as anybody can tell who has no key to it.
    base::Bytes sealed = testing::newest_grant(world.rosa, world.adil);
    sealed.resize(std::size_t{900} << 10);
    for (int i = 0; i < 10; ++i) {
        sealed.back() = static_cast<std::byte>(i + 1);
        push_grant(world, kStick2, world.rosa, world.adil, sealed);
    }
    world.remove_dora();
    world.rosa.sync(kStick1);
    world.mara.sync(kStick2);
    world.mara.sync(kStick1);
    const auto kept =
        world.mara.catalog().query_integer("SELECT SUM(length(sealed)) FROM grant_for_other");
    CHECK(kept.value_or(0) <= static_cast<std::int64_t>(kMaxBytesForOther));
    world.add_stick("stick3");
    world.mara.sync("stick3");
    world.adil.sync("stick3");
    CHECK(epoch_of_next(world, world.adil) == 2);
}

TEST_CASE("couriers between sticks with more than is kept come to an end",
          "[exchange][sync][T15]") {
    WorldWithDora world;
    base::Bytes sealed = testing::newest_grant(world.rosa, world.adil);
    sealed.resize(std::size_t{900} << 10);
    for (int i = 0; i < 12; ++i) {
        sealed.back() = static_cast<std::byte>(i + 1);
        push_grant(world, i < 6 ? kStick1 : kStick2, world.rosa, world.adil, sealed);
    }
    // Too large to be one of a case that anybody has.
    sealed.resize(kMaxCarriedGrantBytes + 1);
    push_grant(world, kStick1, world.rosa, world.adil, sealed);
    std::uint64_t moved = 1;
    for (int round = 0; round < 8 && moved > 0; ++round) {
        moved = 0;
        for (const std::string& stick : {kStick1, kStick2}) {
            const RemoteReport report = world.mara.sync(stick);
            moved += report.grants_out + report.grants_carried;
        }
    }
    CHECK(moved == 0);
    CHECK(world.mara.catalog().query_integer("SELECT COUNT(*) FROM grant_for_other"
                                             " WHERE length(sealed) > 1048576") == 0);
}

TEST_CASE("carried keys count for how much goes at once, as into one file", "[exchange][send]") {
    ExchangeWorld world;
    const auto stick = world.open(kStick1);
    const std::string ref = "00112233445566778899aabbccddeeff";
    const std::vector<PendingGrant> grants = {
        {1, {}, testing::newest_grant(world.rosa, world.adil)}};
    world.mara.with_store([&](store::Store& store) {
        for (const bool is_much : {false, true}) {
            const std::uint64_t push_bytes = is_much ? 1 : std::uint64_t{1} << 30;
            Outgoing outgoing{store, *stick, kStick1, no_progress(), push_bytes};
            outgoing.send_grants(ref, std::nullopt, grants);
            CHECK(stick->read_refs({ref}).contains(ref) == is_much);
        }
    });
}

TEST_CASE("who removed the owner's card from the contacts still gets the keys of that case",
          "[exchange][sync]") {
    WorldWithDora world;
    const bool is_sealed = GENERATE(false, true);
    if (is_sealed) {
        seal(world, world.adil);
    }
    CHECK(world.adil->remove_contact("Rosa").owner_of ==
          std::vector<std::string>{is_sealed ? world.case_id.substr(0, 8) : "Case of Rosa"});
    world.remove_dora();
    CaseDraft draft;
    draft.title = "Another";
    world.rosa->add_member({.contact = "Adil",
                            .role = "reader",
                            .case_name = world.rosa->create_case(draft).id,
                            .unverified = true});
    world.rosa.sync(kStick1);
    CHECK(world.adil.findings(kStick1).empty());
    CHECK(world.adil->invitations().empty());  // of a stranger's
    CHECK(world.adil.catalog().query_integer("SELECT MAX(epoch) FROM case_key") == 2);
    world.adil->add_contact("/cards/Rosa");
    CHECK(world.adil->invitations().size() == 1);
}

}  // namespace
}  // namespace kua::exchange
