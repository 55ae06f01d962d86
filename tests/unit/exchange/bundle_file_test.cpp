#include "vault/exchange/bundle_file.h"

#include <utility>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/disks.h"
#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/support/git_packs.h"
#include "tests/unit/exchange/test_repository.h"

namespace kua::exchange {
namespace {

using base::bytes_of;
using format::GitId;
using format::GitKind;
using testing::add_commit;
using testing::code_of;
using testing::head_of;
using testing::kOtherRef;
using testing::kRef;
using testing::MemoryFileSystem;
using testing::push_commit;
using testing::words_of;
using Words = std::vector<std::string>;

const base::fs::path kPath = "/case.bundle";

TEST_CASE("a bundle file holds what was pushed", "[exchange][bundle]") {
    MemoryFileSystem files;
    const auto bundle = create_bundle_file(files, kPath);
    CHECK_FALSE(head_of(*bundle));
    const GitId first = add_commit(*bundle, std::nullopt, "first");
    const GitId second = add_commit(*bundle, first, "second", 2'000'000);
    CHECK(bundle->added_bytes() == 0);
    bundle->push({{std::string(kRef), std::nullopt, second}, {std::string(kOtherRef), {}, first}},
                 {});
    CHECK(testing::names_in(files, "/") == Words{"case.bundle"});
    CHECK(words_of(*bundle, kOtherRef) == Words{"first"});
    const auto reader = open_bundle_file(files, kPath);
    CHECK(head_of(*reader) == second);
    CHECK(reader->read(second, GitKind::kCommit, 1000));
    CHECK(code_of([&] { reader->read(second, GitKind::kCommit, 10); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { reader->read(second, GitKind::kBlob, 1000); }) == ErrorCode::kDamaged);
    CHECK_FALSE(reader->read(GitId{}, GitKind::kBlob, 1000));
}

TEST_CASE("a bundle file names what the reader must have", "[exchange][bundle]") {
    MemoryFileSystem files;
    const GitId had = format::git_id(GitKind::kCommit, bytes_of("had"));
    const auto bundle = create_bundle_file(files, kPath);
    const GitId first = add_commit(*bundle, had, "first");
    bundle->push({{std::string(kRef), had, first}}, {});
    const base::Bytes content = files.content(kPath);
    CHECK(base::text_of(content).starts_with("# v2 git bundle\n-" + had.hex() + " \n" +
                                             first.hex() + " refs/heads/" + std::string(kRef) +
                                             "\n\nPACK"));
    const auto reader = open_bundle_file(files, kPath);
    reader->fetch({std::string(kRef)}, {});
    CHECK_FALSE(reader->read(had, GitKind::kCommit, 1000));
}

TEST_CASE("a bundle file is written once", "[exchange][bundle]") {
    MemoryFileSystem files;
    const auto bundle = create_bundle_file(files, kPath);
    const GitId first = push_commit(*bundle, std::nullopt, "first");
    CHECK(code_of([&] { push_commit(*bundle, first, "second"); }) == ErrorCode::kFailed);
    const auto reader = open_bundle_file(files, kPath);
    CHECK(code_of([&] { reader->add(GitKind::kBlob, {}); }) == ErrorCode::kFailed);
    CHECK(code_of([&] { reader->push({}, {}); }) == ErrorCode::kFailed);
    CHECK(words_of(*reader) == Words{"first"});
}

TEST_CASE("a file that is there is never overwritten", "[exchange][bundle]") {
    MemoryFileSystem files;
    const auto bundle = create_bundle_file(files, kPath);
    files.add_file(kPath, bytes_of("mine"));
    CHECK(code_of([&] { create_bundle_file(files, kPath); }) == ErrorCode::kExists);
    CHECK(code_of([&] { push_commit(*bundle, std::nullopt, "first"); }) == ErrorCode::kExists);
    CHECK(files.content(kPath) == base::copy_of(bytes_of("mine")));
}

TEST_CASE("a bundle file that wasn't completed leaves nothing", "[exchange][bundle]") {
    MemoryFileSystem files;
    add_commit(*create_bundle_file(files, kPath), std::nullopt, "first");
    CHECK(testing::names_in(files, "/").empty());
}

TEST_CASE("a device that keeps another header is found out", "[exchange][T20]") {
    MemoryFileSystem files;
    testing::FaultFileSystem watched{files};
    const auto bundle = create_bundle_file(watched, kPath);
    const GitId first = add_commit(*bundle, std::nullopt, "first");
    bool is_first = true;
    watched.before_each_call([&](const testing::Call& call) {
        if (call.kind == testing::CallKind::kSync && std::exchange(is_first, false)) {
            files.flip_bit(call.path, 8 * 30);
        }
    });
    CHECK(code_of([&] {
              bundle->push({{std::string(kRef), {}, first}}, {});
          }) == ErrorCode::kStorage);
    CHECK_FALSE(files.status(kPath));
}

TEST_CASE("a bundle file cut short or altered is damage", "[exchange][bundle]") {
    MemoryFileSystem files;
    {
        const auto bundle = create_bundle_file(files, kPath);
        const GitId first = add_commit(*bundle, std::nullopt, "first", 10);
        bundle->push({{std::string(kRef), std::nullopt, first}}, {});
    }
    const base::Bytes good = files.content(kPath);
    const auto read = [&] {
        const auto reader = open_bundle_file(files, kPath);
        reader->fetch({std::string(kRef)}, {});
        if (!head_of(*reader)) {
            throw Error{ErrorCode::kDamaged, "the ref is another"};
        }
    };
    for (std::size_t at = 0; at < good.size(); ++at) {
        CAPTURE(at);
        files.add_file(kPath, base::ByteView{good}.first(at));
        REQUIRE(code_of(read) == ErrorCode::kDamaged);
        files.add_file(kPath, good);
        files.flip_bit(kPath, 8 * at);
        REQUIRE(code_of(read) == ErrorCode::kDamaged);
    }
    CHECK(code_of([&] { open_bundle_file(files, "/none"); }) == ErrorCode::kNoFile);
}

TEST_CASE("a thin bundle is read with what the reader knows", "[exchange][bundle]") {
    MemoryFileSystem files;
    const base::Bytes tree = format::write_git_tree({{"bundle.age", false, GitId{}}});
    const GitId tree_id = format::git_id(GitKind::kTree, tree);
    const base::Bytes commit = format::write_git_commit({tree_id, std::nullopt});
    testing::PackByHand pack{2};
    pack.entry(1, commit.size(), testing::deflated(commit));
    // Another tree, as a delta of one that the bundle hasn't.
    const base::Bytes other = format::write_git_tree({{"bundle.ag", false, GitId{}}});
    std::string instructions = "\x90\x10";
    instructions += std::string("\x91\x11", 2) + static_cast<char>(tree.size() - 17);
    pack.name_delta(tree_id, testing::delta_of(tree.size(), other.size(), instructions));
    const GitId head = format::git_id(GitKind::kCommit, commit);
    base::Bytes file = base::copy_of(
        bytes_of("# v2 git bundle\n" + head.hex() + " refs/heads/" + std::string(kRef) + "\n\n"));
    base::append(file, pack.finish());
    files.add_file(kPath, file);
    const GitId other_id = format::git_id(GitKind::kTree, other);
    const auto reader = open_bundle_file(files, kPath);
    reader->fetch({std::string(kRef)}, {});
    CHECK_FALSE(reader->read(other_id, GitKind::kTree, 1000));
    reader->fetch({std::string(kRef)}, {{head, commit, {tree}}});
    CHECK(reader->read(other_id, GitKind::kTree, 1000) == other);
}

TEST_CASE("a ref whose commit the bundle hasn't is damage, unless it is known",
          "[exchange][bundle]") {
    MemoryFileSystem files;
    const base::Bytes commit = format::write_git_commit({GitId{}, std::nullopt});
    const GitId head = format::git_id(GitKind::kCommit, commit);
    base::Bytes file = base::copy_of(
        bytes_of("# v2 git bundle\n" + head.hex() + " refs/heads/" + std::string(kRef) + "\n\n"));
    base::append(file, testing::PackByHand{0}.finish());
    files.add_file(kPath, file);
    const auto reader = open_bundle_file(files, kPath);
    CHECK(code_of([&] { reader->fetch({std::string(kRef)}, {}); }) == ErrorCode::kDamaged);
    reader->fetch({std::string(kRef)}, {{head, commit, {}}});
}

}  // namespace
}  // namespace kua::exchange
