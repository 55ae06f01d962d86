#include "vault/store/key_slots.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/unit/store/test_store.h"

namespace kua::store {
namespace {

using testing::code_of;
using testing::secret;
using testing::StoreWorld;

struct SlotWorld : StoreWorld {
    SlotWorld() { create(); }
    KeySlots unlock(std::string_view text) {
        return KeySlots::unlock(environment, dir, secret(text));
    }
    bool opens(std::string_view text) {
        const auto code = code_of([&] { return unlock(text); });
        REQUIRE((!code || code == ErrorCode::kWrongKey));
        return !code;
    }
};

constexpr std::string_view kFirst = "correct horse";

TEST_CASE("each passphrase opens the vault until it is removed", "[store]") {
    SlotWorld world;
    KeySlots slots = world.unlock(kFirst);
    CHECK(slots.add({.passphrase = secret("second"), .label = "mara"}) == 1);
    CHECK(slots.add({.passphrase = secret("shares"), .kind = SlotKind::kRecovery}) == 2);
    CHECK(world.opens(kFirst));
    CHECK(world.opens("second"));
    CHECK(world.opens("shares"));

    KeySlots again = world.unlock("second");
    CHECK(again.opened_by() == 1U);
    REQUIRE(again.slots().size() == 3);
    CHECK(again.slots()[0].label == "first");
    CHECK(again.slots()[1].label == "mara");
    CHECK(again.slots()[2].kind == SlotKind::kRecovery);

    again.remove(0);
    CHECK_FALSE(world.opens(kFirst));
    CHECK(world.opens("second"));
    CHECK(world.unlock("shares").slots().size() == 2);
}

TEST_CASE("a wrong passphrase opens nothing and says nothing about slots", "[store]") {
    SlotWorld world;
    for (const std::string_view wrong : {"", "correct hors", "correct horse ", "Correct horse"}) {
        CHECK(code_of([&] { return world.unlock(wrong); }) == ErrorCode::kWrongKey);
        CHECK(testing::message_of([&] { return world.unlock(wrong); }).find("slot") ==
              std::string::npos);
    }
}

TEST_CASE("a passphrase that opens the vault already is refused", "[store]") {
    SlotWorld world;
    KeySlots slots = world.unlock(kFirst);
    slots.add({.passphrase = secret("second")});
    CHECK(code_of([&] { return slots.add({.passphrase = secret("second")}); }) ==
          ErrorCode::kRefused);
    CHECK(code_of([&] { return slots.add({.passphrase = secret(kFirst)}); }) ==
          ErrorCode::kRefused);
    CHECK(code_of([&] { return slots.change(1, secret(kFirst)), 0; }) == ErrorCode::kRefused);
    CHECK(world.unlock("second").slots().size() == 2);
}

TEST_CASE("a changed passphrase replaces the old one and keeps the label", "[store]") {
    SlotWorld world;
    world.unlock(kFirst).change(0, secret("fresh"));
    CHECK_FALSE(world.opens(kFirst));
    CHECK(world.unlock("fresh").slots()[0].label == "first");
}

TEST_CASE("the cost changes only while there is one passphrase", "[store]") {
    SlotWorld world;
    const crypto::Argon2Cost dearer{.memory_bytes = 16 * 1024, .passes = 2};
    KeySlots slots = world.unlock(kFirst);
    slots.change(0, secret("fresh"), dearer);
    CHECK(world.unlock("fresh").cost() == dearer);
    CHECK_FALSE(world.opens(kFirst));

    slots.add({.passphrase = secret("second")});
    CHECK(code_of([&] { return slots.change(0, secret("x"), testing::kCheapCost), 0; }) ==
          ErrorCode::kRefused);
    CHECK(world.opens("fresh"));
}

TEST_CASE("slots that aren't there and the last one stay as they are", "[store]") {
    SlotWorld world;
    KeySlots slots = world.unlock(kFirst);
    CHECK(code_of([&] { return slots.remove(0), 0; }) == ErrorCode::kRefused);
    CHECK(code_of([&] { return slots.remove(1), 0; }) == ErrorCode::kNotFound);
    CHECK(code_of([&] { return slots.remove(8), 0; }) == ErrorCode::kNotFound);
    CHECK(code_of([&] { return slots.change(7, secret("x")), 0; }) == ErrorCode::kNotFound);
    CHECK(world.opens(kFirst));
}

TEST_CASE("there are eight slots and labels of at most 24 bytes of UTF-8", "[store]") {
    SlotWorld world;
    KeySlots slots = world.unlock(kFirst);
    CHECK(code_of([&] {
              return slots.add({.passphrase = secret("x"), .label = std::string(25, 'a')});
          }) == ErrorCode::kUsage);
    CHECK(code_of([&] { return slots.add({.passphrase = secret("x"), .label = "\xff"}); }) ==
          ErrorCode::kUsage);
    for (int index = 1; index < 8; ++index) {
        slots.add(
            {.passphrase = secret("p" + std::to_string(index)), .label = std::string(24, 'a')});
    }
    CHECK(code_of([&] { return slots.add({.passphrase = secret("nine")}); }) ==
          ErrorCode::kRefused);
    CHECK(world.opens("p7"));
    CHECK(world.unlock("p3").slots().size() == 8);
}

TEST_CASE("the key of another vault opens nothing", "[store]") {
    SlotWorld world;
    const crypto::VaultKey other = crypto::VaultKey::generate(world.random);
    CHECK(code_of([&] { return KeySlots::unlock(world.environment, world.dir, other); }) ==
          ErrorCode::kWrongKey);
}

TEST_CASE("slots moved to another place or another header don't open", "[store]") {
    SlotWorld world;
    const fs::path path = world.dir / kHeaderName;
    base::Bytes bytes = world.files.content(path);
    const KeySlots slots = world.unlock(kFirst);
    const crypto::HeaderMacKey mac_key = crypto::derive_header_mac_key(slots.vault_key());
    HeaderReading reading = parse_header_file(bytes);
    Header header = *reading.headers[0];
    SECTION("another place") {
        std::swap(header.slots[0], header.slots[1]);
    }
    SECTION("another vault") {
        header.vault_id[3] ^= std::byte{1};
    }
    const HeaderCopy copy = encode_header(header, mac_key, world.random);
    base::Bytes forged = base::copy_of(copy);
    base::append(forged, copy);
    world.files.add_file(path, forged);
    CHECK_FALSE(world.opens(kFirst));
}

}  // namespace
}  // namespace kua::store
