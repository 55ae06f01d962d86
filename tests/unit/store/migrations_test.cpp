#include "vault/store/migrations.h"

#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/unit/store/test_store.h"

namespace kua::store {
namespace {

using testing::code_of;
using testing::message_of;
using testing::StoreWorld;

constexpr std::array<std::string_view, 3> kSteps{
    "CREATE TABLE a(x INTEGER) STRICT; INSERT INTO a VALUES(1);",
    "UPDATE a SET x = x + 10;",
    "CREATE TABLE b(y INTEGER) STRICT;",
};
constexpr std::array<std::string_view, 2> kBrokenSteps{
    kSteps[0], "INSERT INTO a VALUES(2); INSERT INTO missing VALUES(3);"};
constexpr std::array<std::string_view, 1> kOther{"CREATE TABLE c(z INTEGER) STRICT;"};

StoreOptions options_with(const std::vector<MigrationSet>& sets) {
    return {.migrations = sets, .segment_limit_bytes = kSegmentLimitBytes};
}

TEST_CASE("an older catalog is migrated at the first opening, step by step", "[store]") {
    StoreWorld world;
    const std::vector<MigrationSet> v1{{"layer", std::span{kSteps}.first(1)}};
    const std::vector<MigrationSet> v3{{"layer", kSteps}, {"other", kOther}};
    world.create(options_with(v1));
    const Access access = GENERATE(Access::kRead, Access::kWrite);
    {
        Store store = world.open(access, options_with(v3));
        CHECK(store.catalog().query_integer("SELECT x FROM a") == 11);
        CHECK(store.catalog().query_integer("SELECT count(*) FROM b") == 0);
        CHECK(store.catalog().query_integer("SELECT count(*) FROM c") == 0);
    }
    Store again = world.open(access, options_with(v3));
    CHECK(again.catalog().query_integer("SELECT x FROM a") == 11);
}

TEST_CASE("an older catalog on a read-only device is said to need a copy", "[store]") {
    StoreWorld world;
    const std::vector<MigrationSet> v1{{"layer", std::span{kSteps}.first(1)}};
    const std::vector<MigrationSet> v3{{"layer", kSteps}};
    world.create(options_with(v1));
    testing::FaultFileSystem read_only{world.files};
    read_only.fail({.at = 1, .error = EROFS, .for_ever = true});
    const base::Environment environment{read_only, world.clock, world.random};
    const auto open = [&](const std::vector<MigrationSet>& sets) {
        return Store::open(environment, world.dir, world.passphrase, Access::kRead,
                           options_with(sets));
    };
    CHECK(message_of([&] { return open(v3); }).find("Copy the whole folder") != std::string::npos);
    CHECK(code_of([&] { return open(v3); }) == ErrorCode::kFailed);
    CHECK(open(v1).catalog().query_integer("SELECT count(*) FROM a") == 1);
}

TEST_CASE("a newer catalog is refused and left alone", "[store]") {
    StoreWorld world;
    const std::vector<MigrationSet> v3{{"layer", kSteps}};
    const std::vector<MigrationSet> v2{{"layer", std::span{kSteps}.first(2)}};
    world.create(options_with(v3));
    const base::Bytes before = world.files.content(world.dir / kCatalogName);
    CHECK(code_of([&] { return world.open(Access::kWrite, options_with(v2)); }) ==
          ErrorCode::kNewerFormat);
    CHECK(code_of([&] { return world.open(Access::kRead); }) == ErrorCode::kNewerFormat);
    CHECK(world.files.content(world.dir / kCatalogName) == before);
}

TEST_CASE("a migration that fails leaves the version before it", "[store]") {
    StoreWorld world;
    const std::vector<MigrationSet> v1{{"layer", std::span{kSteps}.first(1)}};
    const std::vector<MigrationSet> broken{{"layer", kBrokenSteps}};
    world.create(options_with(v1));
    CHECK(code_of([&] { return world.open(Access::kWrite, options_with(broken)); }) ==
          ErrorCode::kBug);
    Store store = world.open(Access::kRead, options_with(v1));
    CHECK(store.catalog().query_integer("SELECT count(*) FROM a") == 1);
}

TEST_CASE("a catalog of another layout or program is refused", "[store]") {
    StoreWorld world;
    const bool newer = GENERATE(true, false);
    CAPTURE(newer);
    {
        Store store = world.create();
        Transaction write{store.catalog()};
        write.run_script(newer ? "PRAGMA user_version = 2" : "PRAGMA application_id = 99");
        write.commit();
    }
    CHECK(code_of([&] { return world.open(Access::kRead); }) ==
          (newer ? ErrorCode::kNewerFormat : ErrorCode::kDamaged));
}

}  // namespace
}  // namespace kua::store
