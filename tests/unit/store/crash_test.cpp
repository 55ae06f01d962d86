// What interrupted and failing writes leave: the state before, or the state after.
#include <cerrno>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/crash_replay.h"
#include "tests/support/effort.h"
#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/unit/store/test_store.h"
#include "vault/store/integrity.h"

namespace kua::store {
namespace {

using testing::Fault;
using testing::FaultFileSystem;
using testing::MemoryFileSystem;
using testing::MemoryTree;
using testing::StoreWorld;

// A vault with one object, and the means to look at copies of it.
struct CrashWorld {
    CrashWorld() {
        Store store = world.create(kOptions);
        first = testing::add_object(store, payload);
        vault_key = std::make_unique<crypto::VaultKey>(
            crypto::VaultKey::copy_of(store.key_slots().vault_key().expose()));
    }

    base::Environment on(base::FileSystem& files) { return {files, world.clock, world.random}; }
    Store open(base::FileSystem& files, Access access) {
        return Store::open(on(files), world.dir, *vault_key, access, kOptions);
    }
    // One command that adds an object to two segments.
    void add(base::FileSystem& files) {
        Store store = open(files, Access::kWrite);
        testing::add_object(store, second, 150'000);
    }
    bool has_second(Store& store) {
        return find_object(store.catalog(), {crypto::sha256(second)}).has_value();
    }
    // The vault opens, all it promises is there, verification is clean, and it takes more.
    // Returns whether the second object is there.
    bool check(base::FileSystem& files) {
        bool found = false;
        {
            Store store = open(files, Access::kRead);
            SegmentReader reader = store.objects().reader();
            REQUIRE(testing::read_object(store, reader, first) == payload);
            found = has_second(store);
            if (found) {
                REQUIRE(testing::read_object(store, reader, {crypto::sha256(second)}) == second);
            }
            REQUIRE(check_catalog(on(files), store.catalog()).empty());
            const ExtentReport report = check_extents(store.catalog(), store.objects());
            for (const Finding& finding : report.findings) {
                FAIL(finding.subject << ": " << finding.text);
            }
            REQUIRE(report.damaged.empty());
        }
        Store store = open(files, Access::kWrite);
        REQUIRE(store.sweep_report().unexplained.empty());
        const base::Bytes third = base::copy_of(base::bytes_of("third"));
        const SealedDigest digest = testing::add_object(store, third);
        SegmentReader reader = store.objects().reader();
        REQUIRE(testing::read_object(store, reader, digest) == third);
        REQUIRE(testing::read_object(store, reader, first) == payload);
        return found;
    }

    static constexpr StoreOptions kOptions{.segment_limit_bytes = 700'000};
    StoreWorld world;
    base::Bytes payload = world.random.bytes(400'000);
    base::Bytes second = world.random.bytes(600'000);
    SealedDigest first;
    std::unique_ptr<crypto::VaultKey> vault_key;
};

TEST_CASE("an add that fails at any call leaves the vault before or after", "[store][T03]") {
    CrashWorld world;
    const MemoryTree before = world.world.files.tree();
    const int error = GENERATE(EIO, ENOSPC);
    const bool for_ever = GENERATE(false, true);
    // "Whole": the call has done its work and says that it failed.
    const auto effect = GENERATE(Fault::Effect::kHalf, Fault::Effect::kWhole);
    std::uint64_t failed = 0;
    const std::uint64_t stride = testing::stride(41, "calls");
    for (std::uint64_t n = 1;; n += stride) {
        MemoryFileSystem disk{before};
        bool promised = true;
        bool met = false;
        {
            FaultFileSystem faulty{disk};
            faulty.fail({.at = n, .error = error, .for_ever = for_ever, .effect = effect});
            try {
                world.add(faulty);
            } catch (const Error& caught) {
                promised = false;
                CAPTURE(n, caught.what());
                CHECK(caught.code() == ErrorCode::kStorage);
            }
            met = faulty.failures() > 0;
        }
        const bool there = world.check(disk);
        CAPTURE(n);
        REQUIRE((there || !promised));
        if (!met) {
            REQUIRE(promised);
            break;
        }
        ++failed;
    }
    CHECK(failed > 30 / stride);
}

TEST_CASE("a disk that fills up at any size keeps what was there", "[store][T05]") {
    CrashWorld world;
    const MemoryTree before = world.world.files.tree();
    const std::uint64_t used = world.world.files.used_bytes();
    for (std::uint64_t room = 0; room < 1'600'000; room += 33'333) {
        MemoryFileSystem disk{before};
        disk.set_capacity_bytes(used + room);
        bool promised = true;
        try {
            world.add(disk);
        } catch (const Error& caught) {
            promised = false;
            CHECK(caught.code() == ErrorCode::kStorage);
        }
        disk.set_capacity_bytes(std::nullopt);
        const bool there = world.check(disk);
        CAPTURE(room);
        REQUIRE(there == promised);
    }
}

TEST_CASE("a power cut at any moment of an add leaves the vault before or after", "[store][T01]") {
    CrashWorld world;
    const MemoryTree before = world.world.files.tree();
    MemoryFileSystem disk{before};
    testing::Trace trace;
    {
        FaultFileSystem recording{disk};
        recording.start_recording();
        world.add(recording);
        recording.note("added");
        trace = recording.recorded();
    }
    testing::CrashReplay replay{before, trace};
    std::size_t states = 0;
    std::size_t after = 0;
    const std::size_t stride = testing::stride(17, "moments");
    for (std::size_t step = 0; step <= replay.steps(); step += stride) {
        const bool promised = !replay.notes_before(step).empty();
        std::size_t choice_number = 0;
        for (const testing::CrashChoice& choice : testing::crash_choices(step)) {
            // All states around the commits, a few of the long middle.
            if (++choice_number % 4 != step % 4) {
                continue;
            }
            const auto files = replay.files_after(step, choice);
            CAPTURE(step, choice.text());
            const bool there = world.check(*files);
            REQUIRE((there || !promised));
            after += there ? 1 : 0;
            ++states;
        }
    }
    CHECK(after > 0);
    CHECK(after < states);
}

TEST_CASE("making a vault interrupted at any moment leaves a vault or nothing to lose",
          "[store][T01]") {
    StoreWorld world;
    const MemoryTree before = world.files.tree();
    MemoryFileSystem disk{before};
    testing::Trace trace;
    const auto create = [&](base::FileSystem& files) {
        const base::Environment environment{files, world.clock, world.random};
        Store::create(environment, world.dir, testing::kCheapCost, {.passphrase = world.passphrase},
                      {});
    };
    {
        FaultFileSystem recording{disk};
        recording.start_recording();
        create(recording);
        recording.note("made");
        trace = recording.recorded();
    }
    testing::CrashReplay replay{before, trace};
    for (std::size_t step = 0; step <= replay.steps(); ++step) {
        std::size_t choice_number = 0;
        for (const testing::CrashChoice& choice : testing::crash_choices(step)) {
            if (++choice_number % 4 != step % 4) {
                continue;
            }
            const auto files = replay.files_after(step, choice);
            CAPTURE(step, choice.text());
            const base::Environment environment{*files, world.clock, world.random};
            try {
                Store::open(environment, world.dir, world.passphrase, Access::kWrite, {});
            } catch (const Error& error) {
                REQUIRE(error.code() == ErrorCode::kNotVault);
                REQUIRE(replay.notes_before(step).empty());
                create(*files);  // tidies up and begins anew
                Store::open(environment, world.dir, world.passphrase, Access::kWrite, {});
            }
        }
    }
}

TEST_CASE("a change of passphrase that fails at any call leaves the old or the new one",
          "[store][T03]") {
    StoreWorld world;
    { Store store = world.create(); }
    const MemoryTree before = world.files.tree();
    const auto effect =
        GENERATE(Fault::Effect::kNothing, Fault::Effect::kHalf, Fault::Effect::kWhole);
    for (std::uint64_t n = 1;; ++n) {
        MemoryFileSystem disk{before};
        bool met = false;
        bool promised = true;
        {
            FaultFileSystem faulty{disk};
            faulty.fail({.at = n, .error = EIO, .effect = effect});
            const base::Environment environment{faulty, world.clock, world.random};
            try {
                KeySlots::unlock(environment, world.dir, world.passphrase)
                    .change(0, testing::secret("fresh"));
            } catch (const Error& error) {
                CHECK(error.code() == ErrorCode::kStorage);
                promised = false;
            }
            met = faulty.failures() > 0;
        }
        const base::Environment environment{disk, world.clock, world.random};
        const auto opens = [&](const crypto::SecretBytes& passphrase) {
            return !testing::code_of(
                [&] { return KeySlots::unlock(environment, world.dir, passphrase); });
        };
        CAPTURE(n);
        const bool by_new = opens(testing::secret("fresh"));
        REQUIRE(opens(world.passphrase) != by_new);
        REQUIRE((by_new || !promised));
        if (!met) {
            break;
        }
    }
}

TEST_CASE("a passphrase whose change failed but may have happened is not said to be as before",
          "[store][T03]") {
    StoreWorld world;
    {
        Store store = world.create();
        KeySlots slots = KeySlots::unlock(world.environment, world.dir, world.passphrase);
        slots.add({.passphrase = testing::secret("second")});
    }
    const MemoryTree before = world.files.tree();
    const int error = GENERATE(EIO, ENOSPC);
    const auto effect =
        GENERATE(Fault::Effect::kNothing, Fault::Effect::kHalf, Fault::Effect::kWhole);
    const std::string way = GENERATE("change", "add", "remove");
    bool happened = false;  // at least once, in spite of the error
    for (std::uint64_t n = 1;; ++n) {
        MemoryFileSystem disk{before};
        FaultFileSystem faulty{disk};
        faulty.fail({.at = n, .error = error, .effect = effect});
        const base::Environment environment{faulty, world.clock, world.random};
        const auto alter = [&] {
            KeySlots slots = KeySlots::unlock(environment, world.dir, world.passphrase);
            if (way == "change") {
                slots.change(0, testing::secret("fresh"));
            } else if (way == "add") {
                slots.add({.passphrase = testing::secret("fresh")});
            } else {
                slots.remove(1);
            }
        };
        try {
            alter();
        } catch (const Error& caught) {
            const base::Environment sound{disk, world.clock, world.random};
            const auto opens = [&](const crypto::SecretBytes& passphrase) {
                return !testing::code_of(
                    [&] { return KeySlots::unlock(sound, world.dir, passphrase); });
            };
            const bool done = way == "remove" ? !opens(testing::secret("second"))
                                              : opens(testing::secret("fresh"));
            const std::string text = caught.what();
            const bool warns = text.find("may have happened all the same") != std::string::npos;
            CAPTURE(n, text);
            CHECK(caught.code() == ErrorCode::kStorage);
            CHECK((warns || !done));
            CHECK((!warns || !caught.lacks_room()));
            CHECK((!warns || text.find("kua verify --repair-header") != std::string::npos));
            happened = happened || done;
        }
        if (faulty.failures() == 0) {
            break;
        }
    }
    CHECK(happened);
}

TEST_CASE("a changed passphrase is the old or the new one after a power cut", "[store][T09]") {
    StoreWorld world;
    { Store store = world.create(); }
    const MemoryTree before = world.files.tree();
    MemoryFileSystem disk{before};
    testing::Trace trace;
    {
        FaultFileSystem recording{disk};
        recording.start_recording();
        const base::Environment environment{recording, world.clock, world.random};
        KeySlots::unlock(environment, world.dir, world.passphrase)
            .change(0, testing::secret("fresh"));
        recording.note("changed");
        trace = recording.recorded();
    }
    testing::CrashReplay replay{before, trace};
    for (std::size_t step = 0; step <= replay.steps(); ++step) {
        for (const testing::CrashChoice& choice : testing::crash_choices(step)) {
            const auto files = replay.files_after(step, choice);
            CAPTURE(step, choice.text());
            const base::Environment environment{*files, world.clock, world.random};
            const auto opens = [&](const crypto::SecretBytes& passphrase) {
                return !testing::code_of(
                    [&] { return KeySlots::unlock(environment, world.dir, passphrase); });
            };
            const bool by_new = opens(testing::secret("fresh"));
            REQUIRE(opens(world.passphrase) != by_new);
            REQUIRE((by_new || replay.notes_before(step).empty()));
        }
    }
}

}  // namespace
}  // namespace kua::store
