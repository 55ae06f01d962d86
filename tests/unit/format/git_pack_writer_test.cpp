#include "vault/format/git_pack_writer.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/support/git_packs.h"
#include "tests/support/seeded_random.h"
#include "vault/format/git_pack_scan.h"

namespace kua::format {
namespace {

using base::bytes_of;
using base::OpenMode;
using testing::code_of;
using testing::MemoryFileSystem;

const base::fs::path kPath = "/new.pack";

std::optional<GitObject> read(GitPackReader& pack, const GitIndex& index, const GitId& id) {
    const GitIndexEntry* entry = index.find(id);
    REQUIRE(entry != nullptr);
    return pack.read(entry->offset, {.kind = std::nullopt, .max_bytes = 10'000'000},
                     [](const GitId&) { return GitBase{}; });
}

TEST_CASE("a pack that was written reads back, and scans to the same index", "[format][git]") {
    MemoryFileSystem files;
    testing::SeededRandom random{3};
    const base::Bytes large = random.bytes(3'000'000);
    const auto file = files.open(kPath, OpenMode::kCreateNew);
    GitPackWriter writer{*file};
    const GitId small_id = writer.add(GitKind::kBlob, bytes_of("small"));
    const GitId large_id = writer.add(GitKind::kBlob, large);
    const GitId empty_id = writer.add(GitKind::kTree, {});
    const GitIndex index = writer.finish();
    GitPackReader pack{files.open(kPath, OpenMode::kRead)};
    CHECK(pack.count() == 3);
    CHECK(pack.checksum() == index.pack);
    CHECK(read(pack, index, small_id)->content == base::copy_of(bytes_of("small")));
    CHECK(read(pack, index, large_id)->content == large);
    CHECK(read(pack, index, empty_id)->kind == GitKind::kTree);
    CHECK(index_git_pack(pack, {}) == index);
}

TEST_CASE("a pack takes an object once", "[format][git]") {
    MemoryFileSystem files;
    const auto file = files.open(kPath, OpenMode::kCreateNew);
    GitPackWriter writer{*file};
    CHECK(writer.add(GitKind::kBlob, bytes_of("same")) ==
          writer.add(GitKind::kBlob, bytes_of("same")));
    CHECK(writer.add(GitKind::kTree, bytes_of("same")) != GitId{});
    CHECK(writer.count() == 2);
    CHECK(writer.finish().entries.size() == 2);
}

TEST_CASE("a pack has the size that was said", "[format][git]") {
    MemoryFileSystem files;
    testing::SeededRandom random{4};
    const auto file = files.open(kPath, OpenMode::kCreateNew);
    GitPackWriter writer{*file};
    for (const std::size_t size : {0U, 15U, 16U, 65'536U, 300'000U}) {
        const std::uint64_t before = writer.size_bytes();
        writer.add(GitKind::kBlob, random.bytes(size));
        CHECK(writer.size_bytes() - before <= GitPackWriter::entry_bytes(size));
    }
    const std::uint64_t size = writer.size_bytes();
    writer.finish();
    CHECK(files.content(kPath).size() == size);
}

TEST_CASE("a pack may begin within a file and move to its front", "[format][git]") {
    MemoryFileSystem files;
    testing::SeededRandom random{5};
    const base::Bytes content = random.bytes(2'500'000);
    const auto file = files.open(kPath, OpenMode::kCreateNew);
    GitPackWriter writer{*file, 1 << 20};
    const GitId id = writer.add(GitKind::kBlob, content);
    writer.move_to(77);
    const GitIndex index = writer.finish();
    GitPackReader pack{files.open(kPath, OpenMode::kRead), 77};
    CHECK(read(pack, index, id)->content == content);
    CHECK(files.content(kPath).size() == 77 + pack.size_bytes());
}

TEST_CASE("a device that keeps something else is found out", "[format][T20]") {
    for (std::uint64_t byte = 0; byte < 90; ++byte) {
        MemoryFileSystem files;
        testing::FaultFileSystem watched{files};
        std::uint64_t syncs = 0;
        bool failed = false;
        bool is_within = false;
        {
            const auto file = watched.open(kPath, OpenMode::kCreateNew);
            GitPackWriter writer{*file};
            writer.add(GitKind::kBlob, bytes_of("what was to be kept"));
            writer.add(GitKind::kBlob, bytes_of("and more of it"));
            watched.before_each_call([&](const testing::Call& call) {
                const std::uint64_t size = files.content(kPath).size();
                if (call.kind == testing::CallKind::kSync && ++syncs > 0 && byte < size &&
                    !is_within) {
                    files.flip_bit(kPath, 8 * byte);
                    is_within = true;
                }
            });
            failed = code_of([&] { writer.finish(); }) == ErrorCode::kStorage;
        }
        CAPTURE(byte);
        CHECK(failed == is_within);
    }
}

TEST_CASE("a device that drops the end is found out", "[format][T20]") {
    MemoryFileSystem files;
    testing::FaultFileSystem watched{files};
    const auto file = watched.open(kPath, OpenMode::kCreateNew);
    GitPackWriter writer{*file};
    writer.add(GitKind::kBlob, bytes_of("what was to be kept"));
    watched.before_each_call([&](const testing::Call& call) {
        if (call.kind == testing::CallKind::kSync) {
            files.open(kPath, OpenMode::kReadWrite)->truncate(30);
        }
    });
    CHECK(code_of([&] { writer.finish(); }) == ErrorCode::kStorage);
}

}  // namespace
}  // namespace kua::format
