// Who is known to have what, before and after things travel.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/exchange_world.h"
#include "tests/support/test_vault.h"

namespace kua::exchange {
namespace {

using testing::ExchangeWorld;
using testing::kStick1;
using testing::Person;

CaseHolding holding_of(ExchangeWorld& world, Person& who) {
    for (CaseHolding& one : who->status().holdings) {
        if (one.case_id == world.case_id) {
            return one;
        }
    }
    return {};
}

std::uint64_t known_with(const CaseHolding& holding, const std::string& name) {
    for (const CaseHolding::Member& member : holding.members) {
        if (member.name == name) {
            return member.originals;
        }
    }
    return 1'000'000;
}

TEST_CASE("status tells what exists only here, and who is known to have the rest",
          "[exchange][sync]") {
    ExchangeWorld world;
    CHECK(holding_of(world, world.rosa).originals == 0);
    const std::string item = world.rosa.add("one.jpg", "one");
    world.rosa.add("two.jpg", "two");
    CaseHolding holding = holding_of(world, world.rosa);
    CHECK(holding.originals == 2);
    CHECK(holding.only_here == 2);
    CHECK(known_with(holding, "Mara") == 0);
    CHECK(world.rosa->show(item, world.case_id).holders.empty());

    world.rosa.sync(kStick1);
    CHECK(holding_of(world, world.rosa).only_here == 2);  // a stick has signed nothing
    world.mara.sync(kStick1);
    CHECK(holding_of(world, world.mara).only_here == 0);  // Rosa has what she brought
    CHECK(known_with(holding_of(world, world.mara), "Rosa") == 2);
    CHECK(known_with(holding_of(world, world.mara), "Adil") == 0);
    world.rosa.sync(kStick1);
    holding = holding_of(world, world.rosa);
    CHECK(holding.only_here == 0);
    CHECK(known_with(holding, "Mara") == 2);
    CHECK(known_with(holding, "Adil") == 0);
    CHECK(holding.members.at(0).own_entries == holding.own_entries);
    CHECK(world.rosa->show(item, world.case_id).holders == std::vector<std::string>{"Mara"});

    // What somebody brought who belongs to the case no more is only where it is now.
    world.adil.sync(kStick1);
    world.adil.add("three.jpg", "three");
    world.adil.sync(kStick1);
    world.rosa.sync(kStick1);
    CHECK(holding_of(world, world.rosa).originals == 3);
    CHECK(holding_of(world, world.rosa).only_here == 0);
    world.remove(world.adil);
    CHECK(holding_of(world, world.rosa).only_here == 1);
}

}  // namespace
}  // namespace kua::exchange
