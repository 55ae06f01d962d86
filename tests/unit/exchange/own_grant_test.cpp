// The keys that an owner leaves for the own vault, should it be restored: whom they open anything
// for.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/exchange_world.h"
#include "vault/base/hex.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"
#include "vault/exchange/grant.h"

namespace kua::exchange {
namespace {

using testing::code_of;
using testing::ExchangeWorld;

// What Rosa's vault made for itself, and what opens it.
struct Kept {
    base::Bytes sealed;
    evidence::Identity own;
    evidence::CaseKeys keys;
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
                    evidence::load_case_keys(store.catalog(), world.case_id)};
    });
}

TEST_CASE("a case key of any epoch before opens what an owner kept, the newest too",
          "[exchange][T16]") {
    ExchangeWorld world;
    world.remove(world.adil);
    world.remove(world.mara);
    const Kept kept = kept_by_rosa(world);
    REQUIRE(kept.keys.identities.size() == 3);
    for (const std::size_t newer : {1U, 2U}) {
        OwnGrant own = open_own_grant(kept.sealed, kept.own.age, kept.own.card);
        CHECK(own.grant.epochs.size() == 3);
        const Grant grant =
            open_identities(std::move(own), std::span{&kept.keys.identities[newer], 1});
        for (std::size_t i = 0; i < 3; ++i) {
            CHECK(grant.epochs[i].identity.value().recipient() == grant.epochs[i].recipient);
            CHECK(kept.keys.identities[2 - i].recipient() == grant.epochs[i].recipient);
        }
    }
    // Whoever has those has it anyway.
    CHECK(code_of([&] {
              return open_identities(open_own_grant(kept.sealed, kept.own.age, kept.own.card),
                                     std::span{kept.keys.identities.data(), 1});
          }) == ErrorCode::kWrongKey);
}

TEST_CASE("what an owner kept is nobody else's grant, and altered it is none", "[exchange][T15]") {
    ExchangeWorld world;
    world.remove(world.adil);
    const Kept kept = kept_by_rosa(world);
    CHECK(code_of([&] {
              return open_grant(kept.sealed, kept.own.age, kept.own.card.fingerprint,
                                kept.own.card);
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
                CHECK(code_of([&] {
                          return open_identities(std::move(grant), std::span{&own.age, 1});
                      }) == ErrorCode::kWrongKey);
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
