// Connection, Rows and Transaction over the real file system.
#include "vault/store/sqlite/connection.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/fake_clock.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temp_dir.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::store {
namespace {

using testing::code_of;

struct Fixture {
    testing::TempDir dir;
    testing::FakeClock clock;
    testing::SeededRandom random{1};
    base::Environment environment{base::posix_filesystem(), clock, random};
    std::array<std::byte, 32> key{std::byte{7}};
    fs::path path = dir / "test.db";

    Connection connect(ConnectionMode mode, CipherProfile cipher = kCatalogCipher,
                       bool read_ahead = false) {
        return Connection{
            environment,
            path,
            key,
            {.cipher = cipher, .mode = mode, .busy_timeout_ms = 0, .read_ahead = read_ahead}};
    }
};

TEST_CASE("what a transaction committed is read back by another connection", "[store]") {
    Fixture fixture;
    Connection writer = fixture.connect(ConnectionMode::kCreate);
    Transaction write{writer};
    write.run_script("CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT, data BLOB) STRICT;");
    const base::Bytes data = fixture.random.bytes(10'000);
    CHECK(write.run("INSERT INTO note VALUES(?1, ?2, ?3)", 7, "seven", data) == 1);
    CHECK(write.run("INSERT INTO note VALUES(?1, ?2, ?3)", 8, nullptr, base::Bytes{}) == 1);
    write.commit();

    Connection reader = fixture.connect(ConnectionMode::kRead);
    Rows rows = reader.query("SELECT id, text, data FROM note WHERE id >= ?1 ORDER BY id", 7);
    REQUIRE(rows.next());
    CHECK(rows.integer(0) == 7);
    CHECK(rows.text(1) == "seven");
    CHECK(base::copy_of(rows.blob(2)) == data);
    CHECK(code_of([&] { return rows.integer(1); }) == ErrorCode::kDamaged);
    REQUIRE(rows.next());
    CHECK(rows.is_null(1));
    CHECK(rows.blob(2).empty());
    CHECK_FALSE(rows.next());
    CHECK_FALSE(rows.next());
}

struct HowToRead {
    CipherProfile cipher;
    bool ahead = false;
};

// Whether all values can be read; they must be right then.
bool reads_well(Fixture& fixture, const HowToRead& how, const base::Bytes& data) {
    constexpr std::uint64_t kRowHeaderBytes = 6;
    try {
        Connection reader = fixture.connect(ConnectionMode::kRead, how.cipher, how.ahead);
        Rows rows = reader.query("SELECT data FROM piece ORDER BY id");
        int count = 0;
        for (;; ++count) {
            if (how.ahead) {
                reader.expect_row(data.size() + kRowHeaderBytes);
            }
            if (!rows.next()) {
                break;
            }
            REQUIRE(base::copy_of(rows.blob(0)) == data);
        }
        REQUIRE(count == 3);
        return true;
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::kDamaged);
        return false;
    }
}

TEST_CASE("every flipped byte of a database is damage, never a wrong value", "[store][T21]") {
    const HowToRead how =
        GENERATE(HowToRead{.cipher = kCatalogCipher}, HowToRead{.cipher = kSegmentCipher},
                 HowToRead{.cipher = kSegmentCipher, .ahead = true});
    Fixture fixture;
    const std::uint64_t page_bytes = how.cipher.page_size_bytes;
    const base::Bytes data = fixture.random.bytes(page_bytes * 3 + 100);
    {
        Connection writer = fixture.connect(ConnectionMode::kCreate, how.cipher);
        Transaction write{writer};
        write.run_script("CREATE TABLE piece(id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;");
        for (int id = 1; id <= 3; ++id) {
            write.run("INSERT INTO piece VALUES(?1, ?2)", id, data);
        }
        write.commit();
    }
    REQUIRE(reads_well(fixture, how, data));
    auto file = fixture.environment.files.open(fixture.path, base::OpenMode::kReadWrite);
    const std::uint64_t size = file->status().size_bytes;
    REQUIRE(size % page_bytes == 0);
    const std::uint64_t end_bytes = how.cipher.mac == PageMac::kHmacSha512 ? 80 : 48;  // IV, MAC
    std::vector<std::uint64_t> places;
    for (std::uint64_t at = 0; at < size; at += page_bytes / 3 + 1) {
        places.push_back(at);
    }
    for (std::uint64_t end = page_bytes; end <= size; end += page_bytes) {
        places.insert(places.end(), {end - end_bytes, end - 1});
    }
    for (const std::uint64_t at : places) {
        CAPTURE(at);
        std::array<std::byte, 1> byte{};
        file->read_at(at, byte);
        byte[0] ^= std::byte{1};
        file->write_at(at, byte);
        CHECK_FALSE(reads_well(fixture, how, data));
        byte[0] ^= std::byte{1};
        file->write_at(at, byte);
    }
    CHECK(reads_well(fixture, how, data));
}

}  // namespace
}  // namespace kua::store
