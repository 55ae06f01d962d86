// [T21] One byte altered at a time, over all files of a whole vault in memory: verification finds
// every one and names where it is, and no wrong byte is ever exported. The program as a whole is
// tried by tests/faults/flip_test.py.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/effort.h"
#include "tests/unit/evidence/test_vault.h"
#include "vault/base/parse.h"

namespace kua::evidence {
namespace {

using testing::MemoryFileSystem;
using testing::MemoryTree;
using testing::VaultWorld;

// Every so many bytes of a file one is altered: primes, so that all parts of pages have their turn,
// and each page of the catalog has two. KUA_FLIP_STEP=1 takes every byte, and hours.
std::uint64_t flip_step(const std::string& file, std::uint64_t size_bytes) {
    std::uint64_t step = file.ends_with("catalog.db") ? 1'999 : 9'973;
    if (const char* asked = std::getenv("KUA_FLIP_STEP")) {
        step = base::parse_unsigned(asked, 1'000'000).value_or(step);
    }
    return std::clamp<std::uint64_t>(step, 1, size_bytes / 40);  // the header is small
}

class RottenWorld {
public:
    RottenWorld() {
        store::StoreOptions small_segments;
        small_segments.segment_limit_bytes = 600'000;
        {
            Vault vault = world.create({}, small_segments);
            add(vault, {5'000, 70'000, 0});
            add(vault, {1'100'000, 300});  // two pieces; more than a segment takes
            key = std::make_unique<crypto::VaultKey>(world.vault_key());
            for (const ItemSummary& item : vault.list({})) {
                items[item.id] = item.name;
            }
        }
        before = world.files.tree();
        files = {"/vault/kua.vault", "/vault/catalog.db"};
        for (const base::DirectoryEntry& entry : world.files.list("/vault/objects")) {
            files.push_back("/vault/objects/" + entry.name);
        }
    }

    void add(Vault& vault, const std::vector<std::size_t>& sizes) {
        AddRequest request;
        for (const std::size_t size : sizes) {
            const base::fs::path path = "/card/" + std::to_string(size) + ".jpg";
            world.files.add_file(path, world.random.bytes(size));
            request.paths.push_back(path);
        }
        REQUIRE(vault.add(request, no_progress()).added.size() == sizes.size());
    }

    // Returns the subjects of all findings; nothing if the vault or its cases don't open any more.
    std::optional<std::set<std::string>> verify(MemoryFileSystem& disk) {
        try {
            Vault vault = world.open_with_key(disk, *key, Access::kRead);
            std::set<std::string> subjects;
            bool opened = true;
            VerifyRequest request;
            request.threads = 1;
            for (const Finding& finding : vault.verify(request, no_progress()).findings) {
                subjects.insert(finding.subject);
                opened = opened && !finding.text.starts_with("the keys of ");
            }
            return opened ? std::optional{subjects} : std::nullopt;
        } catch (const Error& error) {
            REQUIRE(error.code() == ErrorCode::kDamaged);
            return std::nullopt;
        }
    }

    // Exports all there is, compares every file with its original; returns the items that came out.
    std::set<std::string> export_all(MemoryFileSystem& disk) {
        std::set<std::string> out;
        try {
            Vault vault = world.open_with_key(disk, *key, Access::kWrite);
            ExportRequest request;
            request.all = true;
            request.to = "/out";
            request.threads = 1;
            for (const ExportedItem& item : vault.export_items(request, no_progress()).exported) {
                out.insert(item.id);
            }
        } catch (const Error& error) {
            UNSCOPED_INFO(error.what());
            REQUIRE(error.code() == ErrorCode::kDamaged);
        }
        std::size_t files_out = 0;
        if (disk.status("/out")) {
            for (const base::DirectoryEntry& entry : disk.list("/out")) {
                ++files_out;
                REQUIRE(disk.content("/out/" + entry.name) ==
                        world.files.content("/card/" + entry.name));
            }
        }
        REQUIRE(files_out == out.size());
        return out;
    }

    VaultWorld world;
    std::unique_ptr<crypto::VaultKey> key;
    std::map<std::string, std::string> items;
    MemoryTree before;
    std::vector<std::string> files;
};

std::string part_of(const std::string& file, std::uint64_t offset) {
    if (file.ends_with("kua.vault")) {
        return "header copy " + std::to_string(offset / store::kHeaderCopyBytes + 1);
    }
    return file.ends_with("catalog.db") ? "catalog" : "segment " + file.substr(file.size() - 4, 1);
}

TEST_CASE("every altered byte is found and named, and none is exported", "[evidence][T21]") {
    RottenWorld world;
    std::uint64_t flips = 0;
    std::uint64_t partly = 0;
    const std::uint64_t stride = testing::stride(17, "places");
    for (const std::string& file : world.files) {
        const std::uint64_t size = world.world.files.content(file).size();
        const std::uint64_t step = flip_step(file, size) * stride;
        for (std::uint64_t offset = step / 2; offset < size; offset += step) {
            MemoryFileSystem disk{world.before};
            disk.flip_bit(file, offset * 8 + offset % 8);
            const auto subjects = world.verify(disk);
            CAPTURE(file, offset, subjects.value_or(std::set<std::string>{}));
            const std::set<std::string> exported = world.export_all(disk);
            ++flips;
            if (!subjects) {  // its key, its schema: nothing opens, and nothing comes out
                REQUIRE(file == "/vault/catalog.db");
                REQUIRE(exported.empty());
                continue;
            }
            std::set<std::string> undamaged;
            std::set<std::string> damaged;
            for (const auto& [item, name] : world.items) {
                (subjects->contains(item) ? damaged : undamaged).insert(item);
            }
            REQUIRE((subjects->contains(part_of(file, offset)) || !damaged.empty()));
            REQUIRE(exported == undamaged);
            partly += damaged.empty() ? 0U : 1U;
        }
    }
    CHECK(flips >= 200 / stride);
    CHECK(partly >= 20 / stride);
}

TEST_CASE("an untouched vault has no finding and gives everything", "[evidence][T21]") {
    RottenWorld world;
    MemoryFileSystem disk{world.before};
    CHECK(world.verify(disk) == std::set<std::string>{});
    CHECK(world.export_all(disk).size() == world.items.size());
}

}  // namespace
}  // namespace kua::evidence
