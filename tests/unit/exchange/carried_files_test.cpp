// What is carried of a sealed case goes by files, too.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/unit/exchange/carried_world.h"

namespace kua::exchange {
namespace {

using testing::carried_by;
using testing::carried_folder;
using testing::ExchangeWorld;
using testing::first_pack;
using testing::has_finding;
using testing::kStick1;
using testing::kStick2;
using testing::Person;
using testing::seal;

SendReport send(ExchangeWorld& world, Person& who, const std::string& to, std::uint64_t max_bytes) {
    return who->send({.to = to,
                      .case_name = world.case_id,
                      .max_bytes = max_bytes,
                      .everything = GENERATE(false, true)},
                     no_progress());
}

TEST_CASE("a sealed case sends what is carried of it in files", "[exchange][send]") {
    ExchangeWorld world;
    const bool is_large = GENERATE(false, true);
    seal(world, world.mara);
    world.mara.add("hers.jpg", "of Mara");
    world.rosa.add("one.jpg", std::string(is_large ? 30'000'000 : 300, '1'));
    world.rosa.add("two.jpg", "two");
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    REQUIRE(carried_by(world.mara) == 2);
    const SendReport sent = send(world, world.mara, "/of Mara", std::uint64_t{25} << 20);
    CHECK(sent.sealed);
    CHECK(sent.bundles_carried == 2);
    CHECK(sent.findings.empty());
    CHECK((sent.files.size() > 1) == is_large);
    const SyncReport taken = world.adil->take(sent.files, no_progress());
    CHECK(taken.remotes.at(0).findings.empty());
    CHECK(world.adil.items() == 3);
    CHECK(world.adil.damage().empty());
    CHECK(carried_by(world.mara) == 2);
}

TEST_CASE("what is damaged of what is carried is named when a file is written",
          "[exchange][send]") {
    ExchangeWorld world;
    seal(world, world.mara);
    world.rosa.add("one.jpg", std::string(30'000, '1'));
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    const base::fs::path pack = first_pack(world, carried_folder(world.mara, world.rosa));
    world.files.flip_bit(pack, 20'000 * 8);
    const SendReport sent = send(world, world.mara, "/of Mara", std::uint64_t{25} << 20);
    CHECK(has_finding(sent.findings, FindingCode::kDamaged, "the next sync"));
    CHECK(sent.bundles_carried == 0);
    CHECK(world.mara.sync(kStick1).bundles_carried == 1);
}

}  // namespace
}  // namespace kua::exchange
