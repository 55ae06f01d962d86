#include "vault/exchange/pack_upkeep.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/disks.h"
#include "tests/support/effort.h"
#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/unit/exchange/test_repository.h"
#include "vault/exchange/path_repository.h"

namespace kua::exchange {
namespace {

using base::bytes_of;
using format::GitId;
using testing::push_commit;
using testing::words_of;
using Words = std::vector<std::string>;

const base::fs::path kDir = "/stick/kua";
const base::fs::path kPacks = kDir / "objects/pack";
constexpr UpkeepLimits kFew{.small_bytes = 1 << 20, .max_small = 3, .packs = {}};

struct SmallPacks {
    SmallPacks() {
        files.add_directory("/stick");
        for (const std::string word : {"a", "b", "c"}) {
            push(word);
        }
        REQUIRE(names(".pack").size() == 3);
    }
    void push(const std::string& word, const UpkeepLimits& limits = kFew) {
        const auto writer = open_path_repository(files, kDir, IfMissing::kCreate, limits);
        head = push_commit(*writer, head, word);
    }
    std::vector<std::string> names(std::string_view ending) {
        std::vector<std::string> names = testing::names_in(files, kPacks);
        std::erase_if(names, [&](const std::string& name) { return !name.ends_with(ending); });
        return names;
    }
    Words words() { return words_of(*open_path_repository(files, kDir, IfMissing::kFail)); }

    testing::MemoryFileSystem files;
    std::optional<GitId> head;
};

TEST_CASE("too many small packs become one", "[exchange][path]") {
    SmallPacks world;
    world.push("d");
    CHECK(world.names(".pack").size() == 1);
    CHECK(world.names(".idx").size() == 1);
    CHECK(testing::names_in(world.files, kPacks).size() == 2);
    CHECK(world.words() == Words{"d", "c", "b", "a"});
}

TEST_CASE("packs that can't be merged fail no push, and it is said", "[exchange][path]") {
    int untidied = 0;
    int lost_pushes = 0;
    bool is_over = false;
    const std::uint64_t step = testing::stride(7, "calls");
    for (std::uint64_t call = 1; !is_over; call += step) {
        SmallPacks world;
        testing::FaultFileSystem faulty{world.files};
        faulty.fail({.at = call, .error = EIO, .for_ever = call % 2 == 0});
        std::string trouble;
        try {
            const auto writer = open_path_repository(faulty, kDir, IfMissing::kFail, kFew);
            push_commit(*writer, world.head, "d");
            trouble = writer->trouble_with_upkeep();
            CHECK(world.words() == Words{"d", "c", "b", "a"});
            untidied += trouble.empty() ? 0 : 1;
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::kStorage);
            ++lost_pushes;
        }
        is_over = faulty.failures() == 0;
        CHECK((is_over ? trouble.empty() : true));
        faulty.heal();
        const Words words = world.words();
        const std::string ref{testing::kRef};
        world.head =
            open_path_repository(world.files, kDir, IfMissing::kFail)->read_refs({ref}).at(ref);
        world.push("e");
        CHECK(world.words().size() == words.size() + 1);
        CHECK(world.names(".pack").size() <= kFew.max_small);
    }
    CHECK(untidied > 2);
    CHECK(lost_pushes > 2);
}

TEST_CASE("packs that aren't small are left alone", "[exchange][path]") {
    SmallPacks world;
    world.push("d", {.small_bytes = 3000, .max_small = 3, .packs = {}});
    CHECK(world.names(".pack").size() == 4);
}

TEST_CASE("a damaged pack stays as it is, and the others are merged", "[exchange][path]") {
    SmallPacks world;
    const std::string damaged = world.names(".pack").at(1);
    world.files.flip_bit(kPacks / damaged, 8 * 500);
    const base::Bytes before = world.files.content(kPacks / damaged);
    world.push("d");
    CHECK(world.names(".pack").size() == 2);
    CHECK(world.files.content(kPacks / damaged) == before);
}

TEST_CASE("what another program keeps or indexes is left alone", "[exchange][path]") {
    SmallPacks world;
    SECTION("a pack") {
        std::string kept = world.names(".pack").at(0);
        kept.replace(kept.size() - 5, 5, ".keep");
        world.files.add_file(kPacks / kept, {});
        world.push("d");
        CHECK(world.names(".pack").size() == 4);
        world.push("e");
        CHECK(world.names(".pack").size() == 2);
    }
    SECTION("all of them") {
        world.files.add_file(kPacks / "multi-pack-index", bytes_of("MIDX"));
        world.push("d");
        CHECK(world.names(".pack").size() == 4);
    }
    CHECK(world.words().size() == world.names(".keep").size() + 4);
}

TEST_CASE("without room for the new pack the old ones stay", "[exchange][path]") {
    SmallPacks world;
    world.files.set_capacity_bytes(world.files.used_bytes() + (2 << 20));
    world.push("d");
    CHECK(world.names(".pack").size() == 4);
    CHECK(world.words() == Words{"d", "c", "b", "a"});
}

TEST_CASE("a pack that others are merged into again stays", "[exchange][path]") {
    testing::MemoryFileSystem files;
    files.add_directory("/pack");
    const auto write = [&](const std::vector<std::string>& words) {
        NewPacks packs{files, "/pack", {}};
        for (const std::string& word : words) {
            packs.add(format::GitKind::kBlob, bytes_of(word));
        }
        return packs.publish().at(0);
    };
    const std::string part = write({"x"});
    std::string whole;
    for (int i = 0; whole.empty() || whole > part; ++i) {  // it is read first, then written alike
        if (!whole.empty()) {
            files.remove_file("/pack/" + whole + ".pack");
            files.remove_file("/pack/" + whole + ".idx");
        }
        whole = write({"x", std::to_string(i)});
    }
    ObjectDirectory objects{files, "/"};
    objects.refresh();
    merge_small_packs(files, objects, {.small_bytes = 1 << 20, .max_small = 1, .packs = {}});
    CHECK(testing::names_in(files, "/pack") == Words{whole + ".idx", whole + ".pack"});
}

TEST_CASE("a pack without a good index is read, and gets one", "[exchange][path]") {
    SmallPacks world;
    const std::string index = world.names(".idx").at(0);
    const base::Bytes good = world.files.content(kPacks / index);
    SECTION("none") {
        world.files.remove_file(kPacks / index);
    }
    SECTION("one that is cut short") {
        world.files.add_file(kPacks / index, base::ByteView{good}.first(700));
    }
    SECTION("an empty one") {
        world.files.add_file(kPacks / index, {});
    }
    SECTION("that of another pack") {
        world.files.add_file(kPacks / index, world.files.content(kPacks / world.names(".idx")[1]));
    }
    CHECK(world.words() == Words{"c", "b", "a"});
    world.push("d", {});
    CHECK(world.files.content(kPacks / index) == good);
}

TEST_CASE("a pack cut short has no part in anything", "[exchange][path]") {
    SmallPacks world;
    const std::string name = "pack-" + std::string(40, 'a');
    world.files.add_file(kPacks / (name + ".pack"), bytes_of("PACK"));
    CHECK(world.words() == Words{"c", "b", "a"});
    world.push("d");
    CHECK(world.words() == Words{"d", "c", "b", "a"});
    CHECK(world.files.content(kPacks / (name + ".pack")).size() == 4);
    CHECK_FALSE(world.files.status(kPacks / (name + ".idx")));
    const auto reader = open_path_repository(world.files, kDir, IfMissing::kFail);
    const auto message =
        testing::message_of([&] { reader->read(GitId{}, format::GitKind::kBlob, 100); });
    CHECK(message.find(name) != std::string::npos);
}

}  // namespace
}  // namespace kua::exchange
