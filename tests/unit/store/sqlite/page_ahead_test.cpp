#include "vault/store/sqlite/page_ahead.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/fault_filesystem.h"
#include "tests/support/memory_filesystem.h"
#include "tests/support/seeded_random.h"
#include "vault/store/sqlite/page_mac.h"

namespace kua::store {
namespace {

constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kMacBytes = sizeof(crypto::Sha256Digest);
constexpr std::size_t kUsableBytes = kPageBytes - 16 - kMacBytes;  // without IV and MAC
constexpr std::uint32_t kPages = 11;                               // and half a one behind them

struct PageWorld {
    PageWorld() {
        files.add_file("/segment", content);
        file = files.open("/segment", base::OpenMode::kRead);
    }

    base::ByteView page(std::uint32_t number) const {
        return base::ByteView{content}.subspan((number - 1) * kPageBytes, kPageBytes);
    }
    // As SQLite reads it and SQLCipher then asks for its MAC; nothing if it isn't known ahead.
    std::optional<crypto::Sha256Digest> read(std::uint32_t number) {
        REQUIRE(ahead.read(*file, (number - 1) * kPageBytes, buffer) == kPageBytes);
        REQUIRE(std::ranges::equal(buffer, page(number)));
        return mac_of(number, buffer);
    }
    std::optional<crypto::Sha256Digest> mac_of(std::uint32_t number, base::ByteView bytes) {
        return ahead.mac_of(key, bytes.first(kPageBytes - kMacBytes), put_page_number(number));
    }
    // So many bytes that their last `pages` pages are not the leaf's.
    void expect_pages(std::uint64_t pages) {
        constexpr std::uint64_t kLeastInLeaf = (kUsableBytes - 12) * 32 / 255 - 23;
        ahead.expect_row(kLeastInLeaf + pages * (kUsableBytes - 4));
    }
    crypto::Sha256Digest right_mac(std::uint32_t number) const {
        base::Bytes message = base::copy_of(page(number).first(kPageBytes - kMacBytes));
        base::append(message, put_page_number(number));
        return crypto::hmac_sha256(key, message);
    }

    testing::SeededRandom random{7};
    base::Bytes content = random.bytes(kPages * kPageBytes + kPageBytes / 2);
    base::Bytes key = random.bytes(kPageKeyBytes);
    testing::MemoryFileSystem files;
    std::unique_ptr<base::File> file;
    base::Bytes buffer = base::Bytes(kPageBytes);
    PageAhead ahead{kPageBytes};
};

TEST_CASE("pages that are expected come ahead, with their MACs", "[store]") {
    PageWorld world;
    world.expect_pages(kPages);  // more than there are
    for (std::uint32_t number = 2; number <= kPages; ++number) {
        CAPTURE(number);
        const auto mac = world.read(number);
        REQUIRE(mac.has_value());
        CHECK(*mac == world.right_mac(number));
    }
    CHECK(world.ahead.read(*world.file, kPages * kPageBytes, world.buffer) == kPageBytes / 2);
}

TEST_CASE("no more pages are read ahead than are expected", "[store]") {
    PageWorld world;
    world.expect_pages(6);
    for (std::uint32_t number = 3; number <= 8; ++number) {
        CAPTURE(number);
        CHECK(world.read(number) == world.right_mac(number));
    }
    CHECK(!world.read(9));
    CHECK(!world.read(10));
}

TEST_CASE("how many pages a row has beyond its leaf is known to the byte", "[store]") {
    // By SQLite's file format, section 1.6, for pages of 4,096 bytes of which 48 are reserved.
    constexpr std::uint64_t kMostInLeaf = kUsableBytes - 35;
    struct Case {
        std::uint64_t row_bytes;
        std::uint32_t pages;
    };
    for (const Case& one : {Case{kMostInLeaf, 0}, Case{kMostInLeaf + 1, 1}, Case{4048 + 480, 1},
                            Case{8053, 1}, Case{8057, 1}, Case{8058, 2}, Case{12000, 2}}) {
        CAPTURE(one.row_bytes);
        PageWorld world;
        world.ahead.expect_row(one.row_bytes);
        CHECK(world.read(2).has_value() == (one.pages > 1));  // one alone gains nothing
        CHECK(world.mac_of(3, world.page(3)).has_value() == (one.pages > 1));
        CHECK(!world.mac_of(4, world.page(4)).has_value());
    }
}

TEST_CASE("a page alone is read alone", "[store]") {
    PageWorld world;
    for (const std::uint32_t number : {5U, 3U, 9U, 1U, 7U, 8U}) {
        CHECK(!world.read(number));
    }
}

TEST_CASE("pages that lie elsewhere than expected are read all the same", "[store]") {
    PageWorld world;
    world.expect_pages(5);
    CHECK(world.read(6) == world.right_mac(6));
    CHECK(!world.read(2));  // and not those behind it
    CHECK(world.read(3) == world.right_mac(3));
    CHECK(world.read(4) == world.right_mac(4));
    CHECK(!world.read(9));
}

TEST_CASE("page 1 is never read ahead", "[store]") {
    PageWorld world;
    world.expect_pages(5);
    CHECK(!world.read(1));  // what is before its salt has no MAC
}

TEST_CASE("other bytes than those read ahead get no MAC from there", "[store]") {
    PageWorld world;
    world.expect_pages(4);
    REQUIRE(world.read(2).has_value());
    REQUIRE(world.mac_of(3, world.page(3)) == world.right_mac(3));
    base::Bytes altered = base::copy_of(world.page(3));
    altered[100] ^= std::byte{1};
    CHECK(!world.mac_of(3, altered));
    CHECK(!world.mac_of(4, world.page(3)));  // the right bytes of another page
    CHECK(!world.mac_of(0, world.page(3)));
    CHECK(!world.mac_of(kPages, world.page(kPages)));  // not read yet
}

TEST_CASE("another key gets another MAC", "[store]") {
    PageWorld world;
    world.expect_pages(4);
    REQUIRE(world.read(2) == world.right_mac(2));
    world.key = world.random.bytes(kPageKeyBytes);
    CHECK(world.mac_of(2, world.page(2)) == world.right_mac(2));
}

TEST_CASE("a page is read though one behind it can't be", "[store]") {
    PageWorld world;
    testing::FaultFileSystem failing{world.files};
    world.file = failing.open("/segment", base::OpenMode::kRead);
    world.expect_pages(4);
    failing.fail({.at = 1, .error = EIO});  // the next read, which is for several pages
    CHECK(!world.read(2));
    CHECK(failing.failures() == 1);
    CHECK(world.read(3) == world.right_mac(3));
}

TEST_CASE("pages read ahead are forgotten when the lock is given up", "[store]") {
    PageWorld world;
    world.expect_pages(8);
    REQUIRE(world.read(2).has_value());
    world.ahead.forget();
    CHECK(!world.mac_of(3, world.page(3)));
    CHECK(!world.read(3));
    CHECK(!world.read(4));
}

}  // namespace
}  // namespace kua::store
