#include "vault/store/store.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/support/rename_watch.h"
#include "tests/unit/store/test_store.h"
#include "vault/store/core_pages.h"
#include "vault/store/integrity.h"

namespace kua::store {
namespace {

using testing::code_of;
using testing::secret;
using testing::StoreWorld;

TEST_CASE("objects come back as they were stored, after opening anew", "[store]") {
    StoreWorld world;
    const base::Bytes small = world.random.bytes(5);
    const base::Bytes large = world.random.bytes(3'500'000);
    SealedDigest small_digest;
    SealedDigest large_digest;
    {
        Store store = world.create();
        small_digest = testing::add_object(store, small);
        large_digest = testing::add_object(store, large);
    }
    Store store = world.open(Access::kRead);
    SegmentReader reader = store.objects().reader(KeepPages::kYes);
    CHECK(testing::read_object(store, reader, small_digest) == small);
    CHECK(testing::read_object(store, reader, large_digest) == large);
    CHECK(check_catalog(world.environment, store.catalog()).empty());
    const ExtentReport extents = check_extents(store.catalog(), store.objects());
    CHECK(extents.findings.empty());
    CHECK(extents.damaged.empty());
    const auto pages = reader.take_pages_read();
    REQUIRE(pages.contains(1));
    CHECK(check_segment(store.objects(), 1, pages.at(1)).empty());
    CHECK(check_segment(store.objects(), 1, PageSet{}).empty());
    // Reading all objects of a segment checks all of its pages, so nothing is left to be read.
    const std::uint64_t size = world.files.content(world.dir / "objects" / "000001.db").size();
    CHECK(pages.at(1).size() == size / kSegmentCipher.page_size_bytes);
}

TEST_CASE("a new vault's header is synced under its name, then its directory", "[store][T20]") {
    StoreWorld world;
    testing::FaultFileSystem watched{world.files};
    const testing::RenameWatch watch{watched};
    Store::create({watched, world.clock, world.random}, world.dir, testing::kCheapCost,
                  {.passphrase = world.passphrase, .label = "first"}, {});
    CHECK(watch.all_safe());
    CHECK(watch.renamed_in(world.dir).contains("kua.vault"));
}

TEST_CASE("a vault on a stick that keeps nothing is not made, nor written to", "[store][T20]") {
    StoreWorld world;
    testing::FaultFileSystem fake{world.files};
    const base::Environment environment{fake, world.clock, world.random};
    const auto create = [&] {
        return Store::create(environment, world.dir, testing::kCheapCost,
                             {.passphrase = world.passphrase, .label = "first"}, {});
    };
    SECTION("made") {
        fake.plug_in_fake(world.dir);
        CHECK(code_of(create) == ErrorCode::kStorage);
    }
    SECTION("its catalog") {
        Store store = create();
        fake.plug_in_fake(world.dir);
        Transaction write{store.catalog()};
        write.run("INSERT INTO segment(number, next_piece, bytes, state) VALUES(9, 1, 0, 0)");
        CHECK(code_of([&] { write.commit(); }) == ErrorCode::kStorage);
    }
    SECTION("a segment") {
        Store store = create();
        SegmentWriter writer = store.objects().writer();
        writer.append(world.random.bytes(100'000));
        fake.plug_in_fake(world.dir / "objects");
        writer.append(world.random.bytes(100'000));
        CHECK(code_of([&] { writer.commit(); }) == ErrorCode::kStorage);
    }
}

TEST_CASE("a page that a stick doesn't keep is found wherever it lies", "[store][T20]") {
    StoreWorld world;
    testing::FaultFileSystem fake{world.files};
    Store store = Store::create({fake, world.clock, world.random}, world.dir, testing::kCheapCost,
                                {.passphrase = world.passphrase, .label = "first"}, {});
    constexpr std::uint64_t kMib = 1 << 20;
    constexpr std::uint64_t kPieces = 5;
    const std::uint64_t kept_bytes =
        GENERATE_COPY(kMib, 2 * kMib - 1, 2 * kMib, 3 * kMib, 4 * kMib, (kPieces - 1) * kMib + 1);
    fake.plug_in_fake(world.dir / "objects", {.kept_bytes = kept_bytes});
    SegmentWriter writer = store.objects().writer();
    for (std::uint64_t i = 0; i < kPieces; ++i) {
        writer.append(world.random.bytes(kMib));
    }
    CHECK(code_of([&] { writer.commit(); }) == ErrorCode::kStorage);
}

TEST_CASE("a second writer is turned away at once, readers are not", "[store][T08]") {
    StoreWorld world;
    Store writer = world.create();
    CHECK(code_of([&] { return world.open(Access::kWrite); }) == ErrorCode::kBusy);
    Store reader = world.open(Access::kRead);
    Transaction write{writer.catalog()};
    write.run("INSERT INTO segment(number, next_piece, bytes, state) VALUES(9, 1, 0, 0)");
    CHECK(reader.catalog().query_integer("SELECT count(*) FROM segment") == 0);
    write.commit();
    CHECK(reader.catalog().query_integer("SELECT count(*) FROM segment") == 1);
}

TEST_CASE("the lock is free again when a writer is gone", "[store]") {
    StoreWorld world;
    world.create();
    world.open(Access::kWrite);
    CHECK(!code_of([&] { return world.open(Access::kWrite); }));
}

TEST_CASE("a store opened for reading changes nothing", "[store]") {
    StoreWorld world;
    world.create();
    Store store = world.open(Access::kRead);
    CHECK(code_of([&] {
        Transaction write{store.catalog()};
        write.run("DELETE FROM segment");
        return 0;
    }));
    CHECK(code_of([&] { return store.objects().writer().append(base::bytes_of("x")); }) ==
          ErrorCode::kBug);
}

TEST_CASE("nothing is changed where a vault or anything else is already", "[store]") {
    StoreWorld world;
    SECTION("a vault") {
        { Store store = world.create(); }
        const base::Bytes header = world.files.content(world.dir / kHeaderName);
        CHECK(code_of([&] { return world.create(); }) == ErrorCode::kExists);
        CHECK(testing::message_of([&] { return world.create(); }).find("nothing changed") !=
              std::string::npos);
        CHECK(world.files.content(world.dir / kHeaderName) == header);
    }
    SECTION("somebody's files") {
        world.files.add_file(world.dir / "thesis.txt", base::bytes_of("text"));
        CHECK(code_of([&] { return world.create(); }) == ErrorCode::kExists);
        CHECK(world.files.list(world.dir).size() == 1);
    }
    SECTION("a vault that lost its header") {
        { Store store = world.create(); }
        world.files.remove_file(world.dir / kHeaderName);
        CHECK(code_of([&] { return world.create(); }) == ErrorCode::kExists);
        CHECK(world.files.status(world.dir / kCatalogName));
        CHECK(code_of([&] { return world.open(Access::kRead); }) == ErrorCode::kNotVault);
    }
}

TEST_CASE("what fills a new vault is there from its first moment or not at all", "[store]") {
    StoreWorld world;
    const auto fill = [](Store& store) {
        Transaction write{store.catalog()};
        write.run("INSERT INTO segment(number, next_piece, bytes, state) VALUES(9, 1, 0, 0)");
        write.commit();
    };
    const auto fail = [](Store& store) {
        testing::add_object(store, base::copy_of(base::bytes_of("x")));
        throw Error{ErrorCode::kInterrupted, "stopped"};
    };
    const NewSlot slot{.passphrase = world.passphrase};
    CHECK(code_of([&] {
              return Store::create(world.environment, world.dir, testing::kCheapCost, slot, {},
                                   fail);
          }) == ErrorCode::kInterrupted);
    CHECK_FALSE(world.files.status(world.dir));
    Store::create(world.environment, world.dir, testing::kCheapCost, slot, {}, fill);
    Store store = world.open(Access::kRead);
    CHECK(store.catalog().query_integer("SELECT count(*) FROM segment") == 1);
}

TEST_CASE("a vault whose catalog is empty or gone is damaged, and stays as it is", "[store]") {
    StoreWorld world;
    { Store store = world.create(); }
    world.files.remove_file(world.dir / kCatalogName);
    if (GENERATE(true, false)) {
        world.files.add_file(world.dir / kCatalogName, {});
    }
    // SQLite drops a journal that it finds beside an empty database.
    world.files.add_file(world.dir / "catalog.db-journal", base::bytes_of("a journal"));
    const std::size_t files = world.files.list(world.dir).size();
    for (const Access access : {Access::kRead, Access::kWrite}) {
        CHECK(code_of([&] { return world.open(access); }) == ErrorCode::kDamaged);
    }
    CHECK(world.files.list(world.dir).size() == files);
}

TEST_CASE("other directories are no vaults, and nothing is made in them", "[store]") {
    StoreWorld world;
    CHECK(code_of([&] { return world.open(Access::kWrite); }) == ErrorCode::kNotVault);
    world.files.add_directory(world.dir);
    CHECK(code_of([&] { return world.open(Access::kWrite); }) == ErrorCode::kNotVault);
    CHECK(world.files.list(world.dir).empty());
}

TEST_CASE("a wrong passphrase and a foreign catalog are told apart", "[store]") {
    StoreWorld world;
    { Store store = world.create(); }
    CHECK(code_of([&] {
              return Store::open(world.environment, world.dir, secret("wrong"), Access::kRead, {});
          }) == ErrorCode::kWrongKey);
    StoreWorld other{8};
    { Store store = other.create(); }
    world.files.add_file(world.dir / kCatalogName, other.files.content(other.dir / kCatalogName));
    world.files.remove_file(world.dir / kCoreName);
    CHECK(code_of([&] { return world.open(Access::kRead); }) == ErrorCode::kDamaged);
}

TEST_CASE("a vacuumed catalog holds nothing of deleted rows", "[store][T34]") {
    StoreWorld world;
    Store store = world.create();
    {
        Transaction write{store.catalog()};
        for (int index = 0; index < 200; ++index) {
            write.run(
                "INSERT INTO object(sealed_digest, case_id, header, payload_bytes, pieces) "
                "VALUES(?1, x'01', ?2, 0, 0)",
                world.random.bytes(32), world.random.bytes(3000));
        }
        write.commit();
    }
    const std::size_t before = world.files.content(world.dir / kCatalogName).size();
    {
        Transaction write{store.catalog()};
        write.run("DELETE FROM object");
        write.commit();
    }
    store.catalog().vacuum();
    CHECK(store.catalog().query_integer("PRAGMA freelist_count") == 0);
    CHECK(world.files.content(world.dir / kCatalogName).size() < before / 3);
    CHECK(check_catalog(world.environment, store.catalog()).empty());
}

TEST_CASE("every flipped byte of the catalog is found by checking it", "[store][T21]") {
    StoreWorld world;
    {
        Store store = world.create();
        testing::add_object(store, world.random.bytes(100));
    }
    const fs::path path = world.dir / kCatalogName;
    const std::size_t size = world.files.content(path).size();
    std::size_t flips = 0;
    std::size_t found = 0;
    for (std::size_t at = 5; at < size; at += 509) {
        world.files.flip_bit(path, at * 8 + at % 8);
        ++flips;
        try {
            Store store = world.open(Access::kRead);
            Connection catalog = store.connect_bare_catalog();
            found += check_catalog(world.environment, catalog).empty() ? 0U : 1U;
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::kDamaged);
            ++found;
        }
        world.files.flip_bit(path, at * 8 + at % 8);
    }
    CHECK(found == flips);
    CHECK(flips > 50);
}

}  // namespace
}  // namespace kua::store
