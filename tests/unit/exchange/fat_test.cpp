// Repositories and bundle files on a stick formatted with FAT.
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/disks.h"
#include "tests/support/errors.h"
#include "tests/support/fat_filesystem.h"
#include "tests/support/fault_filesystem.h"
#include "tests/unit/exchange/test_repository.h"
#include "vault/base/parse.h"
#include "vault/exchange/bundle_file.h"
#include "vault/exchange/path_repository.h"

namespace kua::exchange {
namespace {

using testing::code_of;
using testing::FatFileSystem;
using testing::head_of;
using testing::MemoryFileSystem;
using testing::push_commit;
using testing::words_of;
using Words = std::vector<std::string>;

constexpr UpkeepLimits kFewOnFat{.small_bytes = 1 << 20, .max_small = 2, .packs = {}};

TEST_CASE("the file system of the tests has the manners of FAT", "[exchange][T20]") {
    MemoryFileSystem memory;
    FatFileSystem files{memory};
    testing::put(files, "/Name.txt", "content");
    CHECK(testing::read_all(files, "/nAME.TXT") == "content");
    CHECK(code_of([&] { files.open("/name.txt", base::OpenMode::kCreateNew); }) ==
          ErrorCode::kExists);
    CHECK(testing::names_in(files, "/") == Words{"Name.txt"});
    CHECK(files.status("/Name.txt")->modified_ns % 2'000'000'000 == 0);
    CHECK(code_of([&] { testing::put(files, "/a:b", "c"); }) == ErrorCode::kStorage);
    CHECK(code_of([&] { testing::put(files, "/ends.", "c"); }) == ErrorCode::kStorage);
    const auto file = files.open("/large", base::OpenMode::kCreateNew);
    CHECK(code_of([&] { file->write_at(FatFileSystem::kMaxFileBytes, base::bytes_of("x")); }) ==
          ErrorCode::kStorage);
}

TEST_CASE("a repository on FAT is made, pushed to, merged and read", "[exchange][T20]") {
    MemoryFileSystem memory;
    FatFileSystem files{memory};
    files.create_directory("/STICK");
    Words words;
    for (const std::string word : {"a", "b", "c", "d"}) {
        const auto writer =
            open_path_repository(files, "/stick/Kua", IfMissing::kCreate, kFewOnFat);
        push_commit(*writer, head_of(*writer), word);
        words.insert(words.begin(), word);
        CHECK(words_of(*writer) == words);
    }
    CHECK(words_of(*open_path_repository(files, "/stick/kua", IfMissing::kFail)) == words);
    for (const char* dir : {"/STICK/Kua", "/STICK/Kua/objects/pack", "/STICK/Kua/refs/heads"}) {
        std::set<std::string> folded;
        for (const std::string& name : testing::names_in(memory, dir)) {
            CHECK(folded.insert(base::to_ascii_lower(name)).second);
        }
    }
}

TEST_CASE("a bundle file on FAT is written and read", "[exchange][T20]") {
    MemoryFileSystem memory;
    FatFileSystem files{memory};
    push_commit(*create_bundle_file(files, "/CASE.BUN"), std::nullopt, "first");
    CHECK(words_of(*open_bundle_file(files, "/case.bun")) == Words{"first"});
    CHECK(code_of([&] { create_bundle_file(files, "/Case.Bun"); }) == ErrorCode::kExists);
}

// Renaming over a name takes two steps there, and a cut may fall between them.
TEST_CASE("a ref that FAT lost is pushed anew, with all it names", "[exchange][T20]") {
    MemoryFileSystem memory;
    FatFileSystem files{memory};
    files.create_directory("/stick");
    const auto open = [&] { return open_path_repository(files, "/stick/kua", IfMissing::kCreate); };
    const auto first = push_commit(*open(), std::nullopt, "first");
    push_commit(*open(), first, "second");
    memory.remove_file("/stick/kua/refs/heads/" + std::string(testing::kRef));
    const auto writer = open();
    CHECK_FALSE(head_of(*writer));
    const auto again = testing::add_commit(*writer, std::nullopt, "first");
    const auto second = testing::add_commit(*writer, again, "second");
    writer->push({{std::string(testing::kRef), std::nullopt, second}}, {});
    CHECK(words_of(*open()) == Words{"second", "first"});
}

}  // namespace
}  // namespace kua::exchange
