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
constexpr std::uint32_t kPages = 11;  // and half a one behind them

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

TEST_CASE("pages that follow each other come ahead, with their MACs", "[threads][store]") {
    PageWorld world;
    CHECK(!world.read(1));  // nothing follows yet, and the first page is covered in part only
    for (std::uint32_t number = 2; number <= kPages; ++number) {
        CAPTURE(number);
        const auto mac = world.read(number);
        REQUIRE(mac.has_value());
        CHECK(*mac == world.right_mac(number));
    }
    CHECK(world.ahead.read(*world.file, kPages * kPageBytes, world.buffer) == kPageBytes / 2);
}

TEST_CASE("a page alone is read alone", "[threads][store]") {
    PageWorld world;
    for (const std::uint32_t number : {5U, 3U, 9U, 1U, 7U}) {
        CHECK(!world.read(number));
    }
}

TEST_CASE("other bytes than those read ahead get no MAC from there", "[threads][store]") {
    PageWorld world;
    world.read(1);
    REQUIRE(world.read(2).has_value());
    REQUIRE(world.mac_of(3, world.page(3)) == world.right_mac(3));
    base::Bytes altered = base::copy_of(world.page(3));
    altered[100] ^= std::byte{1};
    CHECK(!world.mac_of(3, altered));
    CHECK(!world.mac_of(4, world.page(3)));  // the right bytes of another page
    CHECK(!world.mac_of(0, world.page(3)));
    CHECK(!world.mac_of(kPages, world.page(kPages)));  // not read yet
}

TEST_CASE("another key gets another MAC", "[threads][store]") {
    PageWorld world;
    world.read(1);
    REQUIRE(world.read(2) == world.right_mac(2));
    world.key = world.random.bytes(kPageKeyBytes);
    CHECK(world.mac_of(2, world.page(2)) == world.right_mac(2));
}

TEST_CASE("a page is read though one behind it can't be", "[threads][store]") {
    PageWorld world;
    testing::FaultFileSystem failing{world.files};
    world.file = failing.open("/segment", base::OpenMode::kRead);
    world.read(1);
    failing.fail({.at = 1, .error = EIO});  // the next read, which is for several pages
    CHECK(!world.read(2));
    CHECK(failing.failures() == 1);
    CHECK(world.read(3) == world.right_mac(3));
}

TEST_CASE("pages read ahead are forgotten when the lock is given up", "[threads][store]") {
    PageWorld world;
    world.read(1);
    REQUIRE(world.read(2).has_value());
    world.ahead.forget();
    CHECK(!world.mac_of(3, world.page(3)));
    CHECK(!world.read(3));
    CHECK(world.read(4) == world.right_mac(4));
}

}  // namespace
}  // namespace kua::store
