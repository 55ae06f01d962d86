// A stick that is pulled, full or failing in the middle of a sync: the vault stays whole, the stick
// keeps its last complete state, and the next sync completes.
#include <algorithm>
#include <cerrno>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/crash_replay.h"
#include "tests/support/effort.h"
#include "tests/support/errors.h"
#include "tests/support/exchange_world.h"
#include "tests/support/fault_filesystem.h"
#include "vault/exchange/carrier.h"

namespace kua::exchange {
namespace {

using testing::CallKind;
using testing::ExchangeWorld;
using testing::Fault;
using testing::FaultFileSystem;
using testing::kStick1;
using testing::MemoryTree;
using testing::Person;

// Rosa has something for the stick, and the stick has something of Mara's for her, objects in both.
struct Loaded {
    Loaded() {
        world.rosa.add("one.jpg", std::string(30'000, '1'));
        world.mara.add("two.jpg", std::string(30'000, '2'));
        world.mara.sync(kStick1);
        for (Person* person : world.people()) {
            refs.push_back(world.rosa.ref(*person));
            entries.push_back(world.rosa.entries_of(*person));
            person->close();
        }
        tree = world.files.tree();
    }
    ExchangeWorld world;
    std::vector<std::string> refs;
    std::vector<std::uint64_t> entries;  // in Rosa's vault, of each person
    MemoryTree tree;
};

const Loaded& loaded() {
    static const Loaded one;
    return one;
}

// Every commit and blob that the refs reach is there and whole.
void check_stick(ExchangeWorld& world) {
    const auto stick = world.open(kStick1);
    const auto refs = stick->read_refs(loaded().refs);
    CHECK(refs.size() == loaded().refs.size());
    for (const auto& [ref, tip] : refs) {
        stick->fetch({ref}, {});
        std::optional<format::GitId> next = tip;
        while (next) {
            const ReadCommit commit = read_commit(*stick, *next);
            for (const auto& [part, blob] : commit.parts) {
                CHECK(stick->read(blob, format::GitKind::kBlob, kMaxPartBytes).has_value());
            }
            if (commit.bundle) {
                CHECK(stick->read(*commit.bundle, format::GitKind::kBlob, 1 << 20).has_value());
            }
            next = commit.parent;
        }
    }
}

// The vault is whole and not behind where it was, the stick reads, and what was begun completes.
void check_after_pull(ExchangeWorld& world) {
    CHECK(world.rosa.damage().empty());
    for (std::size_t i = 0; i < world.people().size(); ++i) {
        CHECK(world.rosa.entries_of(*world.people()[i]) >= loaded().entries[i]);
    }
    check_stick(world);
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.rosa.items() == 2);
    check_stick(world);
    CHECK(world.rosa.damage().empty());
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(world.mara.items() == 2);
    world.rosa.sync(kStick1);
    CHECK(world.mara.projection() == world.rosa.projection());
}

bool is_on_stick(const testing::Call& call) {
    return call.path.native().starts_with("/" + kStick1);
}

// How many calls of a sync change something.
std::uint64_t changing_calls(bool stick_only) {
    ExchangeWorld world{loaded().world, loaded().tree, 5};
    FaultFileSystem counting{world.files};
    std::uint64_t calls = 0;
    world.rosa.restart(&counting);
    counting.before_each_call([&](const testing::Call& call) {
        calls += call.changes() && (!stick_only || is_on_stick(call)) ? 1U : 0U;
    });
    world.rosa.sync(kStick1);
    world.rosa.close();
    return calls;
}

TEST_CASE("a sync whose stick fails at any write leaves vault and stick whole",
          "[exchange][sync][T20]") {
    const std::uint64_t total = changing_calls(/*stick_only=*/true);
    CHECK(total > 15);
    // All calls that write to the stick.
    const std::uint64_t step = testing::stride(11, "calls");
    for (std::uint64_t n = 1; n <= total; n += step) {
        CAPTURE(n);
        ExchangeWorld world{loaded().world, loaded().tree, 5};
        {
            FaultFileSystem faulty{world.files};
            world.rosa.restart(&faulty);
            std::uint64_t calls = 0;
            faulty.before_each_call([&](const testing::Call& call) {
                calls += call.changes() && is_on_stick(call) ? 1U : 0U;
                if (calls >= n && is_on_stick(call)) {  // gone for good
                    throw Error{ErrorCode::kStorage, "the stick was pulled"};
                }
            });
            CHECK(!world.rosa.try_sync(kStick1).failure.empty());
            world.rosa.close();
        }
        check_after_pull(world);
    }
}

TEST_CASE("a sync that fails at any write, to the vault or the stick, leaves both whole",
          "[exchange][sync][T20]") {
    const bool for_ever = GENERATE(false, true);
    const auto effect = GENERATE(Fault::Effect::kHalf, Fault::Effect::kWhole);
    const std::uint64_t total = changing_calls(/*stick_only=*/false);
    // One in 20 of the calls that write, other ones each time.
    const std::uint64_t step = 20 * testing::stride(11, "calls");
    const std::uint64_t from = (for_ever ? 1U : 6U) + (effect == Fault::Effect::kHalf ? 0U : 10U);
    for (std::uint64_t n = from; n <= total; n += step) {
        CAPTURE(n, for_ever);
        ExchangeWorld world{loaded().world, loaded().tree, 5};
        {
            FaultFileSystem faulty{world.files};
            world.rosa.restart(&faulty);
            faulty.fail({.at = n, .error = EROFS, .for_ever = for_ever, .effect = effect});
            const auto code = testing::code_of([&] { world.rosa.try_sync(kStick1); });
            CHECK((!code || code == ErrorCode::kStorage));
            world.rosa.close();
        }
        check_after_pull(world);
    }
}

TEST_CASE("a power cut at any moment of a sync leaves vault and stick whole",
          "[exchange][sync][T20]") {
    testing::Trace trace;
    {
        ExchangeWorld world{loaded().world, loaded().tree, 5};
        FaultFileSystem recording{world.files};
        world.rosa.restart(&recording);
        recording.start_recording();
        world.rosa.sync(kStick1);
        world.rosa.close();
        trace = recording.recorded();
    }
    testing::CrashReplay replay{loaded().tree, trace};
    // One in 14 of the moments, each with another of the ways to lose what wasn't synced.
    const std::uint64_t step = 14 * testing::stride(11, "moments");
    std::size_t turn = 0;
    for (std::size_t at = 0; at <= replay.steps(); at += step) {
        const auto choices = testing::crash_choices(at);
        const testing::CrashChoice& choice = choices.at(turn++ % choices.size());
        CAPTURE(at, choice.text());
        const auto files = replay.files_after(at, choice);
        ExchangeWorld world{loaded().world, files->tree(), 6};
        check_after_pull(world);
    }
}

}  // namespace
}  // namespace kua::exchange
