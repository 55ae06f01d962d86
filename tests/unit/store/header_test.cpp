#include "vault/store/header.h"

#include <algorithm>
#include <cmath>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/effort.h"
#include "tests/support/errors.h"
#include "tests/unit/store/test_store.h"
#include "vault/crypto/hmac.h"
#include "vault/crypto/sha256.h"
#include "vault/store/key_slots.h"

namespace kua::store {
namespace {

using testing::code_of;
using testing::secret;
using testing::StoreWorld;

// A directory with nothing but a header that opens with "rosa".
struct HeaderWorld : StoreWorld {
    HeaderWorld() {
        files.add_directory(dir);
        const KeySlots slots =
            KeySlots::create(environment, dir, testing::kCheapCost, {.passphrase = secret("rosa")});
        vault_key = std::make_unique<crypto::VaultKey>(
            crypto::VaultKey::copy_of(slots.vault_key().expose()));
        const HeaderCopy copy = slots.bytes();
        base::append(bytes, copy);
        base::append(bytes, copy);
        files.add_file(path, bytes);
    }
    void flip(std::size_t bit) {
        bytes[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        files.add_file(path, bytes);
    }
    KeySlots unlock() { return KeySlots::unlock(environment, dir, *vault_key); }
    // Writes checksum and MAC of a copy anew, as a newer kua or a forger with the key would.
    void mend(std::size_t copy) {
        const std::span<std::byte> all =
            std::span{bytes}.subspan(copy * kHeaderCopyBytes, kHeaderCopyBytes);
        std::ranges::copy(crypto::sha256(all.first(4032)), all.subspan(4032).begin());
        const auto mac_key = crypto::derive_header_mac_key(*vault_key);
        std::ranges::copy(crypto::hmac_sha256(mac_key.expose(), all.first(4064)),
                          all.subspan(4064).begin());
        files.add_file(path, bytes);
    }

    fs::path path = dir / kHeaderName;
    base::Bytes bytes;
    std::unique_ptr<crypto::VaultKey> vault_key;
};

TEST_CASE("every flipped bit of one header copy is found and the other copy used", "[store][T09]") {
    HeaderWorld world;
    const crypto::HeaderMacKey mac_key = crypto::derive_header_mac_key(*world.vault_key);
    std::size_t found = 0;
    std::size_t tried = 0;
    const std::uint64_t stride = testing::stride(7, "bits");
    for (std::size_t bit = 0; bit < world.bytes.size() * 8; bit += stride, ++tried) {
        const std::size_t hit = bit / (kHeaderCopyBytes * 8);
        world.bytes[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        const HeaderReading reading = parse_header_file(world.bytes);
        world.bytes[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        const bool damaged = reading.states[hit] == CopyState::kDamaged ||
                             !is_authentic(reading.bytes[hit], mac_key);
        const bool other_good = reading.states[1 - hit] == CopyState::kGood &&
                                is_authentic(reading.bytes[1 - hit], mac_key);
        found += damaged && other_good ? 1 : 0;
    }
    CHECK(found == tried);
}

TEST_CASE("a header with one damaged copy opens, says which, and is mended on request",
          "[store][T09]") {
    HeaderWorld world;
    for (std::size_t bit = 3; bit < 2 * kHeaderCopyBytes * 8; bit += 331) {
        const std::size_t hit = bit / (kHeaderCopyBytes * 8);
        world.flip(bit);
        KeySlots slots = world.unlock();
        REQUIRE(slots.copy_states()[hit] == CopyState::kDamaged);
        REQUIRE(slots.copy_states()[1 - hit] == CopyState::kGood);
        REQUIRE(world.files.content(world.path) == world.bytes);  // not repaired unasked
        world.flip(bit);
    }
    world.flip(77);
    world.unlock().repair_copies();
    const std::array<CopyState, 2> good{CopyState::kGood, CopyState::kGood};
    CHECK(world.unlock().copy_states() == good);
    CHECK(KeySlots::unlock(world.environment, world.dir, secret("rosa")).opened_by() == 0U);
}

TEST_CASE("a header with both copies damaged is damage in clear words", "[store][T09]") {
    HeaderWorld world;
    world.flip(800);
    world.flip(kHeaderCopyBytes * 8 + 9000);
    CHECK(code_of([&] { return world.unlock(); }) == ErrorCode::kDamaged);
    CHECK(testing::message_of([&] { return world.unlock(); }).find("both copies") !=
          std::string::npos);
}

TEST_CASE("a header with both MACs wrong opens for nobody", "[store][T09]") {
    HeaderWorld world;
    world.flip(4070 * 8);
    world.flip((kHeaderCopyBytes + 4070) * 8);
    CHECK(code_of([&] { return world.unlock(); }) == ErrorCode::kWrongKey);
    CHECK(code_of([&] { return KeySlots::unlock(world.environment, world.dir, secret("rosa")); }) ==
          ErrorCode::kDamaged);
}

TEST_CASE("every truncation of a header uses the first copy or is refused", "[store][T09]") {
    HeaderWorld world;
    for (std::size_t size = 0; size < world.bytes.size(); ++size) {
        const base::ByteView cut = base::ByteView{world.bytes}.first(size);
        const auto code = code_of([&] { return parse_header_file(cut); });
        if (size < 10) {  // not even the first word
            REQUIRE(code == ErrorCode::kNotVault);
        } else if (size < kHeaderCopyBytes) {
            REQUIRE(code == ErrorCode::kDamaged);
        } else {
            REQUIRE(parse_header_file(cut).states[1] == CopyState::kDamaged);
            REQUIRE(parse_header_file(cut).states[0] == CopyState::kGood);
        }
    }
    base::append(world.bytes, base::bytes_of("surplus"));
    CHECK(parse_header_file(world.bytes).surplus);
}

TEST_CASE("other files are told from damaged and from newer headers", "[store]") {
    HeaderWorld world;
    SECTION("something else") {
        std::ranges::fill(world.bytes, std::byte{'x'});
        CHECK(code_of([&] { return parse_header_file(world.bytes); }) == ErrorCode::kNotVault);
    }
    SECTION("a newer format of which we know nothing else") {
        for (const std::size_t copy : {std::size_t{0}, kHeaderCopyBytes}) {
            world.bytes[copy + 16] = std::byte{2};
            world.bytes[copy + 3000] ^= std::byte{1};
        }
        CHECK(code_of([&] { return parse_header_file(world.bytes); }) == ErrorCode::kNewerFormat);
    }
    SECTION("a newer format in an intact copy") {
        world.bytes[16] = std::byte{2};
        world.mend(0);
        CHECK(code_of([&] { return world.unlock(); }) == ErrorCode::kNewerFormat);
    }
    SECTION("unknown flags") {
        world.bytes[20] = std::byte{1};
        world.mend(0);
        CHECK(code_of([&] { return world.unlock(); }) == ErrorCode::kNewerFormat);
    }
    SECTION("costs over the caps are refused before they cost anything") {
        for (const std::size_t copy : {std::size_t{0}, std::size_t{1}}) {
            std::ranges::fill(std::span{world.bytes}.subspan(copy * kHeaderCopyBytes + 48, 8),
                              std::byte{0xff});
            world.mend(copy);
        }
        CHECK(code_of([&] { return world.unlock(); }) == ErrorCode::kDamaged);
    }
    SECTION("no header at all") {
        world.files.remove_file(world.path);
        CHECK(code_of([&] { return world.unlock(); }) == ErrorCode::kNotVault);
    }
}

TEST_CASE("of two header copies the newer counts, whichever it is", "[store][T09]") {
    HeaderWorld world;
    const base::Bytes older = world.bytes;
    KeySlots slots = KeySlots::unlock(world.environment, world.dir, secret("rosa"));
    slots.change(0, secret("mara"));
    const base::Bytes newer = world.files.content(world.path);
    const std::size_t newer_copy = GENERATE(0U, 1U);
    base::Bytes mixed = older;
    std::ranges::copy(
        base::ByteView{newer}.subspan(newer_copy * kHeaderCopyBytes, kHeaderCopyBytes),
        std::span{mixed}.subspan(newer_copy * kHeaderCopyBytes).begin());
    world.files.add_file(world.path, mixed);

    const KeySlots opened = KeySlots::unlock(world.environment, world.dir, secret("mara"));
    CHECK(opened.copy_states()[newer_copy] == CopyState::kGood);
    CHECK(opened.copy_states()[1 - newer_copy] == CopyState::kOlder);
    // What was changed must not open through the copy that a crash left behind.
    CHECK(code_of([&] { return KeySlots::unlock(world.environment, world.dir, secret("rosa")); }) ==
          ErrorCode::kWrongKey);
}

TEST_CASE("headers hold nothing constant beyond their documented beginning", "[store][T31]") {
    StoreWorld world;
    constexpr std::size_t kHeaders = 1000;
    std::array<double, kHeaderCopyBytes> sums{};
    double used = 0;
    double unused = 0;
    for (std::size_t index = 0; index < kHeaders; ++index) {
        const KeySlots slots = KeySlots::create(world.environment, world.dir, testing::kCheapCost,
                                                {.passphrase = world.passphrase});
        const HeaderCopy copy = slots.bytes();
        for (std::size_t at = 0; at < copy.size(); ++at) {
            sums[at] += std::to_integer<unsigned>(copy[at]);
        }
        for (std::size_t at = 0; at < kSlotBytes; ++at) {
            used += std::to_integer<unsigned>(copy[72 + at]);
            unused += std::to_integer<unsigned>(copy[72 + kSlotBytes + at]);
        }
    }
    // The mean of 1,000 uniform bytes is 127.5 with a deviation of 2.34; no position of 4,000
    // should stray by more than 6 of those.
    for (std::size_t at = 32; at < kHeaderCopyBytes; ++at) {
        if (at < 48 || at >= 56) {  // the costs, in the clear
            CHECK(std::abs(sums[at] / kHeaders - 127.5) < 14.0);
        }
    }
    const double slot_bytes = static_cast<double>(kHeaders * kSlotBytes);
    CHECK(std::abs(used / slot_bytes - 127.5) < 1.3);
    CHECK(std::abs(unused / slot_bytes - 127.5) < 1.3);
}

}  // namespace
}  // namespace kua::store
