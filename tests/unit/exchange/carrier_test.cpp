#include "vault/exchange/carrier.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/memory_filesystem.h"
#include "vault/exchange/path_repository.h"

namespace kua::exchange {
namespace {

using format::GitId;
using format::GitKind;
using testing::code_of;

journal::BundleObject object_of(std::uint64_t size_bytes, unsigned char number) {
    journal::BundleObject object;
    object.digest.bytes[0] = std::byte{number};
    object.size_bytes = size_bytes;
    return object;
}

constexpr std::uint64_t kPart = kMaxPartBytes;

TEST_CASE("a bundle without objects is one commit of nothing else", "[exchange]") {
    const auto commits = cut_into_commits({});
    REQUIRE(commits.size() == 1);
    CHECK(commits.front().empty());
}

TEST_CASE("objects go in parts of 8 MiB, and 16 MiB of them in a commit", "[exchange]") {
    CHECK(cut_into_commits({object_of(kPart, 1)}).front().size() == 1);
    CHECK(cut_into_commits({object_of(kPart + 1, 1)}).front().size() == 2);
    CHECK(cut_into_commits({object_of(2 * kPart, 1)}).size() == 1);
    CHECK(cut_into_commits({object_of(2 * kPart + 1, 1)}).size() == 2);
    const auto mixed = cut_into_commits({object_of(100, 1), object_of(3 * kPart, 2)});
    REQUIRE(mixed.size() == 2);
    CHECK(mixed[0].size() == 2);  // the next part would pass 16 MiB
    CHECK(mixed[1].size() == 2);
    CHECK(part_bytes(2 * kPart + 1, 2) == 1);
}

TEST_CASE("names of parts have one spelling", "[exchange]") {
    const PartName name{object_of(1, 7).digest, 12};
    const std::string text = encode_part_name(name);
    CHECK(text.ends_with(".000012"));
    CHECK(parse_part_name(text) == name);
    for (const std::string& wrong :
         {text + "0", text.substr(1), text.substr(0, 64) + "-000012", text.substr(0, 65) + "00001x",
          text.substr(0, 65) + "+00012", "A" + text.substr(1)}) {
        CHECK_FALSE(parse_part_name(wrong));
    }
}

// A commit as anybody who holds a stick can write it.
class Stick {
public:
    GitId blob(std::string_view content) {
        return repository_->add(GitKind::kBlob, base::bytes_of(content));
    }
    GitId tree(std::vector<format::GitTreeEntry> entries) {
        return repository_->add(GitKind::kTree, format::write_git_tree(std::move(entries)));
    }
    ReadCommit read(std::vector<format::GitTreeEntry> entries) {
        const GitId id = repository_->add(
            GitKind::kCommit, format::write_git_commit({tree(std::move(entries)), std::nullopt}));
        repository_->push({{std::string(32, 'a'), std::nullopt, id}}, {});
        repository_->fetch({std::string(32, 'a')}, {});
        return read_commit(*repository_, id);
    }

private:
    testing::MemoryFileSystem files_;
    std::unique_ptr<Repository> repository_ =
        open_path_repository(files_, "/stick", IfMissing::kCreate);
};

TEST_CASE("a commit that kua would write is read", "[exchange]") {
    Stick stick;
    const std::string part = encode_part_name({object_of(1, 7).digest, 0});
    const ReadCommit read =
        stick.read({{"bundle.age", false, stick.blob("bundle")},
                    {"objects", true, stick.tree({{part, false, stick.blob("part")}})}});
    CHECK(read.bundle == format::git_id(GitKind::kBlob, base::bytes_of("bundle")));
    REQUIRE(read.parts.size() == 1);
    CHECK_FALSE(read.parent);
}

// Each would be another name for the same bundle, and what its author sends next would not fit.
TEST_CASE("a commit with anything else in it is refused", "[exchange][T13]") {
    Stick stick;
    const auto refused = [&](std::vector<format::GitTreeEntry> more) {
        more.push_back({"bundle.age", false, stick.blob("bundle")});
        return code_of([&] { stick.read(std::move(more)); }) == ErrorCode::kDamaged;
    };
    SECTION("a folder of nothing") {
        CHECK(refused({{"objects", true, stick.tree({})}}));
    }
    SECTION("a file more") {
        CHECK(refused({{"note", false, stick.blob("x")}}));
    }
    SECTION("a folder in the place of a file") {
        CHECK(code_of([&] {
                  stick.read({{"bundle.age", true, stick.tree({})}});
              }) == ErrorCode::kDamaged);
    }
    SECTION("a part with another name") {
        CHECK(refused({{"objects", true, stick.tree({{"part", false, stick.blob("x")}})}}));
    }
}

}  // namespace
}  // namespace kua::exchange
