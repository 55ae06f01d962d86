// Repositories and bundle files between kua and the git that is installed here, in both directions.
#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/run_program.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/exchange/test_repository.h"
#include "vault/exchange/bundle_file.h"
#include "vault/exchange/path_repository.h"

namespace {

using kua::base::posix_filesystem;
using kua::exchange::create_bundle_file;
using kua::exchange::IfMissing;
using kua::exchange::KnownCommit;
using kua::exchange::open_bundle_file;
using kua::exchange::open_path_repository;
using kua::exchange::Repository;
using kua::exchange::UpkeepLimits;
using kua::format::GitId;
using kua::format::GitKind;
using kua::testing::head_of;
using kua::testing::kRef;
using kua::testing::must_read;
using kua::testing::ProgramResult;
using kua::testing::push_commit;
using kua::testing::require_program;
using kua::testing::run_program;
using kua::testing::TempDir;
using kua::testing::words_of;
using Words = std::vector<std::string>;

const std::string kRefPath = "refs/heads/" + std::string(kRef);

// Git without this machine's configuration; what it said, if it was content.
std::string git(const std::filesystem::path& dir, const std::vector<std::string>& arguments) {
    std::vector<std::string> all{
        "env", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "git", "-C", dir.native()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const ProgramResult result = run_program(all);
    CAPTURE(arguments, result.output);
    REQUIRE(result.exit_status == 0);
    return result.output;
}

// Texts that differ in a few characters, so that git makes deltas of them.
std::string long_word(int number) {
    std::string word;
    for (int i = 0; i < 3000; ++i) {
        word += std::to_string(i * 7919 % 10'007);
    }
    return word + std::to_string(number);
}

// A repository of kua with commits that say these words, the last one newest.
struct Stick {
    explicit Stick(const Words& words, const UpkeepLimits& limits = {}) {
        require_program("git");
        for (const std::string& word : words) {
            const auto writer = open(limits);
            push_commit(*writer, head_of(*writer), word);
        }
    }
    std::unique_ptr<Repository> open(const UpkeepLimits& limits = {}) const {
        return open_path_repository(posix_filesystem(), path, IfMissing::kCreate, limits);
    }
    Words packs(const std::string& ending) const {
        Words names;
        for (const auto& entry : posix_filesystem().list(path / "objects/pack")) {
            if (entry.name.ends_with(ending)) {
                names.push_back(entry.name);
            }
        }
        return names;
    }

    TempDir dir;
    std::filesystem::path path = dir / "kua.git";
};

KnownCommit known_of(Repository& repository, const GitId& id) {
    KnownCommit known{id, must_read(repository, id, GitKind::kCommit), {}};
    const GitId tree = kua::format::parse_git_commit(known.commit).tree;
    known.trees.push_back(must_read(repository, tree, GitKind::kTree));
    for (const auto& entry : kua::format::parse_git_tree(known.trees.front())) {
        if (entry.is_tree) {
            known.trees.push_back(must_read(repository, entry.id, GitKind::kTree));
        }
    }
    return known;
}

}  // namespace

TEST_CASE("git finds nothing wrong with what kua pushed", "[git]") {
    const Stick stick{{"first", "second", long_word(3)}};
    CHECK(git(stick.path, {"fsck", "--strict", "--full"}).find("error") == std::string::npos);
    for (const std::string& pack : stick.packs(".idx")) {
        git(stick.path, {"verify-pack", "objects/pack/" + pack});
    }
    for (const std::string& pack : stick.packs(".pack")) {
        git(stick.path, {"index-pack", "--strict", "--verify", "objects/pack/" + pack});
    }
    CHECK(git(stick.path, {"log", "--format=%an %ae %at %ai|%s%b", kRefPath}) ==
          "kua kua@invalid 0 1970-01-01 00:00:00 +0000|\n"
          "kua kua@invalid 0 1970-01-01 00:00:00 +0000|\n"
          "kua kua@invalid 0 1970-01-01 00:00:00 +0000|\n");
    CHECK(git(stick.path, {"cat-file", "blob", kRefPath + "~1:bundle.age"}) == "second");
    CHECK(git(stick.path, {"rev-parse", kRefPath}) == head_of(*stick.open())->hex() + "\n");
}

TEST_CASE("git makes the index that kua made", "[git]") {
    const Stick stick{{"first"}};
    const std::string name = stick.packs(".pack").at(0);
    const auto pack = stick.path / "objects/pack" / name;
    const std::string said = git(stick.path, {"index-pack", "-o", stick.dir / "theirs.idx", pack});
    CHECK("pack-" + said == name.substr(0, name.find('.')) + "\n");
    auto ours = pack;
    CHECK(kua::testing::read_file(stick.dir / "theirs.idx") ==
          kua::testing::read_file(ours.replace_extension(".idx")));
}

TEST_CASE("git clones what kua pushed, and kua reads the clone", "[git]") {
    const Stick stick{{"first", "second"}};
    const auto clone = stick.dir / "clone.git";
    git(stick.dir.path(), {"clone", "--bare", "--no-local", stick.path, clone});
    git(clone, {"fsck", "--strict", "--full"});
    const auto reader = open_path_repository(posix_filesystem(), clone, IfMissing::kFail);
    CHECK(words_of(*reader) == Words{"second", "first"});
}

TEST_CASE("kua reads on after git gc, and pushes on", "[git]") {
    Words words;
    for (int i = 0; i < 6; ++i) {
        words.insert(words.begin(), long_word(i));
    }
    const Stick stick{{words.rbegin(), words.rend()}};
    const auto before = stick.open();
    CHECK(words_of(*before) == words);
    git(stick.path, {"gc", "--aggressive", "--prune=now"});
    REQUIRE(stick.packs(".pack").size() == 1);
    CHECK(git(stick.path, {"verify-pack", "-v", "objects/pack/" + stick.packs(".idx").at(0)})
              .find("chain length = ") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(stick.path / kRefPath));  // packed
    CHECK(words_of(*before) == words);
    const auto writer = stick.open();
    push_commit(*writer, head_of(*writer), "after");
    words.insert(words.begin(), "after");
    CHECK(words_of(*writer) == words);
    git(stick.path, {"fsck", "--strict", "--full"});
    CHECK(git(stick.path, {"rev-list", "--count", kRefPath}) == "7\n");
}

TEST_CASE("kua reads what git repacked though its index is lost", "[git]") {
    const Words words{long_word(2), long_word(1), long_word(0)};
    const Stick stick{{words.rbegin(), words.rend()}};
    for (const std::string kind : {"--delta-base-offset", "--no-delta-base-offset"}) {
        git(stick.path, {"-c",
                         "repack.useDeltaBaseOffset=" +
                             std::string(kind == "--delta-base-offset" ? "true" : "false"),
                         "repack", "-a", "-d", "-f"});
        const std::string index = stick.packs(".idx").at(0);
        const std::string theirs = kua::testing::read_file(stick.path / "objects/pack" / index);
        std::filesystem::remove(stick.path / "objects/pack" / index);
        CHECK(words_of(*stick.open()) == words);
        const auto writer = stick.open();
        static_cast<void>(writer->add(GitKind::kBlob, {}));  // clears up
        CHECK(kua::testing::read_file(stick.path / "objects/pack" / index) == theirs);
    }
}

TEST_CASE("kua reads loose objects that git put there", "[git]") {
    const Stick stick{{"first", "second"}};
    const auto other = stick.dir / "other.git";
    git(stick.dir.path(), {"init", "--bare", other});
    git(stick.path, {"push", other, kRefPath});
    REQUIRE_FALSE(std::filesystem::exists(other / "objects/pack/pack-"));
    const auto repository = open_path_repository(posix_filesystem(), other, IfMissing::kFail);
    CHECK(words_of(*repository) == Words{"second", "first"});
    push_commit(*repository, head_of(*repository), "third");
    CHECK(words_of(*repository) == Words{"third", "second", "first"});
    git(other, {"fsck", "--strict", "--full"});
    CHECK(git(other, {"rev-list", "--count", kRefPath}) == "3\n");
}

TEST_CASE("kua's merged packs, git's too among them, are whole to git", "[git]") {
    const UpkeepLimits few{.small_bytes = 1 << 20, .max_small = 3, .packs = {}};
    const Stick stick{{long_word(0), long_word(1), long_word(2)}};
    git(stick.path, {"repack", "-d"});
    git(stick.path, {"gc"});
    for (const std::string word : {"a", "b", "c"}) {
        const auto writer = stick.open(few);
        push_commit(*writer, head_of(*writer), word);
    }
    CHECK(stick.packs(".pack").size() == 1);
    CHECK(words_of(*stick.open()).size() == 6);
    git(stick.path, {"fsck", "--strict", "--full"});
    CHECK(git(stick.path, {"rev-list", "--objects", "--count", kRefPath}) == "30\n");
}

TEST_CASE("git accepts kua's bundle files", "[git]") {
    const Stick stick{{"first"}};
    const auto source = stick.open();
    const std::optional<GitId> first = head_of(*source);
    const auto whole = stick.dir / "whole.bundle";
    const auto more = stick.dir / "more.bundle";
    push_commit(*create_bundle_file(posix_filesystem(), whole), std::nullopt, "other");
    push_commit(*create_bundle_file(posix_filesystem(), more), first, "second");
    CHECK(git(stick.path, {"bundle", "verify", whole}).find("complete history") !=
          std::string::npos);
    CHECK(git(stick.path, {"bundle", "verify", more}).find(first->hex()) != std::string::npos);
    git(stick.path, {"fetch", more, kRefPath + ":" + kRefPath});
    git(stick.path, {"fsck", "--strict", "--full"});
    CHECK(words_of(*stick.open()) == Words{"second", "first"});
    git(stick.dir.path(), {"clone", "--bare", whole, "clone.git"});
    git(stick.dir / "clone.git", {"fsck", "--strict", "--full"});
}

TEST_CASE("kua reads git's bundle files, thin ones too", "[git]") {
    const Stick stick{{long_word(0), long_word(1), long_word(2)}};
    const auto whole = stick.dir / "whole.bundle";
    const auto more = stick.dir / "more.bundle";
    git(stick.path, {"bundle", "create", whole, kRefPath});
    git(stick.path, {"bundle", "create", more, kRefPath, "^" + kRefPath + "~1"});
    CHECK(words_of(*open_bundle_file(posix_filesystem(), whole)).size() == 3);
    const auto source = stick.open();
    const GitId head = head_of(*source).value();
    const GitId parent =
        kua::format::parse_git_commit(must_read(*source, head, GitKind::kCommit)).parent.value();
    const auto reader = open_bundle_file(posix_filesystem(), more);
    reader->fetch({std::string(kRef)}, {known_of(*source, parent)});
    const KnownCommit read = known_of(*reader, head);
    CHECK(read.trees.size() == 2);
    CHECK_FALSE(reader->read(parent, GitKind::kCommit, 1000));
    CHECK(kua::testing::code_of([&] {
              open_bundle_file(posix_filesystem(), stick.path / "HEAD");
          }) == kua::ErrorCode::kDamaged);
}
