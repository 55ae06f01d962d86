// What was carried unread, once the case is open: all of it is looked at, and all is named.
#include <catch2/catch_test_macros.hpp>

#include "kua/progress.h"
#include "tests/support/errors.h"
#include "tests/support/hand_made.h"
#include "tests/support/impatient.h"
#include "tests/unit/exchange/carried_world.h"
#include "vault/exchange/incoming.h"

namespace kua::exchange {
namespace {

using testing::carry;
using testing::code_of;
using testing::Codes;
using testing::codes_of;
using testing::ExchangeWorld;
using testing::hand_made;
using testing::HandMade;
using testing::Impatient;
using testing::kStick1;
using testing::push;

constexpr int kMuch = 40;

// Sealed to nobody of the case.
testing::Carried strange(ExchangeWorld& world) {
    HandMade made = hand_made(world, world.mara);
    made.recipient = format::AgeIdentity::generate(made.recipient.kind(), world.random).recipient();
    return carry(made, world.random);
}

TEST_CASE("much junk that was carried hides nothing that was found before it",
          "[exchange][sync][T14]") {
    ExchangeWorld world;
    testing::seal(world, world.adil);
    HandMade made = hand_made(world, world.mara);
    made.drafts = {{"dream.told", {{"about", "the sea"}}}};
    push(world, kStick1, made.ref, carry(made, world.random));
    for (int i = 0; i < kMuch; ++i) {
        push(world, kStick1, made.ref, strange(world));
    }
    CHECK(world.adil.findings(kStick1).empty());
    const UnsealCaseReport report = testing::unseal(world, world.adil);
    CHECK(codes_of(report.findings) == Codes{FindingCode::kWrongCase, FindingCode::kUnknownType});
    CHECK(world.adil.entries_of(world.mara) == made.head.size);
    CHECK(world.adil->status().carried_bundles == 0);
}

TEST_CASE("who takes in much that is nobody's can stop at any moment", "[exchange][sync][T14]") {
    constexpr int kPatience = kMuch + 10;
    ExchangeWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    for (int i = 0; i < kMuch; ++i) {
        push(world, kStick1, ref, strange(world));
    }
    world.rosa.with_store([&](store::Store& store) {
        const auto stick = world.open(kStick1);
        const auto tip = stick->read_refs({ref}).at(ref);
        stick->fetch({ref}, {});
        const Channel channel{world.case_id, world.mara.fingerprint, 1, ref};
        const auto identity = evidence::load_identity(store.catalog());
        const auto take = [&](Progress& progress) {
            return take_in(store, identity, *stick, kStick1, channel, tip,
                           {History::kWhole, PassOver::kAll}, progress);
        };
        Impatient impatient{kPatience};
        CHECK(code_of([&] { static_cast<void>(take(impatient)); }) == ErrorCode::kInterrupted);
        const TakenIn taken = take(no_progress());
        CHECK(taken.up_to_tip);
        CHECK_FALSE(taken.has_more);
    });
}

}  // namespace
}  // namespace kua::exchange
