// Somebody sends more than the disk has room for: only what they sent waits.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/exchange_world.h"

namespace kua::exchange {
namespace {

using testing::Codes;
using testing::codes_of;
using testing::ExchangeWorld;
using testing::has_finding;
using testing::kStick1;

constexpr std::size_t kMiB = std::size_t{1} << 20;

TEST_CASE("what there is no room for waits, and all else comes and goes", "[exchange][sync][T05]") {
    ExchangeWorld world;
    testing::SeededRandom random{5};
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick1);
    world.adil.add("long.mp4", base::text_of(random.bytes(16 * kMiB)));
    world.adil.sync(kStick1);
    world.rosa.add("two.jpg", "two");
    const auto of_adil = world.rosa.entries_of(world.adil);
    const std::string own = world.rosa.ref(world.rosa);
    const auto before = world.refs(kStick1, {own});
    world.files.set_capacity_bytes(world.files.used_bytes() + 8 * kMiB);

    for (int time = 0; time < 2; ++time) {
        const RemoteReport report = world.rosa.sync(kStick1);
        CHECK(codes_of(report.findings) == Codes{FindingCode::kGap});
        CHECK(has_finding(report.findings, FindingCode::kGap, "no room: it brings 17 MiB"));
        CHECK(world.rosa.entries_of(world.adil) == of_adil);
        CHECK(world.rosa.entries_of(world.mara) == world.mara.entries_of(world.mara));
        CHECK(world.rosa.items() == 2);
        CHECK(world.refs(kStick1, {own}) != before);
        world.rosa.restart();
    }
    CHECK(world.rosa->quarantined().empty());

    world.files.set_capacity_bytes(std::nullopt);
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.rosa.items() == 3);
    CHECK(world.rosa.damage().empty());
}

}  // namespace
}  // namespace kua::exchange
