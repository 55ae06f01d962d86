// What a damaged page of the catalog may take with it, and what not.
#include <algorithm>
#include <memory>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/effort.h"
#include "tests/support/errors.h"
#include "tests/unit/evidence/test_vault.h"
#include "vault/store/core_pages.h"
#include "vault/store/sqlite/page_mac.h"
#include "vault/store/sqlite/vfs_file.h"

namespace kua::evidence {
namespace {

using testing::code_of;
using testing::MemoryFileSystem;
using testing::VaultWorld;

const base::fs::path kCore = "/vault/catalog.copies";

// A vault with three items in two bundles, and copies of it with a page gone.
class DamagedWorld {
public:
    DamagedWorld() {
        Vault vault = world.create();
        for (const char* name : {"one", "two", "three"}) {
            AddRequest request;
            request.paths = {base::fs::path{"/card"} / name};
            world.files.add_file(request.paths.front(), world.random.bytes(5'000));
            REQUIRE(vault.add(request, no_progress()).added.size() == 1);
        }
        key = std::make_unique<crypto::VaultKey>(world.vault_key());
    }

    // Alters the root page of a table or index, which in so small a catalog is all of it, in a
    // vault that has no second copies of such pages (any more), or has.
    enum class Copies : std::uint8_t { kGone, kThere };
    void damage(const std::string& table, Copies copies = Copies::kGone) {
        std::int64_t page = 0;
        {
            store::Store store = world.open_store(Access::kRead);
            page = store.catalog()
                       .query_integer("SELECT rootpage FROM sqlite_schema WHERE name = ?1", table)
                       .value();
        }
        damage_at(
            static_cast<std::uint64_t>(page - 1) * store::kCatalogCipher.page_size_bytes + 1'000,
            copies);
    }
    void damage_at(std::uint64_t offset, Copies copies) {
        disk = MemoryFileSystem{world.files.tree()};
        if (copies == Copies::kGone) {
            disk.remove_file(kCore);
        }
        disk.flip_bit("/vault/catalog.db", offset * 8);
    }

    std::set<std::string> subjects() {
        Vault vault = world.open_with_key(disk, *key, Access::kRead);
        const VerificationReport report = vault.verify({}, no_progress());
        objects_checked = report.objects_checked;
        std::set<std::string> found;
        for (const Finding& finding : report.findings) {
            found.insert(finding.subject);
        }
        return found;
    }
    ExportReport export_all() {
        Vault vault = world.open_with_key(disk, *key, Access::kWrite);
        ExportRequest request;
        request.all = true;
        request.to = "/out";
        ExportReport report = vault.export_items(request, no_progress());
        for (const ExportedItem& item : report.exported) {
            CHECK(disk.content(item.path) == world.files.content("/card" / item.path.filename()));
        }
        return report;
    }

    VaultWorld world;
    std::unique_ptr<crypto::VaultKey> key;
    MemoryFileSystem disk;
    std::uint64_t objects_checked = 0;
};

TEST_CASE("a page of the projection is a finding about the catalog, not about the journal",
          "[evidence]") {
    DamagedWorld world;
    for (const char* table : {"entry_text", "item", "item_in_order", "item_facts"}) {
        CAPTURE(table);
        world.damage(table);
        CHECK(world.subjects() == std::set<std::string>{"catalog"});
        CHECK(world.objects_checked == 3);
    }
}

TEST_CASE("a journal that can't be read makes no object surplus", "[evidence]") {
    DamagedWorld world;
    for (const char* table : {"log", "bundle"}) {
        CAPTURE(table);
        world.damage(table);
        const std::set<std::string> subjects = world.subjects();
        CHECK(subjects.contains("catalog"));
        CHECK(std::ranges::none_of(
            subjects, [](const std::string& subject) { return subject.starts_with("object "); }));
        CHECK(world.objects_checked == 3);  // by their sealed bytes
    }
}

TEST_CASE("what is found in a segment is told, though the catalog can't say what lies there",
          "[evidence][T21]") {
    DamagedWorld world;
    const base::fs::path segment = "/vault/objects/000001.db";
    world.damage("extent");
    CHECK_FALSE(world.subjects().contains("segment 1"));
    world.disk.flip_bit(segment, (world.disk.content(segment).size() - 1'000) * 8);
    const std::set<std::string> subjects = world.subjects();
    CHECK(subjects.contains("catalog"));
    CHECK(subjects.contains("segment 1"));
}

TEST_CASE("where the list of items is damaged, an export takes the journal's and says so",
          "[evidence]") {
    DamagedWorld world;
    for (const char* table : {"item", "item_in_order", "item_facts"}) {
        CAPTURE(table);
        world.damage(table);
        const ExportReport report = world.export_all();
        CHECK(report.exported.size() == 3);
        CHECK(report.failed.empty());
    }
    world.damage("item");
    const ExportReport report = world.export_all();
    REQUIRE_FALSE(report.findings.empty());
    CHECK(report.findings.front().subject == "catalog");
    CHECK(report.findings.front().text.starts_with("its list of items can't be read"));
}

TEST_CASE("what can't be entered in a damaged journal is exported all the same, with a finding",
          "[evidence]") {
    DamagedWorld world;
    for (const char* table : {"log", "bundle", "entry"}) {
        CAPTURE(table);
        world.damage(table);
        const ExportReport report = world.export_all();
        CHECK(report.exported.size() == 3);
        REQUIRE(report.findings.size() == 1);
        CHECK(report.findings.front().text.starts_with(
            "these exports could not be entered in the journal"));
    }
}

TEST_CASE("a damaged setting keeps nothing from being exported", "[evidence]") {
    DamagedWorld world;
    world.damage("setting");
    CHECK(world.subjects() == std::set<std::string>{"catalog"});
    const ExportReport report = world.export_all();
    CHECK(report.exported.size() == 3);
    CHECK(report.findings.empty());
}

TEST_CASE("a damaged page that everything hangs on is named, and its second copy used",
          "[evidence][T21]") {
    DamagedWorld world;
    for (const char* table : {"identity", "case_key", "segment", "log", "object", "extent", "item",
                              "entry", "bundle", "item_in_order"}) {
        CAPTURE(table);
        world.damage(table, DamagedWorld::Copies::kThere);
        CHECK(world.subjects() == std::set<std::string>{"catalog"});
        const ExportReport report = world.export_all();
        CHECK(report.exported.size() == 3);
        CHECK(report.findings.empty());
        CHECK(world.subjects() == std::set<std::string>{});  // a writer mends the page
    }
    for (const std::uint64_t offset : {3U, 15U, 16U, 100U, 2'000U, 4'010U, 4'040U, 4'095U}) {
        CAPTURE(offset);  // page 1: salt, header, schema, IV, MAC
        world.damage_at(offset, DamagedWorld::Copies::kThere);
        CHECK(world.subjects() == std::set<std::string>{"catalog"});
        CHECK(world.export_all().exported.size() == 3);
        CHECK(world.subjects() == std::set<std::string>{});
    }
}

TEST_CASE("a page that was damaged doesn't close the vault when the rest was written",
          "[evidence][T21]") {
    DamagedWorld world;
    const base::Bytes copies = world.world.files.content(kCore);
    constexpr std::size_t kCopyBytes = 4 + store::kCatalogCipher.page_size_bytes;
    const std::size_t count = copies.size() / kCopyBytes;
    REQUIRE(count > 20);
    world.world.files.add_file("/card/four", world.world.random.bytes(5'000));
    for (std::size_t i = 0; i < count; i += testing::stride(5, "pages")) {
        const auto number = base::ByteView{copies}.subspan(i * kCopyBytes, 4);
        const std::uint64_t page = store::get_page_number(number.first<4>());
        CAPTURE(page);
        world.damage_at((page - 1) * store::kCatalogCipher.page_size_bytes + 1'000,
                        DamagedWorld::Copies::kThere);
        {
            Vault reader = world.world.open_with_key(world.disk, *world.key, Access::kRead);
            REQUIRE(reader.opening_findings().size() == 1);
            CHECK(reader.opening_findings().front().text.starts_with(
                "a page of it was damaged and read from a second copy"));
        }
        {
            Vault writer = world.world.open_with_key(world.disk, *world.key, Access::kWrite);
            REQUIRE(writer.opening_findings().size() == 1);
            CHECK(writer.opening_findings().front().text.starts_with(
                "a page of it was damaged and mended from a second copy"));
            AddRequest request;
            request.paths = {"/card/four"};
            REQUIRE(writer.add(request, no_progress()).added.size() == 1);
        }
        world.disk.add_file(kCore, copies);  // as a writer leaves them that is killed
        CHECK(world.subjects() == std::set<std::string>{});
        CHECK(world.export_all().exported.size() == 4);
    }
}

TEST_CASE("a second copy that was altered is found, and nothing depends on it", "[evidence][T21]") {
    DamagedWorld world;
    const std::size_t size = world.world.files.content(kCore).size();
    REQUIRE(size > 20'000);
    const std::size_t step = 1'367 * testing::stride(5, "places");
    for (std::size_t offset = 0; offset < size; offset += step) {
        CAPTURE(offset);
        world.disk = MemoryFileSystem{world.world.files.tree()};
        world.disk.flip_bit(kCore, offset * 8 + offset % 8);
        CHECK(world.subjects() == std::set<std::string>{"catalog.copies"});
        CHECK(world.export_all().exported.size() == 3);
        CHECK(world.subjects() == std::set<std::string>{});  // made anew by the export
    }
    world.disk = MemoryFileSystem{world.world.files.tree()};
    base::Bytes cut = world.disk.content(kCore);
    cut.pop_back();
    world.disk.add_file(kCore, cut);
    CHECK(world.subjects() == std::set<std::string>{"catalog.copies"});
}

TEST_CASE("no second copy is used while somebody writes the catalog", "[evidence]") {
    DamagedWorld world;
    world.damage("case_key", DamagedWorld::Copies::kThere);
    {
        const auto writer = world.disk.open("/vault/catalog.db", base::OpenMode::kReadWrite);
        REQUIRE(
            writer->try_lock(store::kSharedFirst, store::kSharedBytes, base::LockMode::kExclusive));
        const crypto::CatalogKey key = crypto::derive_catalog_key(*world.key);
        const base::Environment environment{world.disk, world.world.clock, world.world.random};
        CHECK(store::check_core(environment, "/vault", key).overlay.empty());
        writer->unlock(store::kSharedFirst, store::kSharedBytes);
        CHECK(store::check_core(environment, "/vault", key).overlay.size() == 1);
    }
    CHECK(world.export_all().exported.size() == 3);
}

TEST_CASE("second copies of an older state are not used", "[evidence]") {
    DamagedWorld world;
    const base::Bytes older = world.world.files.content(kCore);
    {
        Vault vault = world.world.open_with_key(world.world.files, *world.key, Access::kWrite);
        AddRequest request;
        request.paths = {"/card/four"};
        world.world.files.add_file("/card/four", world.world.random.bytes(5'000));
        REQUIRE(vault.add(request, no_progress()).added.size() == 1);
    }
    CHECK(world.world.files.content(kCore) != older);
    world.damage("case_key", DamagedWorld::Copies::kThere);
    world.disk.add_file(kCore, older);
    CHECK(world.subjects() == std::set<std::string>{"catalog"});
    CHECK(world.objects_checked == 0);
}

TEST_CASE("damaged keys of the cases are named, and nothing comes out", "[evidence]") {
    DamagedWorld world;
    world.damage("case_key");
    CHECK(world.subjects() == std::set<std::string>{"catalog"});
    CHECK(world.objects_checked == 0);
    CHECK(code_of([&] { return world.export_all(); }) == ErrorCode::kDamaged);
}

}  // namespace
}  // namespace kua::evidence
