// What a damaged page of the catalog may take with it, and what not.
#include <algorithm>
#include <memory>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/unit/evidence/test_vault.h"

namespace kua::evidence {
namespace {

using testing::code_of;
using testing::MemoryFileSystem;
using testing::VaultWorld;

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

    // Alters the root page of a table or index, which in so small a catalog is all of it.
    void damage(const std::string& table) {
        std::int64_t page = 0;
        {
            store::Store store = world.open_store(Access::kRead);
            page = store.catalog()
                       .query_integer("SELECT rootpage FROM sqlite_schema WHERE name = ?1", table)
                       .value();
        }
        disk = MemoryFileSystem{world.files.tree()};
        const auto offset =
            static_cast<std::uint64_t>(page - 1) * store::kCatalogCipher.page_size_bytes + 1'000;
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

TEST_CASE("damaged keys of the cases are named, and nothing comes out", "[evidence]") {
    DamagedWorld world;
    world.damage("case_key");
    CHECK(world.subjects() == std::set<std::string>{"catalog"});
    CHECK(world.objects_checked == 0);
    CHECK(code_of([&] { return world.export_all(); }) == ErrorCode::kDamaged);
}

}  // namespace
}  // namespace kua::evidence
