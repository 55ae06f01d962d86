// A disk that is full while evidence comes in.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/effort.h"
#include "tests/support/errors.h"
#include "tests/unit/evidence/test_vault.h"

namespace kua::evidence {
namespace {

using testing::code_of;
using testing::VaultWorld;

TEST_CASE("an add that finds the disk full at any size keeps the vault as it was",
          "[evidence][T05]") {
    VaultWorld world;
    world.files.add_file("/card/first", world.random.bytes(5'000));
    world.files.add_file("/more/small", world.random.bytes(3'000));
    world.files.add_file("/more/large", world.random.bytes(1'200'000));
    std::string case_id;
    AddRequest more;
    more.paths = {"/more"};
    {
        Vault vault = world.create();
        case_id = vault.cases().front().id;
        AddRequest first;
        first.paths = {"/card"};
        REQUIRE(vault.add(first, no_progress()).added.size() == 1);
    }
    const auto rows = world.projection_rows(case_id);
    const testing::MemoryTree before = world.files.tree();
    const std::uint64_t used = world.files.used_bytes();
    int full = 0;
    int whole = 0;
    const std::uint64_t stride = testing::stride(3, "sizes");
    for (std::uint64_t room = 0; room <= 2'000'000; room += 50'000 * stride) {
        CAPTURE(room);
        world.files = testing::MemoryFileSystem{before};
        world.files.set_capacity_bytes(used + room);
        const auto code = code_of([&] {
            Vault vault = world.open(Access::kWrite);
            return vault.add(more, no_progress());
        });
        world.files.set_capacity_bytes(std::nullopt);
        if (code) {
            ++full;
            CHECK(code == ErrorCode::kStorage);
            CHECK(world.projection_rows(case_id) == rows);
        } else {
            ++whole;
        }
        Vault vault = world.open(Access::kWrite);
        CHECK(vault.verify({}, no_progress()).ok());
        CHECK(vault.list({}).size() == (code ? 1U : 3U));
        if (code && full % 8 == 1) {  // with room it goes in
            CHECK(vault.add(more, no_progress()).added.size() == 2);
            CHECK(vault.verify({}, no_progress()).ok());
        }
    }
    CHECK(full >= static_cast<int>(10 / stride));
    CHECK(whole >= static_cast<int>(3 / stride));
}

}  // namespace
}  // namespace kua::evidence
