#include "vault/exchange/path_repository.h"

#include <algorithm>
#include <set>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/disks.h"
#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/support/git_packs.h"
#include "tests/support/rename_watch.h"
#include "tests/unit/exchange/test_repository.h"

namespace kua::exchange {
namespace {

using base::bytes_of;
using format::GitId;
using format::GitKind;
using testing::code_of;
using testing::head_of;
using testing::kOtherRef;
using testing::kRef;
using testing::MemoryFileSystem;
using testing::message_of;
using testing::push_commit;
using testing::words_of;
using Words = std::vector<std::string>;

const base::fs::path kStickDir = "/media/stick/kua";
const base::fs::path kStickPacks = kStickDir / "objects/pack";
const base::fs::path kStickRefPath = kStickDir / "refs/heads" / kRef;

struct PathStick {
    PathStick() { files.add_directory("/media/stick"); }

    std::unique_ptr<Repository> open(const UpkeepLimits& limits = {}) {
        return open_path_repository(files, kStickDir, IfMissing::kCreate, limits);
    }
    std::vector<std::string> packs(std::string_view ending) {
        std::vector<std::string> names = testing::names_in(files, kStickPacks);
        std::erase_if(names, [&](const std::string& name) { return !name.ends_with(ending); });
        return names;
    }
    void flip_in(const std::string& pack, std::uint64_t byte) {
        files.flip_bit(kStickPacks / pack, 8 * byte);
    }
    void add_loose(const GitId& id, std::string_view header, std::string_view content) {
        const base::Bytes bytes =
            testing::deflated(bytes_of(std::string(header) + std::string(content)));
        files.add_file(kStickDir / "objects" / id.hex().substr(0, 2) / id.hex().substr(2), bytes);
    }

    MemoryFileSystem files;
};

TEST_CASE("what was pushed is read by others", "[exchange][path]") {
    PathStick stick;
    const auto writer = stick.open();
    CHECK(words_of(*writer).empty());
    const GitId first = push_commit(*writer, std::nullopt, "first");
    push_commit(*writer, first, "second");
    CHECK(words_of(*writer) == Words{"second", "first"});
    CHECK(words_of(*stick.open()) == Words{"second", "first"});
    CHECK(words_of(*writer, kOtherRef).empty());
}

TEST_CASE("a repository is there, can be made, or is refused", "[exchange][path]") {
    PathStick stick;
    const auto code = [&](const base::fs::path& dir, IfMissing if_missing) {
        return code_of([&] { open_path_repository(stick.files, dir, if_missing); });
    };
    CHECK(code(kStickDir, IfMissing::kFail) == ErrorCode::kNoFile);
    CHECK(code(kStickDir, IfMissing::kCreate) == std::nullopt);
    CHECK(code(kStickDir, IfMissing::kFail) == std::nullopt);
    stick.files.add_file("/media/photos/one.jpg", bytes_of("jpg"));
    CHECK(code("/media/photos", IfMissing::kFail) == ErrorCode::kFailed);
    CHECK(code("/media/photos", IfMissing::kCreate) == ErrorCode::kExists);
    CHECK(testing::names_in(stick.files, "/media/photos") == Words{"one.jpg"});
    CHECK(code("/media/none/kua", IfMissing::kCreate) == ErrorCode::kNoFile);
}

TEST_CASE("a directory that is a link makes no repository", "[exchange][path]") {
    for (const std::string part : {"objects", "objects/pack", "refs", "refs/heads"}) {
        PathStick stick;
        stick.open();
        stick.files.rename(kStickDir / part, "/elsewhere");
        stick.files.add_symlink(kStickDir / part, "/elsewhere");
        CHECK(code_of([&] { stick.open(); }) == ErrorCode::kFailed);
    }
}

TEST_CASE("what was added and never pushed leaves nothing", "[exchange][path]") {
    PathStick stick;
    {
        const auto writer = stick.open();
        testing::add_commit(*writer, std::nullopt, "forgotten");
        CHECK(writer->added_bytes() > 3000);
    }
    CHECK(testing::names_in(stick.files, kStickPacks).empty());
}

TEST_CASE("a push counts anew", "[exchange][path]") {
    PathStick stick;
    const auto writer = stick.open();
    push_commit(*writer, std::nullopt, "first");
    CHECK(writer->added_bytes() == 0);
}

TEST_CASE("what a crash left is gone after the next push, and only that", "[exchange][path]") {
    PathStick stick;
    push_commit(*stick.open(), std::nullopt, "first");
    const std::string lock = "tmp_kua_" + std::string(kRef) + ".lock";
    stick.files.add_file(kStickPacks / "tmp_kua_1_pack", bytes_of("PACK"));
    stick.files.add_file(kStickPacks / "tmp_pack_of_git", bytes_of("PACK"));
    stick.files.add_file(kStickDir / "refs/heads" / lock, bytes_of("012"));
    stick.files.add_file(kStickDir / "tmp_kua_HEAD", bytes_of("ref"));
    const auto writer = stick.open();
    push_commit(*writer, head_of(*writer), "second");
    CHECK_FALSE(stick.files.status(kStickPacks / "tmp_kua_1_pack"));
    CHECK_FALSE(stick.files.status(kStickDir / "refs/heads" / lock));
    CHECK_FALSE(stick.files.status(kStickDir / "tmp_kua_HEAD"));
    CHECK(stick.files.status(kStickPacks / "tmp_pack_of_git"));
    CHECK(words_of(*writer) == Words{"second", "first"});
}

TEST_CASE("a ref that has moved meanwhile is not moved", "[exchange][path]") {
    PathStick stick;
    const auto writer = stick.open();
    const GitId first = push_commit(*writer, std::nullopt, "first");
    const GitId second = push_commit(*writer, first, "second");
    const GitId other = testing::add_commit(*writer, first, "other");
    const auto code = [&](std::optional<GitId> from) {
        return code_of([&] { writer->push({{std::string(kRef), from, other}}, {}); });
    };
    CHECK(code(first) == ErrorCode::kFailed);
    CHECK(code(std::nullopt) == ErrorCode::kFailed);
    CHECK(code_of([&] {
              writer->push({{std::string(kOtherRef), first, other}}, {});
          }) == ErrorCode::kFailed);
    CHECK(head_of(*writer) == second);
    CHECK(code(second) == std::nullopt);
    CHECK(words_of(*writer) == Words{"other", "first"});
}

TEST_CASE("a ref never moves to what isn't there", "[exchange][path]") {
    PathStick stick;
    const auto writer = stick.open();
    CHECK(code_of([&] {
              writer->push({{std::string(kRef), std::nullopt, GitId{}}}, {});
          }) == ErrorCode::kStorage);
    CHECK_FALSE(head_of(*stick.open()));
}

TEST_CASE("two programs don't write at the same time", "[exchange][path]") {
    PathStick stick;
    const auto one = stick.open();
    const auto other = stick.open();
    testing::add_commit(*one, std::nullopt, "one");
    CHECK(code_of([&] { testing::add_commit(*other, std::nullopt, "other"); }) ==
          ErrorCode::kFailed);
    CHECK(words_of(*other).empty());
}

TEST_CASE("a pack is ended before it grows beyond its limit", "[exchange][path]") {
    PathStick stick;
    const UpkeepLimits limits{.packs = {.max_bytes = 8000, .max_objects = 100}};
    auto writer = stick.open(limits);
    std::optional<GitId> head;
    for (const std::string word : {"a", "b", "c", "d"}) {
        head = testing::add_commit(*writer, head, word);
    }
    CHECK(stick.packs("pack").size() > 1);
    writer->push({{std::string(kRef), std::nullopt, *head}}, {});
    for (const std::string& name : stick.packs(".pack")) {
        CHECK(stick.files.content(kStickPacks / name).size() <= 8000);
    }
    CHECK(stick.packs(".pack").size() == stick.packs(".idx").size());
    CHECK(words_of(*stick.open()) == Words{"d", "c", "b", "a"});
    writer.reset();
    const auto few = stick.open({.packs = {.max_objects = 2}});
    push_commit(*few, head, "e");
    CHECK(stick.packs(".pack").size() >= 5);
}

TEST_CASE("a full stick says how much is missing and keeps what it has", "[exchange][path]") {
    PathStick stick;
    const auto writer = stick.open();
    const GitId first = push_commit(*writer, std::nullopt, "first");
    stick.files.set_capacity_bytes(stick.files.used_bytes() + (64 << 10) + 2000);
    const std::string message =
        message_of([&] { testing::add_commit(*writer, first, "second", 10'000); });
    CHECK(message.find("the device is full: at least 8.") != std::string::npos);
    CHECK(message.find(" KiB more needed; it stays at what it had") != std::string::npos);
    CHECK(code_of([&] { push_commit(*writer, first, "third"); }) == ErrorCode::kStorage);
    CHECK(words_of(*writer) == Words{"first"});
}

TEST_CASE("after a failed write nothing more is pushed", "[exchange][path]") {
    PathStick stick;
    testing::FaultFileSystem faulty{stick.files};
    const auto writer = open_path_repository(faulty, kStickDir, IfMissing::kCreate);
    const GitId commit = testing::add_commit(*writer, std::nullopt, "first", 2'000'000);
    faulty.fail({.at = 1, .error = EIO, .for_ever = true});
    CHECK(code_of([&] { testing::add_commit(*writer, commit, "second"); }) == ErrorCode::kStorage);
    faulty.heal();
    CHECK(code_of([&] {
              writer->push({{std::string(kRef), std::nullopt, commit}}, {});
          }) == ErrorCode::kStorage);
    CHECK_FALSE(head_of(*writer));
}

TEST_CASE("what got its name by renaming is synced under it, then its directory", "[exchange]") {
    PathStick stick;
    testing::FaultFileSystem watched{stick.files};
    const testing::RenameWatch watch{watched};
    push_commit(*open_path_repository(watched, kStickDir, IfMissing::kCreate), std::nullopt,
                "first");
    CHECK(watch.all_safe());
    CHECK(watch.renamed_in(kStickDir) == std::set<base::fs::path>{"HEAD", "config"});
    CHECK(watch.renamed_in(kStickPacks).size() == 2);
    CHECK(watch.renamed_in(kStickRefPath.parent_path()) == std::set<base::fs::path>{kRef});
}

TEST_CASE("an unfinished pack has no name that git reads", "[exchange][path]") {
    PathStick stick;
    Words made;
    const auto note = [&](const testing::Call& call) {
        if (call.kind == testing::CallKind::kCreate && call.path.parent_path() == kStickPacks) {
            made.push_back(call.path.filename().native());
        }
    };
    testing::FaultFileSystem watched{stick.files};
    watched.before_each_call(note);
    push_commit(*open_path_repository(watched, kStickDir, IfMissing::kCreate), std::nullopt,
                "first");
    stick.files.remove_file(kStickPacks / stick.packs(".idx").at(0));
    const auto writer = open_path_repository(watched, kStickDir, IfMissing::kFail);
    push_commit(*writer, head_of(*writer), "second");
    CHECK(made.size() == 5);  // twice a pack and its index, and the index that was missing
    for (const std::string& name : made) {
        CAPTURE(name);
        CHECK_FALSE(name.ends_with(".pack"));
        CHECK_FALSE(name.ends_with(".idx"));
    }
}

TEST_CASE("a stick that keeps something else moves no ref", "[exchange][T20]") {
    PathStick stick;
    const GitId first = push_commit(*stick.open(), std::nullopt, "first");
    for (const char* what : {"tmp_kua_1_pack", "tmp_kua_1_idx", ".lock"}) {
        testing::FaultFileSystem watched{stick.files};
        watched.before_each_call([&](const testing::Call& call) {
            if (call.kind == testing::CallKind::kSync && call.path.native().ends_with(what)) {
                stick.files.flip_bit(call.path, 8 * 20);
            }
        });
        const auto writer = open_path_repository(watched, kStickDir, IfMissing::kFail);
        CAPTURE(what);
        CHECK(code_of([&] { push_commit(*writer, first, "second"); }) == ErrorCode::kStorage);
        CHECK(head_of(*stick.open()) == first);
    }
}

TEST_CASE("a stick that keeps nothing moves no ref", "[exchange][T20]") {
    PathStick stick;
    const GitId first = push_commit(*stick.open(), std::nullopt, "first");
    testing::FaultFileSystem fake{stick.files};
    fake.plug_in_fake(GENERATE(kStickDir, kStickDir / "refs"));
    const auto writer = open_path_repository(fake, kStickDir, IfMissing::kFail);
    CHECK(code_of([&] { push_commit(*writer, first, "second"); }) == ErrorCode::kStorage);
}

TEST_CASE("a ref cut short is not there, and the next push puts it right", "[exchange][path]") {
    PathStick stick;
    const GitId first = push_commit(*stick.open(), std::nullopt, "first");
    const std::string hex = first.hex();
    for (const std::string& text : {std::string(), hex, hex.substr(1) + '\n', hex + "\r\n",
                                    std::string("ref: refs/heads/x\n"), hex + "\n\n"}) {
        stick.files.add_file(kStickRefPath, bytes_of(text));
        CHECK_FALSE(head_of(*stick.open()));
    }
    const auto writer = stick.open();
    push_commit(*writer, std::nullopt, "anew");
    CHECK(words_of(*writer) == Words{"anew"});
}

TEST_CASE("packed refs count where there is no loose one", "[exchange][path]") {
    PathStick stick;
    const GitId first = push_commit(*stick.open(), std::nullopt, "first");
    const GitId second = push_commit(*stick.open(), first, "second");
    stick.files.add_file(
        kStickDir / "packed-refs",
        bytes_of("# pack-refs with: peeled fully-peeled sorted\n" + first.hex() + " refs/heads/" +
                 std::string(kRef) + "\n^" + second.hex() + "\nnonsense\n"));
    CHECK(head_of(*stick.open()) == second);
    stick.files.remove_file(kStickRefPath);
    CHECK(head_of(*stick.open()) == first);
    stick.files.add_file(kStickRefPath, bytes_of("torn"));
    CHECK(head_of(*stick.open()) == first);
    const auto writer = stick.open();
    push_commit(*writer, first, "third");
    CHECK(words_of(*writer) == Words{"third", "first"});
}

TEST_CASE("a ref that is a link is not there", "[exchange][path]") {
    PathStick stick;
    push_commit(*stick.open(), std::nullopt, "first");
    stick.files.rename(kStickRefPath, "/elsewhere");
    stick.files.add_symlink(kStickRefPath, "/elsewhere");
    CHECK_FALSE(head_of(*stick.open()));
}

TEST_CASE("a ref whose commit is damaged is left out, and pushed anew", "[exchange][path]") {
    PathStick stick;
    push_commit(*stick.open(), std::nullopt, "first");
    const std::string pack = stick.packs(".pack").at(0);
    stick.flip_in(pack, stick.files.content(kStickPacks / pack).size() - 30);  // the commit is last
    CHECK_FALSE(head_of(*stick.open()));
    const auto writer = stick.open();
    CHECK(code_of([&] { writer->fetch({std::string(kRef)}, {}); }) == ErrorCode::kDamaged);
    push_commit(*writer, std::nullopt, "first");
    CHECK(words_of(*stick.open()) == Words{"first"});
}

TEST_CASE("a damaged object is named, and everything else is read", "[exchange][path]") {
    PathStick stick;
    const auto writer = stick.open();
    const GitId commit = push_commit(*writer, std::nullopt, "first");
    stick.flip_in(stick.packs(".pack").at(0), 100);  // in the part
    CHECK(head_of(*writer) == commit);
    CHECK(code_of([&] { words_of(*writer); }) == ErrorCode::kDamaged);
    CHECK(writer->read(commit, GitKind::kCommit, 1000));
}

TEST_CASE("what isn't there is nothing", "[exchange][path]") {
    PathStick stick;
    const auto writer = stick.open();
    push_commit(*writer, std::nullopt, "first");
    CHECK_FALSE(writer->read(GitId{}, GitKind::kBlob, 1000));
}

TEST_CASE("an object larger than wanted or of another kind is damage", "[exchange][T45]") {
    PathStick stick;
    const auto writer = stick.open();
    const GitId commit = push_commit(*writer, std::nullopt, "first");
    const GitId loose = format::git_id(GitKind::kBlob, bytes_of("loose"));
    stick.add_loose(loose, std::string("blob 5\0", 7), "loose");
    CHECK(code_of([&] { writer->read(commit, GitKind::kCommit, 20); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { writer->read(commit, GitKind::kTree, 1000); }) == ErrorCode::kDamaged);
    CHECK(writer->read(loose, GitKind::kBlob, 5));
    CHECK(code_of([&] { writer->read(loose, GitKind::kBlob, 4); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { writer->read(loose, GitKind::kTree, 5); }) == ErrorCode::kDamaged);
}

TEST_CASE("loose objects that are malformed are damage", "[exchange][path]") {
    PathStick stick;
    const auto reader = stick.open();
    const GitId id = format::git_id(GitKind::kBlob, bytes_of("loose"));
    const std::pair<std::string, std::string> wrong[] = {
        {std::string("blob 5\0", 7), "lOose"},
        {std::string("blob 4\0", 7), "loose"},
        {std::string("blob 6\0", 7), "loose"},
        {std::string("blob 05\0", 8), "loose"},
        {std::string("blob -5\0", 8), "loose"},
        {std::string("tag 5\0", 6), "loose"},
        {"blob 5", "loose"},
        {"", ""},
        {std::string("blob 9999999999\0", 16), "loose"},
    };
    for (const auto& [header, content] : wrong) {
        stick.add_loose(id, header, content);
        CAPTURE(header);
        CHECK(code_of([&] { reader->read(id, GitKind::kBlob, std::size_t{100} << 30); }) ==
              ErrorCode::kDamaged);
    }
    stick.add_loose(id, std::string("blob 5\0", 7), "loose");
    CHECK(reader->read(id, GitKind::kBlob, 100));
}

TEST_CASE("a damaged copy doesn't hide a good one", "[exchange][path]") {
    PathStick stick;
    const auto reader = stick.open();
    const GitId commit = push_commit(*reader, std::nullopt, "first");
    const GitId part = format::git_id(GitKind::kBlob, bytes_of("first"));
    const std::string pack = stick.packs(".pack").at(0);
    for (std::uint64_t byte = 3000; byte < 3060; ++byte) {
        stick.flip_in(pack, byte);  // around the small blob
    }
    CHECK(code_of([&] { reader->read(part, GitKind::kBlob, 100); }) == ErrorCode::kDamaged);
    stick.add_loose(part, std::string("blob 5\0", 7), "first");
    CHECK(reader->read(part, GitKind::kBlob, 100));
    CHECK(reader->read(commit, GitKind::kCommit, 1000));
}

TEST_CASE("neither alternates nor links lead to objects", "[exchange][path]") {
    PathStick stick;
    push_commit(*stick.open(), std::nullopt, "first");
    const std::string pack = stick.packs(".pack").at(0);
    const std::string index = stick.packs(".idx").at(0);
    stick.files.add_directory("/elsewhere/pack");
    stick.files.rename(kStickPacks / pack, base::fs::path("/elsewhere/pack") / pack);
    stick.files.rename(kStickPacks / index, base::fs::path("/elsewhere/pack") / index);
    stick.files.add_file(kStickDir / "objects/info/alternates", bytes_of("/elsewhere\n"));
    CHECK_FALSE(head_of(*stick.open()));
    stick.files.add_symlink(kStickPacks / pack, "/elsewhere/pack/" + pack);
    stick.files.add_symlink(kStickPacks / index, "/elsewhere/pack/" + index);
    CHECK_FALSE(head_of(*stick.open()));
}

TEST_CASE("a stick that is gone is that", "[exchange][path]") {
    PathStick stick;
    const auto reader = stick.open();
    push_commit(*reader, std::nullopt, "first");
    stick.files.rename("/media/stick", "/media/gone");
    CHECK(code_of([&] { head_of(*reader); }) == ErrorCode::kStorage);
    CHECK(code_of([&] { push_commit(*reader, std::nullopt, "more"); }) == ErrorCode::kStorage);
}

}  // namespace
}  // namespace kua::exchange
