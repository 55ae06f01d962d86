// T22: pages of a vault's files put back to what they were at an earlier time. Such a page has a
// good MAC. Whoever does this doesn't know the passphrase, only two copies of the files.
#include <algorithm>
#include <map>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/test_vault.h"

namespace kua {
namespace {

using testing::TestVault;

// Every row of every table of the catalog, as one text; but for where the index of words begins
// what, which is only a shortcut: verify looks every word up.
std::string dump_of(TestVault& vault) {
    return vault.with_store([](store::Store& store) {
        std::vector<std::string> tables;
        {
            store::Rows rows = store.catalog().query(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'search_idx'"
                " ORDER BY name");
            while (rows.next()) {
                tables.emplace_back(rows.text(0));
            }
        }
        std::string dump;
        for (const std::string& table : tables) {
            std::string columns;
            store::Rows names =
                store.catalog().query("SELECT name FROM pragma_table_info(?1)", table);
            while (names.next()) {
                columns += (columns.empty() ? "quote(" : " || ',' || quote(") +
                           std::string{names.text(0)} + ")";
            }
            store::Rows rows =
                store.catalog().query("SELECT " + columns + " FROM " + table + " ORDER BY 1");
            while (rows.next()) {
                dump += table + ": " + std::string{rows.text(0)} + "\n";
            }
        }
        return dump;
    });
}

enum class Outcome { kFound, kNothingLost, kUnnoticed };

// What comes of a vault whose file `path` holds `content`.
Outcome outcome_of(TestVault& vault, const std::string& path, const base::Bytes& content,
                   const std::string& expected) {
    vault.close();
    vault.files.add_file(path, content);
    try {
        if (!vault.verify().ok()) {
            return Outcome::kFound;
        }
        return dump_of(vault) == expected ? Outcome::kNothingLost : Outcome::kUnnoticed;
    } catch (const Error& error) {
        return error.code() == ErrorCode::kDamaged ? Outcome::kFound : Outcome::kUnnoticed;
    }
}

TEST_CASE("a page that was put back is found, or nothing is lost by it", "[evidence][T22]") {
    CaseDraft draft;
    draft.classic = true;
    TestVault vault{testing::cheap_vault(draft)};
    vault.add("a.txt", std::string(100'000, 'a'), {{"note", {"first"}}});
    vault.add("b.txt", "b");
    const std::vector<std::pair<std::string, std::size_t>> files = {
        {"/vault/catalog.db", 4096}, {"/vault/objects/000001.db", 65'536}};
    std::map<std::string, base::Bytes> older;
    const auto next_generation = [&] {
        vault.close();
        for (const auto& [path, page_bytes] : files) {
            older[path] = vault.files.content(path);
        }
    };
    next_generation();
    vault.add("c.txt", "c", {{"source", {"P-12"}}});
    vault.add("a again.txt", std::string(100'000, 'a'));
    vault.export_to("/out", {"b.txt"});
    CaseDraft second;
    second.title = "Second";
    second.classic = true;
    vault->create_case(second);
    const std::string expected = dump_of(vault);
    REQUIRE(vault.verify().ok());
    vault.close();
    const testing::MemoryTree tree = vault.files.tree();
    std::map<Outcome, std::size_t> outcomes;
    for (const auto& [path, page_bytes] : files) {
        const base::Bytes newer = vault.files.content(path);
        for (std::size_t at = 0; at + page_bytes <= older[path].size(); at += page_bytes) {
            base::Bytes mixed = newer;
            std::copy_n(older[path].begin() + static_cast<std::ptrdiff_t>(at), page_bytes,
                        mixed.begin() + static_cast<std::ptrdiff_t>(at));
            if (mixed == newer) {
                continue;
            }
            const Outcome outcome = outcome_of(vault, path, mixed, expected);
            ++outcomes[outcome];
            CAPTURE(path, at / page_bytes + 1);
            CHECK(outcome != Outcome::kUnnoticed);
            vault.close();
            vault.files = testing::MemoryFileSystem{tree};
        }
    }
    WARN(outcomes[Outcome::kFound] << " old pages found, " << outcomes[Outcome::kNothingLost]
                                   << " changed nothing that is kept");
    CHECK(outcomes[Outcome::kFound] > 20);
}

}  // namespace
}  // namespace kua
