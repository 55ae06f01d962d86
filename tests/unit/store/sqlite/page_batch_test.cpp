// Pages that are encrypted and written several at a time. Every check reads with a connection that
// knows nothing of it. What crashes and full disks leave of them: crash_test.cpp, whose segments
// are written this way.
#include "vault/store/sqlite/page_batch.h"

#include <algorithm>
#include <cerrno>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fault_filesystem.h"
#include "tests/support/memory_filesystem.h"
#include "tests/support/seeded_random.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::store {
namespace {

using testing::code_of;

constexpr std::size_t kBlobBytes = 700'000;  // more pages than a batch holds

struct BatchWorld {
    testing::MemoryFileSystem disk;
    testing::FakeClock clock;
    testing::SeededRandom random{11};
    std::array<std::byte, 32> key{std::byte{9}};
    fs::path path = "/segment.db";

    Connection connect(base::FileSystem& files, ConnectionMode mode) {
        const bool writes = mode != ConnectionMode::kRead;
        // A cache of few pages: most leave it before the commit.
        return Connection{{files, clock, random},
                          path,
                          key,
                          {.cipher = kSegmentCipher,
                           .mode = mode,
                           .cache_bytes = std::size_t{200} << 10,
                           .batch_pages = writes}};
    }
    void make(base::ByteView first) {
        Connection writer = connect(disk, ConnectionMode::kCreate);
        Transaction write{writer};
        write.run("CREATE TABLE piece(id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT");
        write.run("INSERT INTO piece VALUES(1, ?1)", first);
        write.commit();
    }
    base::Bytes read(std::int64_t id) { return read(disk, id); }
    base::Bytes read(base::FileSystem& files, std::int64_t id) {
        Connection reader = connect(files, ConnectionMode::kRead);
        Rows rows = reader.query("SELECT data FROM piece WHERE id = ?1", id);
        return rows.next() ? base::copy_of(rows.blob(0)) : base::Bytes{};
    }
};

TEST_CASE("pages written in batches are those that SQLCipher reads", "[store]") {
    BatchWorld world;
    const base::Bytes first = world.random.bytes(kBlobBytes);
    const base::Bytes second = world.random.bytes(3);
    world.make(first);
    {
        Connection writer = world.connect(world.disk, ConnectionMode::kWrite);
        Transaction write{writer};
        write.run("INSERT INTO piece VALUES(2, ?1)", second);
        write.commit();
    }
    CHECK(world.read(1) == first);
    CHECK(world.read(2) == second);
}

TEST_CASE("neighbours go to the file together, and the journal's pages alone", "[store]") {
    BatchWorld world;
    world.make(world.random.bytes(10));
    testing::FaultFileSystem recorder{world.disk};
    recorder.start_recording();
    {
        Connection writer = world.connect(recorder, ConnectionMode::kWrite);
        Transaction write{writer};
        write.run("INSERT INTO piece VALUES(2, ?1)", world.random.bytes(kBlobBytes));
        write.commit();
    }
    std::size_t most = 0;
    std::size_t all = 0;
    for (const testing::Step& step : recorder.recorded()) {
        const std::size_t pages = step.content.size() / kSegmentCipher.page_size_bytes;
        most = std::max(most, pages);
        all += pages;
    }
    CHECK(most > 4);
    CHECK(all > kBlobBytes / kSegmentCipher.page_size_bytes);
}

TEST_CASE("a page that waits to be written is read as it will be", "[store]") {
    BatchWorld world;
    world.make(world.random.bytes(10));
    Connection writer = world.connect(world.disk, ConnectionMode::kWrite);
    Transaction write{writer};
    for (std::int64_t id = 2; id < 6; ++id) {
        const base::Bytes data = world.random.bytes(kBlobBytes);
        write.run("INSERT INTO piece VALUES(?1, ?2)", id, data);
        // Reads pages that left the cache, some of which no file has seen yet.
        Rows rows = writer.query("SELECT data FROM piece WHERE id = ?1", id);
        REQUIRE(rows.next());
        CHECK(base::copy_of(rows.blob(0)) == data);
    }
    write.commit();
}

TEST_CASE("a page that is written again while it waits keeps its last state", "[store]") {
    BatchWorld world;
    world.make(world.random.bytes(kBlobBytes));
    const base::Bytes last = world.random.bytes(kBlobBytes);
    {
        Connection writer = world.connect(world.disk, ConnectionMode::kWrite);
        Transaction write{writer};
        for (int round = 0; round < 5; ++round) {
            write.run("UPDATE piece SET data = ?1 WHERE id = 1", world.random.bytes(kBlobBytes));
        }
        write.run("UPDATE piece SET data = ?1 WHERE id = 1", last);
        write.commit();
    }
    CHECK(world.read(1) == last);
}

TEST_CASE("what is rolled back was never there, waiting pages included", "[store]") {
    BatchWorld world;
    const base::Bytes first = world.random.bytes(kBlobBytes);
    world.make(first);
    {
        Connection writer = world.connect(world.disk, ConnectionMode::kWrite);
        {
            Transaction write{writer};
            write.run("UPDATE piece SET data = ?1 WHERE id = 1", world.random.bytes(kBlobBytes));
            write.run("INSERT INTO piece VALUES(2, ?1)", world.random.bytes(kBlobBytes));
        }
        Transaction write{writer};
        write.run("INSERT INTO piece VALUES(3, ?1)", first);
        write.commit();
    }
    CHECK(world.read(1) == first);
    CHECK(world.read(2).empty());
    CHECK(world.read(3) == first);
}

TEST_CASE("whichever call a full disk fails, a batch is written whole or not at all",
          "[store][T02]") {
    BatchWorld world;
    const base::Bytes first = world.random.bytes(kBlobBytes);
    const base::Bytes second = world.random.bytes(kBlobBytes);
    world.make(first);
    const testing::MemoryTree before = world.disk.tree();
    std::uint64_t failed = 0;
    for (std::uint64_t n = 1;; ++n) {
        testing::MemoryFileSystem disk{before};
        testing::FaultFileSystem faulty{disk};
        faulty.fail({.at = n, .error = ENOSPC});
        const auto code = code_of([&] {
            Connection writer = world.connect(faulty, ConnectionMode::kWrite);
            Transaction write{writer};
            write.run("INSERT INTO piece VALUES(2, ?1)", second);
            write.commit();
        });
        if (faulty.failures() == 0) {
            CHECK_FALSE(code.has_value());
            break;
        }
        ++failed;
        CHECK(world.read(disk, 1) == first);
        const base::Bytes found = world.read(disk, 2);
        CHECK((found.empty() || found == second));
        CHECK((found == second || code == ErrorCode::kStorage));
    }
    CHECK(failed > 8);
}

}  // namespace
}  // namespace kua::store
