// What interrupted and failing pushes leave on a stick: the state before, or the state after.
#include <algorithm>
#include <cerrno>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/crash_replay.h"
#include "tests/support/effort.h"
#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/unit/exchange/test_repository.h"
#include "vault/exchange/bundle_file.h"
#include "vault/exchange/path_repository.h"

namespace kua::exchange {
namespace {

using format::GitId;
using testing::Fault;
using testing::FaultFileSystem;
using testing::head_of;
using testing::MemoryFileSystem;
using testing::MemoryTree;
using testing::push_commit;
using testing::words_of;
using Words = std::vector<std::string>;

const base::fs::path kCrashDir = "/stick/kua";
const base::fs::path kBundle = "/stick/case.bundle";

// A stick to which one commit, or so many that a push merges their packs, was pushed.
struct CrashStick {
    explicit CrashStick(std::size_t commits) {
        MemoryFileSystem files;
        files.add_directory("/stick");
        for (std::size_t i = 0; i < commits; ++i) {
            const auto writer = open(files);
            push_commit(*writer, head_of(*writer), before_word(i));
            before.insert(before.begin(), before_word(i));
        }
        tree = files.tree();
    }
    static std::string before_word(std::size_t i) { return std::string(1, char('a' + char(i))); }
    std::unique_ptr<Repository> open(base::FileSystem& files) const {
        return open_path_repository(files, kCrashDir, IfMissing::kCreate, limits);
    }
    void push(base::FileSystem& files) const {
        const auto writer = open(files);
        const auto head = head_of(*writer);
        const GitId first = testing::add_commit(*writer, head, "new");
        writer->push({{std::string(testing::kRef), head, first}}, {});
    }
    // What is there reads, and the next push completes and reads. Returns whether "new" was there.
    bool check(MemoryFileSystem& files) const {
        Words found;
        {
            const auto reader = open(files);
            found = words_of(*reader);
        }
        Words after = before;
        after.insert(after.begin(), "new");
        REQUIRE((found == before || found == after));
        const auto writer = open(files);
        push_commit(*writer, head_of(*writer), "next");
        Words next = found;
        next.insert(next.begin(), "next");
        REQUIRE(words_of(*writer) == next);
        REQUIRE(words_of(*open(files)) == next);
        return found == after;
    }

    UpkeepLimits limits{.small_bytes = 1 << 20, .max_small = 2, .packs = {.max_bytes = 4000}};
    Words before;
    MemoryTree tree;
};

TEST_CASE("a push that fails at any call leaves the stick before or after", "[exchange][T20]") {
    const CrashStick stick{GENERATE(0U, 1U, 3U)};
    const int error = GENERATE(EIO, ENOSPC);
    const bool for_ever = GENERATE(false, true);
    const auto effect = GENERATE(Fault::Effect::kHalf, Fault::Effect::kWhole);
    std::uint64_t failed = 0;
    const std::uint64_t stride = testing::stride(23, "calls");
    for (std::uint64_t n = 1;; n += stride) {
        MemoryFileSystem disk{stick.tree};
        bool promised = true;
        bool met = false;
        {
            FaultFileSystem faulty{disk};
            faulty.fail({.at = n, .error = error, .for_ever = for_ever, .effect = effect});
            try {
                stick.push(faulty);
            } catch (const Error& caught) {
                promised = false;
                CAPTURE(n, caught.what());
                CHECK(caught.code() == ErrorCode::kStorage);
            }
            met = faulty.failures() > 0;
        }
        CAPTURE(n);
        const bool there = stick.check(disk);
        REQUIRE((there || !promised));
        if (!met) {
            REQUIRE(promised);
            break;
        }
        ++failed;
    }
    CHECK(failed > 15 / stride);
}

TEST_CASE("a stick pulled at any moment of a push keeps its last complete state",
          "[exchange][T20]") {
    const CrashStick stick{GENERATE(0U, 1U, 3U)};
    MemoryFileSystem disk{stick.tree};
    testing::Trace trace;
    {
        FaultFileSystem recording{disk};
        recording.start_recording();
        stick.push(recording);
        recording.note("pushed");
        trace = recording.recorded();
    }
    testing::CrashReplay replay{stick.tree, trace};
    const std::uint64_t stride = testing::stride(17, "moments");
    for (std::size_t step = 0; step <= replay.steps(); step += stride) {
        const bool promised = !replay.notes_before(step).empty();
        for (const testing::CrashChoice& choice : testing::crash_choices(step)) {
            CAPTURE(step, choice.text());
            const auto files = replay.files_after(step, choice);
            const bool there = stick.check(*files);
            REQUIRE((there || !promised));
        }
    }
}

TEST_CASE("a bundle file is there whole or not at all, whatever fails", "[exchange][T20]") {
    const int error = GENERATE(EIO, ENOSPC);
    const auto effect = GENERATE(Fault::Effect::kHalf, Fault::Effect::kWhole);
    const auto write = [](base::FileSystem& files) {
        const auto bundle = create_bundle_file(files, kBundle);
        push_commit(*bundle, std::nullopt, "new");
    };
    for (std::uint64_t n = 1;; ++n) {
        MemoryFileSystem disk;
        disk.add_directory("/stick");
        bool met = false;
        {
            FaultFileSystem faulty{disk};
            faulty.fail({.at = n, .error = error, .for_ever = n % 2 == 0, .effect = effect});
            CAPTURE(n);
            const auto code = testing::code_of([&] { write(faulty); });
            CHECK((!code || code == ErrorCode::kStorage));
            met = faulty.failures() > 0;
        }
        CAPTURE(n);
        if (!disk.status(kBundle)) {
            write(disk);  // whatever was left is no hindrance
        }
        REQUIRE(words_of(*open_bundle_file(disk, kBundle)) == Words{"new"});
        if (!met) {
            break;
        }
    }
}

}  // namespace
}  // namespace kua::exchange
