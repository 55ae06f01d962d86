// A courier's device or stick that fails, or loses power, while something is carried or taken in.
#include <cerrno>
#include <functional>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/crash_replay.h"
#include "tests/support/effort.h"
#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/unit/exchange/carried_world.h"

namespace kua::exchange {
namespace {

using testing::carried_by;
using testing::ExchangeWorld;
using testing::Fault;
using testing::FaultFileSystem;
using testing::kStick1;
using testing::kStick2;
using testing::MemoryTree;
using testing::Person;
using testing::seal;

// What Mara does, from the moment when stick 1 has Rosa's and Adil's for her, and she has one for
// both: takes it along, passes it on, opens the case.
enum class Step : std::uint8_t { kCarry, kPassOn, kOpen };

struct Prepared {
    explicit Prepared(Step step) {
        seal(world, world.mara);
        world.mara.sync(kStick2);
        world.rosa.add("one.jpg", std::string(30'000, '1'));
        world.rosa.sync(kStick1);
        world.adil.sync(kStick1);
        world.adil.add("two.jpg", std::string(30'000, '2'));
        world.adil.sync(kStick1);
        world.mara.add("three.jpg", std::string(30'000, '3'));
        SealCaseOptions key;
        key.secret_to = "/to-mara.key";
        key.contact = "Mara";
        key.unverified = true;
        world.rosa->write_case_key(world.case_id, key);
        if (step != Step::kCarry) {
            world.mara.sync(kStick1);
        }
        for (Person* person : world.people()) {
            person->close();
        }
        tree = world.files.tree();
    }
    ExchangeWorld world;
    MemoryTree tree;
};

const Prepared& prepared(Step step) {
    static const Prepared carry{Step::kCarry};
    static const Prepared pass_on{Step::kPassOn};
    return step == Step::kCarry ? carry : pass_on;
}

UnsealCaseReport unseal(ExchangeWorld& world) {
    UnsealOptions options;
    options.secret_from = "/to-mara.key";
    return world.mara->unseal_case(options);
}

void take_step(ExchangeWorld& world, Step step) {
    switch (step) {
        case Step::kCarry:
            world.mara.try_sync(kStick1);
            return;
        case Step::kPassOn:
            world.mara.try_sync(kStick2);
            return;
        case Step::kOpen:
            unseal(world);
            return;
    }
}

// The vault is whole, and what was begun completes: the other stick has all of it, and the vault
// too, once it is open.
void check_after(ExchangeWorld& world) {
    CHECK(world.mara.damage().empty());
    const bool was_open = !world.mara->find_case(world.case_id).sealed;
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(world.mara.findings(kStick2).empty());
    if (!was_open) {
        CHECK(carried_by(world.mara) > 0);
        CHECK(unseal(world).findings.empty());
    }
    CHECK(carried_by(world.mara) == 0);
    CHECK(world.mara.items() == 3);
    CHECK(world.mara.findings(kStick2).empty());
    CHECK(world.adil.findings(kStick2).empty());
    CHECK(world.rosa.findings(kStick2).empty());
    CHECK(world.rosa.items() == 3);
    world.settle(kStick2);
    CHECK(world.mara.projection() == world.rosa.projection());
    CHECK(world.mara.damage().empty());
}

std::uint64_t changing_calls(Step step) {
    ExchangeWorld world{prepared(step).world, prepared(step).tree, 5};
    FaultFileSystem counting{world.files};
    world.mara.restart(&counting);
    const std::uint64_t before = counting.changing_calls();
    take_step(world, step);
    const std::uint64_t calls = counting.changing_calls() - before;
    world.mara.close();
    return calls;
}

TEST_CASE("a courier's sync or opening that fails at any write leaves the vault whole",
          "[exchange][sync][T20]") {
    const Step step = GENERATE(Step::kCarry, Step::kPassOn, Step::kOpen);
    const bool for_ever = GENERATE(false, true);
    const std::uint64_t total = changing_calls(step);
    CHECK(total > 30);
    // One in 51 of the calls that write, other ones each time.
    const std::uint64_t stride = 51 * testing::stride(11, "calls");
    for (std::uint64_t n = for_ever ? 1U : 12U; n <= total; n += stride) {
        CAPTURE(n, for_ever, static_cast<int>(step));
        ExchangeWorld world{prepared(step).world, prepared(step).tree, 5};
        {
            FaultFileSystem faulty{world.files};
            world.mara.restart(&faulty);
            faulty.fail({.at = n,
                         .error = EROFS,
                         .for_ever = for_ever,
                         .effect = n % 2 == 0 ? Fault::Effect::kHalf : Fault::Effect::kWhole});
            const auto code = testing::code_of([&] { take_step(world, step); });
            CHECK((!code || code == ErrorCode::kStorage));
            world.mara.close();
        }
        check_after(world);
    }
}

TEST_CASE("a power cut while something is carried or opened leaves the vault whole",
          "[exchange][sync][T20]") {
    const Step step = GENERATE(Step::kCarry, Step::kPassOn, Step::kOpen);
    testing::Trace trace;
    {
        ExchangeWorld world{prepared(step).world, prepared(step).tree, 5};
        FaultFileSystem recording{world.files};
        world.mara.restart(&recording);
        recording.start_recording();
        take_step(world, step);
        world.mara.close();
        trace = recording.recorded();
    }
    testing::CrashReplay replay{prepared(step).tree, trace};
    // One in 51 of the moments, each with another of the ways to lose what wasn't synced.
    const std::uint64_t stride = 51 * testing::stride(11, "moments");
    std::size_t turn = static_cast<std::size_t>(step);
    for (std::size_t at = 0; at <= replay.steps(); at += stride) {
        const auto choices = testing::crash_choices(at);
        const testing::CrashChoice& choice = choices.at(turn++ % choices.size());
        CAPTURE(at, choice.text(), static_cast<int>(step));
        const auto files = replay.files_after(at, choice);
        ExchangeWorld world{prepared(step).world, files->tree(), 6};
        check_after(world);
    }
}

}  // namespace
}  // namespace kua::exchange
