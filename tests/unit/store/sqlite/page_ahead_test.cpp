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
    explicit PageWorld(std::size_t most_pages = 4) : ahead(kPageBytes, most_pages) {
        for (std::uint32_t number = 1; number <= kPages; ++number) {
            put_right_mac(number);
        }
        open();
    }

    void open() {
        files.add_file("/segment", content);
        file = files.open("/segment", base::OpenMode::kRead);
    }
    base::MutableByteView page(std::uint32_t number) {
        return base::MutableByteView{content}.subspan((number - 1) * kPageBytes, kPageBytes);
    }
    void put_right_mac(std::uint32_t number) {
        std::ranges::copy(right_mac(number), page(number).last(kMacBytes).begin());
    }
    // As SQLite reads it, into a buffer that holds something else.
    void read_only(std::uint32_t number) {
        std::ranges::fill(buffer, std::byte{0x5a});
        REQUIRE(ahead.read(*file, (number - 1) * kPageBytes, buffer) == kPageBytes);
        CHECK(std::ranges::equal(base::ByteView{buffer}.last(kMacBytes + 16),
                                 page(number).last(kMacBytes + 16)));
    }
    // And as SQLCipher then asks for its MAC and for what to decrypt; nothing if its MAC isn't
    // known ahead.
    std::optional<crypto::Sha256Digest> read(std::uint32_t number) {
        read_only(number);
        const auto mac = mac_of(number);
        CHECK(std::ranges::equal(bytes(), page(number).first(kUsableBytes)));
        return mac;
    }
    std::optional<crypto::Sha256Digest> mac_of(std::uint32_t number) {
        return ahead.mac_of(key, base::MutableByteView{buffer}.first(kPageBytes - kMacBytes),
                            put_page_number(number));
    }
    base::ByteView bytes() const {
        return ahead.bytes_of(base::ByteView{buffer}.first(kUsableBytes));
    }
    // So many bytes that their last `pages` pages are not the leaf's.
    void expect_pages(std::uint64_t pages) {
        constexpr std::uint64_t kLeastInLeaf = (kUsableBytes - 12) * 32 / 255 - 23;
        ahead.expect_row(kLeastInLeaf + pages * (kUsableBytes - 4));
    }
    crypto::Sha256Digest right_mac(std::uint32_t number) {
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
    PageAhead ahead;
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
    for (const std::uint32_t count : {2U, 3U, 4U, 6U, 7U}) {
        CAPTURE(count);
        PageWorld world;
        world.expect_pages(count);
        for (std::uint32_t number = 3; number < 3 + count; ++number) {
            CAPTURE(number);
            CHECK(world.read(number) == world.right_mac(number));
        }
        CHECK(!world.read(3 + count));
        CHECK(!world.read(4 + count));
    }
}

TEST_CASE("no more pages are read ahead at once than are wanted", "[store]") {
    PageWorld world{2};
    world.expect_pages(5);
    CHECK(world.read(2) == world.right_mac(2));
    world.ahead.expect_row(0);
    CHECK(world.read(3) == world.right_mac(3));
    CHECK(!world.read(4));
}

TEST_CASE("how many pages a row has beyond its leaf is known to the byte", "[store]") {
    // By SQLite's file format, section 1.6, for pages of 4,096 bytes of which 48 are reserved.
    constexpr std::uint64_t kMostInLeaf = kUsableBytes - 35;
    struct Case {
        std::uint64_t row_bytes;
        std::uint32_t pages;
    };
    for (const Case& one :
         {Case{kMostInLeaf, 0}, Case{kMostInLeaf + 1, 1}, Case{4048 + 480, 1}, Case{8053, 1},
          Case{8057, 1}, Case{8058, 2}, Case{12000, 2}, Case{12101, 2}, Case{12102, 3}}) {
        CAPTURE(one.row_bytes);
        PageWorld world;
        world.ahead.expect_row(one.row_bytes);
        for (std::uint32_t number = 2; number < 6; ++number) {
            CAPTURE(number);
            // One alone gains nothing.
            const bool is_ahead = one.pages > 1 && number < 2 + one.pages;
            CHECK(world.read(number).has_value() == is_ahead);
        }
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

TEST_CASE("what stands for a page read ahead does so until the next read", "[store]") {
    PageWorld world;
    world.expect_pages(4);
    world.read_only(2);
    CHECK(world.buffer.front() == std::byte{0x5a});  // nobody copied the page
    CHECK(world.bytes().data() != world.buffer.data());
    base::Bytes elsewhere = base::copy_of(world.page(2));
    CHECK(!world.ahead.mac_of(world.key,
                              base::MutableByteView{elsewhere}.first(kPageBytes - kMacBytes),
                              put_page_number(2)));
    CHECK(world.ahead.bytes_of(elsewhere).data() == elsewhere.data());
    world.read_only(9);  // not read ahead
    CHECK(std::ranges::equal(world.buffer, world.page(9)));
    CHECK(!world.mac_of(9));
    CHECK(world.bytes().data() == world.buffer.data());
}

TEST_CASE("a page asked for under another number gets no MAC from there, and its bytes",
          "[store]") {
    PageWorld world;
    world.expect_pages(4);
    world.read_only(3);
    CHECK(!world.mac_of(4));
    CHECK(std::ranges::equal(world.buffer, world.page(3)));
    CHECK(world.bytes().data() == world.buffer.data());
}

TEST_CASE("a damaged page read ahead is put where SQLCipher looks for it", "[store]") {
    for (const std::size_t at : {std::size_t{0}, kUsableBytes - 1, kUsableBytes, kPageBytes - 1}) {
        CAPTURE(at);
        PageWorld world;
        world.page(3)[at] ^= std::byte{1};
        world.open();
        world.expect_pages(4);
        CHECK(world.read(2) == world.right_mac(2));
        world.read_only(3);
        const auto mac = world.mac_of(3);
        REQUIRE(mac.has_value());
        CHECK(!std::ranges::equal(*mac, base::ByteView{world.buffer}.last(kMacBytes)));
        CHECK(std::ranges::equal(world.buffer, world.page(3)));
        CHECK(world.bytes().data() == world.buffer.data());
        CHECK(world.read(4) == world.right_mac(4));  // of the same run
    }
}

TEST_CASE("another key gets another MAC", "[store]") {
    PageWorld world;
    world.expect_pages(4);
    REQUIRE(world.read(2) == world.right_mac(2));
    world.key = world.random.bytes(kPageKeyBytes);
    CHECK(world.read(2) == world.right_mac(2));
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
    world.read_only(3);
    world.ahead.forget();
    CHECK(!world.mac_of(3));
    CHECK(!world.read(3));
    CHECK(!world.read(4));
}

}  // namespace
}  // namespace kua::store
