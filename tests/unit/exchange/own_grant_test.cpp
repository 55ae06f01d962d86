// The keys that an owner leaves for the own vault, should it be restored: whom they open anything
// for.
#include <algorithm>
#include <optional>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/exchange_world.h"
#include "vault/base/hex.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"
#include "vault/exchange/grant.h"
#include "vault/exchange/refs.h"

namespace kua::exchange {
namespace {

using testing::code_of;
using testing::ExchangeWorld;

// What Rosa's vault made for itself, and what opens it.
struct Kept {
    base::Bytes sealed;
    evidence::Identity own;
    evidence::CaseKeys keys;
    std::optional<format::AgeIdentity> restore_key;
};

Kept kept_by_rosa(ExchangeWorld& world) {
    return world.rosa.with_store([&](store::Store& store) {
        evidence::Identity own = evidence::load_identity(store.catalog());
        store::Rows rows = store.catalog().query(
            "SELECT sealed FROM grant_out WHERE recipient = ?1 ORDER BY place DESC LIMIT 1",
            base::decode_hex(own.card.fingerprint).value());
        REQUIRE(rows.next());
        base::Bytes sealed = base::copy_of(rows.blob(0));
        return Kept{std::move(sealed), std::move(own),
                    evidence::load_case_keys(store.catalog(), world.case_id),
                    evidence::load_restore_key(store.catalog(), world.case_id)};
    });
}

TEST_CASE("what an owner kept opens with the restore key alone", "[exchange][T16]") {
    ExchangeWorld world;
    world.remove(world.adil);
    world.remove(world.mara);
    const Kept kept = kept_by_rosa(world);
    REQUIRE(kept.keys.identities.size() == 3);
    const auto open = [&] { return open_own_grant(kept.sealed, kept.own.age, kept.own.card); };
    CHECK(open().grant.epochs.size() == 3);
    const Grant grant = open_identities(open(), kept.restore_key.value());
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(grant.epochs[i].identity.value().recipient() == grant.epochs[i].recipient);
        CHECK(kept.keys.identities[2 - i].recipient() == grant.epochs[i].recipient);
        // Those are with people who were removed, too.
        CHECK(code_of([&] { return open_identities(open(), kept.keys.identities[i]); }) ==
              ErrorCode::kWrongKey);
    }
}

TEST_CASE("a vault in which a case is sealed has no restore key of it", "[exchange][T16][T34]") {
    ExchangeWorld world;
    SealCaseOptions options;
    options.secret_to = "/sealed.key";
    options.contact = "Mara";
    options.unverified = true;
    const auto has_one = [&] {
        return world.rosa.with_store([&](store::Store& store) {
            return evidence::load_restore_key(store.catalog(), world.case_id).has_value();
        });
    };
    CHECK(has_one());
    world.rosa->seal_case(world.case_id, options);
    CHECK_FALSE(has_one());
    world.mara.close();
    CHECK(world.mara.with_store([&](store::Store& store) {
        return !evidence::load_restore_key(store.catalog(), world.case_id).has_value();
    }));
}

// No card tells where a vault leaves something for itself.
TEST_CASE("the own inbox can't be named by whoever has the card", "[exchange][T12]") {
    ExchangeWorld world;
    const evidence::Identity rosa = world.rosa.with_store(
        [](store::Store& store) { return evidence::load_identity(store.catalog()); });
    CHECK(own_inbox_ref(rosa) != inbox_ref(rosa.card.inbox, rosa.card.fingerprint));
    CHECK(own_inbox_ref(rosa).size() == 32);
}

TEST_CASE("what an owner kept is nobody else's grant, and altered it is none", "[exchange][T15]") {
    ExchangeWorld world;
    world.remove(world.adil);
    const Kept kept = kept_by_rosa(world);
    CHECK(code_of([&] {
              return open_grant(kept.sealed, kept.own.age, kept.own.card.fingerprint,
                                {kept.own.card.fingerprint, kept.own.card.signing_key});
          }) == ErrorCode::kDamaged);
    const evidence::Identity mara = world.mara.with_store(
        [](store::Store& store) { return evidence::load_identity(store.catalog()); });
    CHECK(code_of([&] { return open_own_grant(kept.sealed, mara.age, mara.card); }) ==
          ErrorCode::kWrongKey);
    CHECK(code_of([&] { return open_own_grant(kept.sealed, kept.own.age, mara.card); }) ==
          ErrorCode::kDamaged);
    for (std::size_t at = 100; at < kept.sealed.size(); at += kept.sealed.size() / 40) {
        base::Bytes altered = kept.sealed;
        altered[at] ^= std::byte{1};
        const auto code =
            code_of([&] { return open_own_grant(altered, kept.own.age, kept.own.card); });
        CHECK((code == ErrorCode::kDamaged || code == ErrorCode::kWrongKey));  // of its stanza
    }
}

// Whoever has the owner's vault and its passphrase must not find the key of a sealed case in it.
TEST_CASE("no grant that an owner keeps gives the owner's own key a case key", "[exchange][T34]") {
    ExchangeWorld world;
    world.remove(world.adil);
    world.rosa.with_store([](store::Store& store) {
        const evidence::Identity own = evidence::load_identity(store.catalog());
        store::Rows rows = store.catalog().query("SELECT sealed FROM grant_out");
        std::size_t for_others = 0;
        std::size_t for_self = 0;
        while (rows.next()) {
            try {
                OwnGrant grant = open_own_grant(rows.blob(0), own.age, own.card);
                ++for_self;
                CHECK(grant.grant.title.empty());
                CHECK(grant.grant.members.size() == 1);
                CHECK(std::ranges::none_of(grant.grant.epochs, [](const GrantedEpoch& epoch) {
                    return epoch.identity.has_value();
                }));
                CHECK(code_of([&] { return open_identities(std::move(grant), own.age); }) ==
                      ErrorCode::kWrongKey);
            } catch (const Error& error) {
                ++for_others;
                CHECK(error.code() == ErrorCode::kWrongKey);
            }
        }
        CHECK(for_others > 0);
        CHECK(for_self == 1);
        return 0;
    });
}

}  // namespace
}  // namespace kua::exchange
