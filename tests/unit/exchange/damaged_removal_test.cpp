// A removal that sets entries aside, in a vault where somebody's bundle can't be read any more: the
// catalog then has the only readable copy of what was in it.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/exchange_world.h"
#include "vault/base/hex.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::exchange {
namespace {

using testing::Codes;
using testing::codes_of;
using testing::ExchangeWorld;
using testing::kStick1;
using testing::Person;

// Adil's item comes before his removal counts, Mara's is to stay.
struct SharedItems {
    SharedItems() {
        world.mara.add("mara.jpg", "by Mara");
        world.adil.add("adil.jpg", "by Adil");
        world.settle(kStick1);
    }

    // The last bundle of Mara's in that vault.
    void damage_mara_in(Person& person) {
        person.with_store([&](store::Store& store) {
            store::Transaction write{store.catalog()};
            write.run(
                "UPDATE bundle SET sealed = zeroblob(length(sealed)) WHERE author = ?1 AND first ="
                " (SELECT first FROM bundle AS one JOIN item ON item.author = one.author"
                " WHERE one.author = ?1 ORDER BY first LIMIT 1 OFFSET 1)",
                base::decode_hex(world.mara.fingerprint).value());
            write.commit();
            return 0;
        });
    }

    ExchangeWorld world;
};

TEST_CASE("a removal in a damaged vault erases nothing that was readable", "[exchange][T15]") {
    SharedItems shared;
    ExchangeWorld& world = shared.world;
    shared.damage_mara_in(world.rosa);
    const ExposureReport report = world.remove(world.adil, 1);
    CHECK(report.set_aside > 0);
    CHECK(codes_of(report.findings) == Codes{FindingCode::kDamaged});
    CHECK(world.rosa.items() == 2);
    CHECK(world.rosa->members(world.case_id).size() == 3);
}

TEST_CASE("a removal that comes to a damaged vault erases nothing that was readable",
          "[exchange][T15]") {
    SharedItems shared;
    ExchangeWorld& world = shared.world;
    CHECK(world.remove(world.adil, 1).findings.empty());
    CHECK(world.rosa.items() == 1);
    world.rosa.sync(kStick1);
    shared.damage_mara_in(world.mara);
    CHECK(world.mara.findings(kStick1) == Codes{FindingCode::kDamaged});
    CHECK(world.mara.items() == 2);
}

}  // namespace
}  // namespace kua::exchange
