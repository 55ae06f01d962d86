// A vault that finds commits of its own at a remote, which it never noted, makes them anew to know
// them. What anybody can put there costs it no more than that is worth.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/fault_filesystem.h"
#include "tests/support/hand_made.h"

namespace kua::exchange {
namespace {

using testing::Codes;
using testing::codes_of;
using testing::ExchangeWorld;
using testing::kStick1;

// What the vault asks of its disk at a sync with a stick where somebody began Mara's journal anew.
std::uint64_t calls_with(int bundles) {
    ExchangeWorld world;
    testing::SeededRandom random{7};
    for (int i = 0; i < bundles; ++i) {
        world.mara.add(std::to_string(i) + ".jpg", base::text_of(random.bytes(300'000)));
    }
    world.mara.sync(kStick1);
    CHECK(world.rosa.findings(kStick1).empty());
    testing::push_unfinished(world, kStick1, world.rosa.ref(world.mara), std::nullopt);
    testing::FaultFileSystem counted{world.files};
    world.rosa.restart(&counted);
    const std::uint64_t before = counted.calls();
    const RemoteReport report = world.rosa.sync(kStick1);
    const std::uint64_t calls = counted.calls() - before;
    CHECK(codes_of(report.findings) == Codes{FindingCode::kRollback, FindingCode::kGap});
    world.rosa.close();
    return calls;
}

TEST_CASE("a beginning that nobody wrote makes a vault read none of its evidence",
          "[exchange][sync][T15]") {
    const std::uint64_t few = calls_with(2);
    const std::uint64_t many = calls_with(30);
    CHECK(many < few + few / 4);
}

}  // namespace
}  // namespace kua::exchange
