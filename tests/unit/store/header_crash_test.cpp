// What a cut or a failure leaves of a header whose copies were not both good before.
#include <algorithm>
#include <cerrno>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/crash_replay.h"
#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/unit/store/test_store.h"

namespace kua::store {
namespace {

using testing::code_of;
using testing::Fault;
using testing::FaultFileSystem;
using testing::MemoryFileSystem;
using testing::MemoryTree;
using testing::secret;
using testing::StoreWorld;

constexpr std::string_view kOldest = "correct horse";  // opened the vault before `kCurrent` did
constexpr std::string_view kCurrent = "current";
constexpr std::string_view kFresh = "fresh";

// A vault of which one copy of the header is not as it should be; `kCurrent` opens it.
struct UnevenWorld : StoreWorld {
    UnevenWorld(std::size_t bad_copy, CopyState state) {
        { Store store = create(); }
        const fs::path path = dir / kHeaderName;
        const base::Bytes older = files.content(path);
        KeySlots::unlock(environment, dir, secret(kOldest)).change(0, secret(kCurrent));
        base::Bytes bytes = files.content(path);
        const std::size_t at = bad_copy * kHeaderCopyBytes;
        if (state == CopyState::kOlder) {
            std::ranges::copy(base::ByteView{older}.subspan(at, kHeaderCopyBytes),
                              bytes.begin() + static_cast<std::ptrdiff_t>(at));
        } else {
            bytes[at + 200] ^= std::byte{1};
        }
        files.add_file(path, bytes);
        REQUIRE(KeySlots::unlock(environment, dir, secret(kCurrent)).copy_states()[bad_copy] ==
                state);
    }

    base::Environment on(base::FileSystem& disk) { return {disk, clock, random}; }
    KeySlots unlock(base::FileSystem& disk, std::string_view text) {
        return KeySlots::unlock(on(disk), dir, secret(text));
    }
    bool opens(base::FileSystem& disk, std::string_view text) {
        return !code_of([&] { return unlock(disk, text); });
    }
    // By the current passphrase or by the fresh one, never by one that was changed before; and a
    // repair then brings both copies in order.
    void check(base::FileSystem& disk, bool may_change, bool promised) {
        REQUIRE_FALSE(opens(disk, kOldest));
        const bool by_fresh = opens(disk, kFresh);
        REQUIRE(opens(disk, kCurrent) != by_fresh);
        REQUIRE((may_change || !by_fresh));
        REQUIRE((!may_change || by_fresh || !promised));
        KeySlots slots = unlock(disk, by_fresh ? kFresh : kCurrent);
        slots.repair_copies();
        REQUIRE(unlock(disk, by_fresh ? kFresh : kCurrent).copy_states() ==
                CopyStates{CopyState::kGood, CopyState::kGood});
    }
};

TEST_CASE("a header with a bad copy outlives a cut or failed repair and change of passphrase",
          "[store][T07][T09]") {
    const std::size_t bad_copy = GENERATE(0U, 1U);
    const CopyState state = GENERATE(CopyState::kDamaged, CopyState::kOlder);
    const bool changes = GENERATE(false, true);
    CAPTURE(bad_copy, static_cast<int>(state), changes);
    UnevenWorld world{bad_copy, state};
    const MemoryTree before = world.files.tree();
    const auto act = [&](base::FileSystem& disk) {
        KeySlots slots = world.unlock(disk, kCurrent);
        if (changes) {
            slots.change(0, secret(kFresh));
        } else {
            slots.repair_copies();
        }
    };
    SECTION("a power cut") {
        MemoryFileSystem disk{before};
        FaultFileSystem recording{disk};
        recording.start_recording();
        act(recording);
        recording.note("done");
        testing::CrashReplay replay{before, recording.recorded()};
        for (std::size_t step = 0; step <= replay.steps(); ++step) {
            for (const testing::CrashChoice& choice : testing::crash_choices(step)) {
                const auto files = replay.files_after(step, choice);
                CAPTURE(step, choice.text());
                world.check(*files, changes, !replay.notes_before(step).empty());
            }
        }
    }
    SECTION("a call that fails") {
        const auto effect =
            GENERATE(Fault::Effect::kNothing, Fault::Effect::kHalf, Fault::Effect::kWhole);
        for (std::uint64_t n = 1;; ++n) {
            MemoryFileSystem disk{before};
            FaultFileSystem faulty{disk};
            faulty.fail({.at = n, .error = EIO, .for_ever = true, .effect = effect});
            CAPTURE(n);
            const auto code = code_of([&] { return act(faulty), 0; });
            CHECK((!code || code == ErrorCode::kStorage));
            world.check(disk, changes, !code);
            if (faulty.failures() == 0) {
                break;
            }
        }
    }
}

TEST_CASE("a second try to write the header spares the copy that the first one left whole",
          "[store][T09]") {
    UnevenWorld world{0, CopyState::kDamaged};
    const MemoryTree before = world.files.tree();
    const bool repeats = GENERATE(false, true);  // what the first try did, or only a repair
    for (std::uint64_t first = 1;; ++first) {
        bool first_met = false;
        for (std::uint64_t second = 1;; ++second) {
            MemoryFileSystem disk{before};
            FaultFileSystem faulty{disk};
            KeySlots slots = world.unlock(faulty, kCurrent);
            faulty.fail({.at = first, .error = EIO, .effect = Fault::Effect::kHalf});
            const auto code = code_of([&] { return slots.change(0, secret(kFresh)), 0; });
            first_met = faulty.failures() > 0;
            faulty.fail({.at = second, .error = EIO, .effect = Fault::Effect::kHalf});
            const auto again = code_of([&] {
                return repeats ? slots.change(0, secret("third")) : slots.repair_copies(), 0;
            });
            CAPTURE(first, second, code.has_value(), again.has_value());
            faulty.heal();
            REQUIRE((world.opens(disk, kCurrent) || world.opens(disk, kFresh) ||
                     world.opens(disk, "third")));
            REQUIRE_FALSE(world.opens(disk, kOldest));
            if (faulty.failures() == 0) {
                break;
            }
        }
        if (!first_met) {
            break;
        }
    }
}

}  // namespace
}  // namespace kua::store
