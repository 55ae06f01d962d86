// [T34] What a sealed case leaves to somebody who has the passphrase: every page of every file of
// the vault is decrypted here, without SQLCipher, and searched.
#include <algorithm>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/effort.h"
#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/unit/evidence/sealed_world.h"
#include "vault/evidence/case_seal.h"

namespace kua::evidence {
namespace {

using testing::code_of;
using testing::SealedWorld;

// But for the objects themselves nobody reads their content, sealed or not.
std::set<std::string> without_content(std::set<std::string> names) {
    std::erase_if(names, [](const std::string& name) { return name.ends_with(": text"); });
    return names;
}

TEST_CASE("before sealing, the search finds every canary of both cases", "[evidence][T34]") {
    SealedWorld world;
    CHECK(world.hits(world.hidden) == without_content(world.hidden.names()));
    CHECK(world.hits(world.open) == without_content(world.open.names()));
}

TEST_CASE("after sealing, no page holds anything of the case, and the other case is whole",
          "[evidence][T34]") {
    SealedWorld world;
    world.seal();
    CHECK(world.hits(world.hidden) == std::set<std::string>{});
    CHECK(world.hits(world.open) == without_content(world.open.names()));
    ListRequest list;
    list.case_name = world.open_case;
    CHECK(world.vault().list(list).size() == 4);
    CHECK(world.vault().verify({}, no_progress()).ok());
    ExportRequest request;
    request.all = true;
    request.case_name = world.open_case;
    request.to = "/out";
    CHECK(world.vault().export_items(request, no_progress()).exported.size() == 4);
    CHECK(world.world.files.content("/out/" + world.names.at("third")) ==
          world.world.files.content("/card/" + world.names.at("third")));
    CHECK(world.hits(world.hidden).empty());
}

TEST_CASE("what was shredded before sealing leaves nothing either", "[evidence][T34]") {
    SealedWorld world;
    const std::string reason = world.fresh(world.hidden, "why it was shredded");
    const ShredReport gone =
        world.vault().shred({{world.names.at("first")}, "", world.hidden_case, reason});
    REQUIRE(gone.items.size() == 1);
    CHECK(world.hits(world.hidden).contains("why it was shredded"));
    world.seal();
    CHECK(world.hits(world.hidden).empty());
    CHECK(world.vault().verify({}, no_progress()).ok());
    CHECK(code_of([&] {
              world.vault().shred({{world.names.at("first")}, "", world.hidden_case, reason});
          }) == ErrorCode::kRefused);
}

TEST_CASE("what is added to a sealed case is journalled and leaves nothing readable",
          "[evidence][T34]") {
    SealedWorld world;
    world.seal();
    const std::uint64_t entries = world.vault().find_case(world.hidden_case).entries;
    world.add(world.hidden, world.hidden_case, "later", "2014-06-08", 100'000);
    world.tell(world.hidden, world.hidden_case, "later");
    // Two items and a source; then consent, unread afterwards.
    CHECK(world.vault().find_case(world.hidden_case).entries == entries + 7);
    const std::string reason = world.fresh(world.hidden, "reason said while sealed");
    world.vault().give_consent({"P-07",
                                world.hidden_case,
                                {},
                                {{"level", {"2"}}, {"how_informed", {"explained_orally"}}},
                                reason});
    world.vault().withdraw_consent(
        {"P-07", world.hidden_case, {}, {{"purposes", {"court"}}, {"reason", {reason}}}, ""});
    CHECK(world.vault().find_case(world.hidden_case).entries == entries + 9);
    CHECK(code_of([&] { world.vault().consent("P-07", world.hidden_case); }) ==
          ErrorCode::kRefused);
    CHECK(code_of([&] { world.vault().sources(world.hidden_case); }) == ErrorCode::kRefused);
    CHECK(code_of([&] {
              world.vault().add_source({"", world.hidden_case, {}});
          }) == ErrorCode::kUsage);
    CHECK(code_of([&] {
              world.vault().describe({"i-00000", world.hidden_case, {{"note", {"x"}}}, "why"});
          }) == ErrorCode::kRefused);
    // The same bytes once more: whether they are here already can't be known.
    AddRequest again;
    again.paths = {"/card/" + world.names.at("first")};
    again.case_name = world.hidden_case;
    CHECK(world.vault().add(again, no_progress()).added.size() == 1);
    CHECK(world.hits(world.hidden).empty());
    CHECK(world.vault().verify({{}, {}, VerifyDepth::kSealed}, no_progress()).ok());
    ListRequest list;
    list.case_name = world.hidden_case;
    CHECK(code_of([&] { return world.vault().list(list); }) == ErrorCode::kRefused);
}

TEST_CASE("after unsealing, the projection is the old one and what was added, row for row",
          "[evidence][T34]") {
    SealedWorld world;
    ListRequest list;
    list.case_name = world.hidden_case;
    const auto old_rows = world.world.projection_rows(world.hidden_case);
    const auto old_items = world.vault().list(list);
    world.seal();
    CHECK(world.world.projection_rows(world.hidden_case).empty());
    world.add(world.hidden, world.hidden_case, "later", "2014-06-08", 100'000);
    world.unseal();

    const auto new_rows = world.world.projection_rows(world.hidden_case);
    std::vector<std::string> lost;
    std::ranges::set_difference(std::set(old_rows.begin(), old_rows.end()),
                                std::set(new_rows.begin(), new_rows.end()),
                                std::back_inserter(lost));
    CHECK(lost.empty());
    // Two items: a line, its text, the item and its facts each; a source: without facts apart.
    // What is searched: two names, two notes, a place twice, two times.
    CHECK(new_rows.size() == old_rows.size() + 8 + 3 + 8);
    const auto items = world.vault().list(list);
    REQUIRE(items.size() == old_items.size() + 2);
    for (std::size_t i = 0; i < old_items.size(); ++i) {
        CHECK(items[i].id == old_items[i].id);
    }
    CHECK(items[old_items.size()].name == world.names.at("later"));
    CHECK(world.vault().rebuild(no_progress()).same);
    CHECK(world.world.projection_rows(world.hidden_case) == new_rows);
    CHECK(world.vault().verify({}, no_progress()).ok());
    CHECK(world.hits(world.hidden) == without_content(world.hidden.names()));
}

TEST_CASE("pages that a swept add has freed hold nothing of the case", "[evidence][T34]") {
    SealedWorld world;
    world.close();
    testing::MemoryFileSystem& files = world.world.files;
    const crypto::VaultKey key = world.world.vault_key();
    const base::Bytes content = world.world.random.bytes(400'000);
    world.hidden.add("left over: text", base::ByteView{content}.first(300));
    const base::fs::path file = "/card/" + world.fresh(world.hidden, "left over: name");
    files.add_file(file, content);
    const auto size_bytes = [&] {
        std::size_t sum = 0;
        for (const base::DirectoryEntry& entry : files.list("/vault/objects")) {
            sum += files.content("/vault/objects/" + entry.name).size();
        }
        return sum;
    };
    const std::size_t old_size = size_bytes();
    // The pieces reach their segment; then nothing more reaches the catalog.
    {
        testing::FaultFileSystem faulty{files};
        bool catalog_fails = false;
        faulty.before_each_call([&](const testing::Call& call) {
            if (call.changes() && call.path.native().ends_with("/catalog.db")) {
                catalog_fails = true;
            }
            if (catalog_fails && call.changes()) {
                throw Error{ErrorCode::kStorage, "gone"};
            }
        });
        Vault vault = world.world.open_with_key(faulty, key, Access::kWrite);
        AddRequest request;
        request.paths = {file};
        request.case_name = world.hidden_case;
        CHECK(code_of([&] { return vault.add(request, no_progress()); }) == ErrorCode::kStorage);
        CHECK(catalog_fails);
    }
    const std::size_t grown = size_bytes();
    REQUIRE(grown > old_size + content.size() / 2);
    world.reopen();
    world.seal();
    CHECK(size_bytes() == grown);  // the pages are still there, free
    CHECK(world.hits(world.hidden).empty());
}

TEST_CASE("a sealing that is interrupted anywhere leaves the case open, or nothing of it",
          "[evidence][T34]") {
    SealedWorld world;
    world.close();
    const testing::MemoryTree before = world.world.files.tree();
    const crypto::VaultKey key = world.world.vault_key();
    int opened = 0;
    int sealed = 0;
    const std::uint64_t stride = testing::stride(13, "moments");
    for (std::uint64_t n = 1;; n += stride) {
        testing::MemoryFileSystem disk{before};
        bool interrupted = false;
        {
            testing::FaultFileSystem faulty{disk};
            std::uint64_t changes = 0;
            faulty.before_each_call([&](const testing::Call& call) {
                changes += call.changes() ? 1U : 0U;
                if (changes >= n) {
                    interrupted = true;
                    throw Error{ErrorCode::kStorage, "gone"};
                }
            });
            static_cast<void>(code_of([&] {
                Vault vault = world.world.open_with_key(faulty, key, Access::kWrite);
                vault.seal_case(world.hidden_case,
                                {"/case.key", world.recipient, std::nullopt, std::nullopt});
                return 0;
            }));
        }
        if (!interrupted) {
            break;
        }
        CAPTURE(n);
        Vault vault = world.world.open_with_key(disk, key, Access::kWrite);
        if (vault.find_case(world.hidden_case).sealed) {
            ++sealed;
            CHECK(SealedWorld::find(world.hidden, world.in_the_clear(disk)).empty());
            CHECK(disk.status("/case.key"));
        } else {
            ++opened;
            ListRequest list;
            list.case_name = world.hidden_case;
            CHECK(vault.list(list).size() == 6);
        }
        if (n % 8 == 0) {  // takes longest
            CHECK(vault.verify({}, no_progress()).ok());
        }
    }
    CHECK(opened > (testing::kSanitized ? 1 : 5));
    CHECK(sealed > (testing::kSanitized ? 1 : 5));
}

}  // namespace
}  // namespace kua::evidence
