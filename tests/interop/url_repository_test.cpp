// kua's remotes at hosts against git's own servers: git daemon, git http-backend behind lighttpd,
// and OpenSSH.
#include "vault/exchange/git/url_repository.h"

#include <atomic>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/support/errors.h"
#include "tests/support/git_host.h"
#include "tests/support/run_program.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temp_dir.h"

namespace kua::exchange {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::code_of;
using testing::GitHost;
using testing::HostKind;
using testing::message_of;

constexpr std::size_t kLimit = kMaxPartBytes;
const std::string kRosaName = "0123456789abcdef0123456789abcdef";
const std::string kMara = "fedcba9876543210fedcba9876543210";

base::Bytes random_bytes(std::uint64_t seed, std::size_t size) {
    testing::SeededRandom random{seed};
    base::Bytes bytes(size);
    random.fill(bytes);
    return bytes;
}

struct MadeCommit {
    KnownCommit known;
    format::GitId blob;
    base::Bytes content;
};

// What kua writes for one bundle.
MadeCommit add_commit(Repository& to, std::uint64_t seed, std::optional<format::GitId> parent,
                      std::size_t size = 8192) {
    MadeCommit made;
    made.content = random_bytes(seed, size);
    made.blob = to.add(format::GitKind::kBlob, made.content);
    const format::GitId part = to.add(format::GitKind::kBlob, random_bytes(seed + 1000, 4096));
    const base::Bytes objects =
        format::write_git_tree({{std::string(64, 'a') + ".0", false, part}});
    const base::Bytes tree =
        format::write_git_tree({{"bundle.age", false, made.blob},
                                {"objects", true, to.add(format::GitKind::kTree, objects)}});
    made.known.commit = format::write_git_commit({to.add(format::GitKind::kTree, tree), parent});
    made.known.trees = {tree, objects};
    made.known.id = to.add(format::GitKind::kCommit, made.known.commit);
    return made;
}

class Vault {
public:
    explicit Vault(const GitHost& host) : Vault(host.remote()) {}
    explicit Vault(UrlRemote remote)
        : repository_(
              open_url_repository(base::posix_filesystem(), dir_ / "scratch", std::move(remote))) {}
    UrlRepository* operator->() { return repository_.get(); }
    UrlRepository& operator*() { return *repository_; }
    std::filesystem::path scratch() const { return dir_ / "scratch"; }
    void close() { repository_.reset(); }

private:
    testing::TempDir dir_;
    std::unique_ptr<UrlRepository> repository_;
};

HostKind any_host() {
    return GENERATE(HostKind::kGit, HostKind::kHttp, HostKind::kHttps, HostKind::kSsh);
}

TEST_CASE("what one vault pushes to a host another one fetches", "[exchange]") {
    const GitHost host{any_host()};
    Vault rosa{host};
    CHECK(rosa->read_refs({kRosaName}).empty());
    const MadeCommit first = add_commit(*rosa, 1, std::nullopt);
    const MadeCommit second = add_commit(*rosa, 2, first.known.id);
    const MadeCommit other = add_commit(*rosa, 3, std::nullopt);
    rosa->push({{kRosaName, std::nullopt, second.known.id}, {kMara, std::nullopt, other.known.id}},
               {});
    CHECK(rosa->added_bytes() == 0);

    Vault mara{host};
    const auto refs = mara->read_refs({kRosaName, kMara, std::string(32, '0')});
    CHECK(refs == std::map<std::string, format::GitId>{{kRosaName, second.known.id},
                                                       {kMara, other.known.id}});
    mara->fetch({kRosaName}, {});
    CHECK(mara->read(first.blob, format::GitKind::kBlob, kLimit) == first.content);
    CHECK(mara->read(second.blob, format::GitKind::kBlob, kLimit) == second.content);
    CHECK(mara->read(second.known.id, format::GitKind::kCommit, kLimit) == second.known.commit);
    CHECK(mara->read(other.blob, format::GitKind::kBlob, kLimit) == std::nullopt);
    CHECK(code_of([&] { return mara->read(second.blob, format::GitKind::kTree, kLimit); }) ==
          ErrorCode::kDamaged);
    CHECK(code_of([&] { return mara->read(second.blob, format::GitKind::kBlob, 8191); }) ==
          ErrorCode::kDamaged);
    CHECK(host.git({"fsck", "--strict"}).find("error") == std::string::npos);
    const testing::TempDir clones;
    const testing::ProgramResult cloned = testing::run_program(
        {"git", "clone", "--quiet", "--bare", host.repository(), (clones / "copy.git").native()});
    CHECK(cloned.exit_status == 0);
}

TEST_CASE("neither fetch nor push repeats the history of known commits", "[exchange]") {
    const GitHost host{any_host()};
    std::vector<KnownCommit> known;
    std::vector<RefUpdate> updates;
    Vault rosa{host};
    constexpr unsigned kAuthors = 45;  // more than libgit2 would tell in one go
    for (unsigned author = 0; author < kAuthors; ++author) {
        const MadeCommit first = add_commit(*rosa, author * 10 + 1, std::nullopt);
        const MadeCommit second = add_commit(*rosa, author * 10 + 2, first.known.id);
        known.push_back(second.known);
        updates.push_back(
            {std::to_string(author + 10) + std::string(30, 'a'), std::nullopt, second.known.id});
    }
    rosa->push(updates, {});
    rosa.close();

    // A vault that has only the last commit of each, and pushes one more for each.
    Vault again{host};
    std::vector<std::string> names;
    std::vector<MadeCommit> third;
    std::vector<RefUpdate> moves;
    for (unsigned author = 0; author < kAuthors; ++author) {
        third.push_back(add_commit(*again, author * 10 + 3, known[author].id));
        names.push_back(updates[author].name);
        moves.push_back({names.back(), known[author].id, third.back().known.id});
    }
    const std::uint64_t before = again->traffic().sent_bytes;
    again->push(moves, known);
    // 12 KiB for each, not 36.
    CHECK(again->traffic().sent_bytes - before < kAuthors * std::uint64_t{16} * 1024);

    Vault mara{host};
    mara->fetch(names, known);
    CHECK(mara->traffic().received_objects == kAuthors * std::uint64_t{5});
    for (const MadeCommit& commit : third) {
        CHECK(mara->read(commit.blob, format::GitKind::kBlob, kLimit) == commit.content);
    }
    CHECK(mara->read(known[0].id, format::GitKind::kCommit, kLimit) == std::nullopt);
    // Again, with all of it known: nothing to fetch.
    std::vector<KnownCommit> all;
    for (const MadeCommit& commit : third) {
        all.push_back(commit.known);
    }
    mara->fetch(names, all);
    CHECK(mara->traffic().received_objects == kAuthors * std::uint64_t{5});
    CHECK(host.git({"fsck", "--strict"}).find("error") == std::string::npos);
}

TEST_CASE("what lies once more behind a named commit can be read, and is no hindrance to a push",
          "[exchange]") {
    const GitHost host{any_host()};
    Vault rosa{host};
    const MadeCommit first = add_commit(*rosa, 1, std::nullopt);
    const format::GitId tree = format::parse_git_commit(first.known.commit).tree;
    const format::GitId again =
        rosa->add(format::GitKind::kCommit, format::write_git_commit({tree, first.known.id}));
    rosa->push({{kRosaName, std::nullopt, again}}, {});

    Vault mara{host};
    mara->fetch({kRosaName}, {first.known});
    const auto received = [&] { return mara->traffic().received_objects; };
    CHECK(received() == 1);
    CHECK(mara->read(again, format::GitKind::kCommit, kLimit));
    CHECK(mara->read(tree, format::GitKind::kTree, kLimit) == first.known.trees.front());
    CHECK(mara->read(first.blob, format::GitKind::kBlob, kLimit) == first.content);
    // All of it, and that once.
    CHECK(received() == 7);
    CHECK(mara->read(format::GitId{}, format::GitKind::kBlob, kLimit) == std::nullopt);
    CHECK(received() == 7);
    const MadeCommit own = add_commit(*mara, 3, std::nullopt);
    mara->push({{kMara, std::nullopt, own.known.id}}, {});
    CHECK(host.git({"rev-parse", "refs/heads/" + kMara}) == own.known.id.hex());
    CHECK(host.git({"fsck", "--strict"}).find("error") == std::string::npos);
}

TEST_CASE("what was fetched without its history is no hindrance to a push", "[exchange]") {
    const GitHost host{any_host()};
    Vault rosa{host};
    const MadeCommit first = add_commit(*rosa, 1, std::nullopt);
    const MadeCommit second = add_commit(*rosa, 2, first.known.id);
    rosa->push({{kRosaName, std::nullopt, second.known.id}}, {});

    Vault mara{host};  // has the first one from elsewhere
    mara->fetch({kRosaName}, {first.known});
    const MadeCommit own = add_commit(*mara, 3, std::nullopt);
    mara->push({{kMara, std::nullopt, own.known.id}}, {});
    CHECK(host.git({"rev-parse", "refs/heads/" + kMara}) == own.known.id.hex());
}

TEST_CASE("a ref never moves back or sideways", "[exchange]") {
    const GitHost host{any_host()};
    Vault rosa{host};
    const MadeCommit first = add_commit(*rosa, 1, std::nullopt);
    const MadeCommit second = add_commit(*rosa, 2, first.known.id);
    rosa->push({{kRosaName, std::nullopt, second.known.id}}, {});

    const MadeCommit aside = add_commit(*rosa, 3, first.known.id);
    CHECK(
        code_of([&] {
            rosa->push({{kRosaName, second.known.id, aside.known.id}}, {first.known, second.known});
            return 0;
        }) == ErrorCode::kFailed);
    CHECK(code_of([&] {
              rosa->push({{kRosaName, std::nullopt, aside.known.id}}, {});
              return 0;
          }) == ErrorCode::kFailed);
    CHECK(code_of([&] {
              rosa->push({{kRosaName, first.known.id, aside.known.id}}, {first.known});
              return 0;
          }) == ErrorCode::kFailed);
    CHECK(rosa->read_refs({kRosaName}).at(kRosaName) == second.known.id);
    // What was added is still there for a push that may happen.
    CHECK(rosa->added_bytes() > 0);
    rosa->push({{kMara, std::nullopt, aside.known.id}}, {first.known});
    CHECK(rosa->read_refs({kMara}).at(kMara) == aside.known.id);
}

TEST_CASE("a host that shows another key is refused before anything is sent", "[exchange][T36]") {
    GitHost host{GENERATE(HostKind::kSsh, HostKind::kHttps)};
    UrlRemote settings = host.remote();
    settings.pinned_key.clear();
    std::vector<HostKey> shown;
    SECTION("nobody is there to accept the first one") {
        Vault rosa{settings};
        CHECK(code_of([&] { return rosa->read_refs({kRosaName}); }) == ErrorCode::kRefused);
    }
    SECTION("the first one is turned down") {
        settings.accept = [&](const HostKey& key) {
            shown.push_back(key);
            return false;
        };
        Vault rosa{settings};
        CHECK(code_of([&] { return rosa->read_refs({kRosaName}); }) == ErrorCode::kRefused);
        REQUIRE(shown.size() == 1);
        CHECK(shown[0].text == host.key());
        CHECK_FALSE(shown[0].vouched);
    }
    SECTION("the first one is accepted, then it changes") {
        settings.accept = [&](const HostKey& key) {
            shown.push_back(key);
            return true;
        };
        Vault rosa{settings};
        CHECK(rosa->read_refs({kRosaName}).empty());
        CHECK(rosa->read_refs({kRosaName}).empty());
        CHECK(shown.size() == 1);
        host.stop();
        host.change_key();
        host.start();
        CHECK(code_of([&] { return rosa->read_refs({kRosaName}); }) == ErrorCode::kRefused);
        CHECK_THAT(message_of([&] { return rosa->read_refs({kRosaName}); }),
                   ContainsSubstring("harbour shows another key than before; not connected"));
        CHECK(shown.size() == 1);
        Vault mara{host};
        CHECK(mara->read_refs({kRosaName}).empty());
    }
}

TEST_CASE("a host asks for a login once", "[exchange]") {
    GitHost host{HostKind::kHttps};
    host.stop();
    host.require_login();
    host.start();
    UrlRemote settings = host.remote();
    SECTION("none is at hand") {
        Vault rosa{settings};
        CHECK(code_of([&] { return rosa->read_refs({kRosaName}); }) == ErrorCode::kFailed);
    }
    SECTION("a wrong one") {
        int asked = 0;
        settings.login = [&] {
            ++asked;
            return Login{"rosa", "moth"};
        };
        Vault rosa{settings};
        CHECK_THAT(message_of([&] { return rosa->read_refs({kRosaName}); }),
                   ContainsSubstring("harbour doesn't accept the login"));
        CHECK(asked == 1);
    }
    SECTION("the right one") {
        settings.login = [] { return Login{"rosa", "lamp"}; };
        Vault rosa{settings};
        const MadeCommit made = add_commit(*rosa, 1, std::nullopt);
        rosa->push({{kRosaName, std::nullopt, made.known.id}}, {});
        CHECK(rosa->read_refs({kRosaName}).at(kRosaName) == made.known.id);
    }
}

TEST_CASE("an ssh key that the host doesn't know is not tried again", "[exchange]") {
    const GitHost host{HostKind::kSsh};
    UrlRemote settings = host.remote();
    settings.ssh_key_file = settings.ssh_key_file->parent_path() / "host";
    Vault rosa{settings};
    CHECK_THAT(message_of([&] { return rosa->read_refs({kRosaName}); }),
               ContainsSubstring("harbour doesn't accept the login"));
}

TEST_CASE("no login goes over an unprotected connection", "[exchange]") {
    GitHost host{HostKind::kHttp};
    host.stop();
    host.require_login();
    host.start();
    UrlRemote settings = host.remote();
    bool asked = false;
    settings.login = [&] {
        asked = true;
        return Login{"rosa", "lamp"};
    };
    Vault rosa{settings};
    CHECK(code_of([&] { return rosa->read_refs({kRosaName}); }) == ErrorCode::kRefused);
    CHECK_FALSE(asked);
}

TEST_CASE("a host that isn't there changes nothing", "[exchange]") {
    GitHost host{any_host()};
    host.stop();
    Vault rosa{host};
    CHECK(code_of([&] { return rosa->read_refs({kRosaName}); }) == ErrorCode::kFailed);
    CHECK_THAT(message_of([&] { return rosa->read_refs({kRosaName}); }),
               ContainsSubstring("harbour cannot be reached; nothing changed, nothing concluded"));
    const MadeCommit made = add_commit(*rosa, 1, std::nullopt);
    const RefUpdate update{kRosaName, std::nullopt, made.known.id};
    CHECK(code_of([&] {
              rosa->push({update}, {});
              return 0;
          }) == ErrorCode::kFailed);
    host.start();
    rosa->push({update}, {});
    CHECK(rosa->read_refs({kRosaName}).at(kRosaName) == made.known.id);
}

TEST_CASE("a host that dies during a push leaves the ref where it was", "[exchange]") {
    GitHost host{any_host()};
    UrlRemote settings = host.remote();
    std::atomic<bool> kill = false;
    settings.stopped = [&] {
        if (kill.exchange(false)) {  // asked by more than one thread
            host.stop();
        }
        return false;
    };
    Vault rosa{settings};
    const MadeCommit first = add_commit(*rosa, 1, std::nullopt);
    rosa->push({{kRosaName, std::nullopt, first.known.id}}, {});
    std::optional<format::GitId> parent = first.known.id;
    for (std::uint64_t seed = 2; seed < 6; ++seed) {
        parent = add_commit(*rosa, seed, parent, std::size_t{8} << 20).known.id;
    }
    kill = true;
    const RefUpdate update{kRosaName, first.known.id, *parent};
    CHECK(code_of([&] {
              rosa->push({update}, {first.known});
              return 0;
          }) == ErrorCode::kFailed);
    CHECK_FALSE(kill);
    CHECK(host.git({"rev-parse", "refs/heads/" + kRosaName}) == first.known.id.hex());
    host.start();
    rosa->push({update}, {first.known});
    CHECK(rosa->read_refs({kRosaName}).at(kRosaName) == *parent);
    CHECK(host.git({"fsck", "--strict"}).find("error") == std::string::npos);
}

TEST_CASE("a silent host is given up, at the latest when the person does", "[exchange]") {
    const testing::SilentServer silent;
    const std::string scheme = GENERATE("git://", "http://", "https://", "ssh://rosa@");
    UrlRemote settings;
    settings.name = "harbour";
    settings.url = parse_remote_url(scheme + "127.0.0.1:" + std::to_string(silent.port()) + "/a");
    SECTION("time is up") {
        settings.longest_silence = std::chrono::milliseconds{300};
        Vault rosa{settings};
        CHECK(code_of([&] { return rosa->read_refs({kRosaName}); }) == ErrorCode::kFailed);
    }
    SECTION("the person gives up") {
        settings.stopped = [] { return true; };
        Vault rosa{settings};
        CHECK(code_of([&] { return rosa->read_refs({kRosaName}); }) == ErrorCode::kInterrupted);
    }
}

TEST_CASE("what a host says is shown escaped", "[exchange]") {
    const GitHost host{any_host()};
    const std::filesystem::path hook = host.repository() / "hooks" / "update";
    testing::write_file(hook, "#!/bin/sh\nprintf '\\033[31mno\\n' >&2\nexit 1\n");
    std::filesystem::permissions(hook, std::filesystem::perms::owner_all);
    Vault rosa{host};
    const MadeCommit made = add_commit(*rosa, 1, std::nullopt);
    const std::string message = message_of([&] {
        rosa->push({{kRosaName, std::nullopt, made.known.id}}, {});
        return 0;
    });
    CHECK_THAT(message, ContainsSubstring("harbour refuses refs/heads/" + kRosaName));
    CHECK(message.find('\033') == std::string::npos);
}

TEST_CASE("nothing stays in the vault, and what killed runs left is swept", "[exchange]") {
    const GitHost host{HostKind::kGit};
    Vault rosa{host};
    const MadeCommit made = add_commit(*rosa, 1, std::nullopt);
    rosa->push({{kRosaName, std::nullopt, made.known.id}}, {});
    rosa->fetch({kRosaName}, {});
    CHECK_FALSE(std::filesystem::is_empty(rosa.scratch()));
    const std::filesystem::path left = rosa.scratch() / "host-7" / "repository" / "objects";
    std::filesystem::create_directories(left);
    testing::write_file(left / "pack", "sealed");
    rosa.close();
    sweep_scratch(base::posix_filesystem(), rosa.scratch());
    CHECK(std::filesystem::is_empty(rosa.scratch()));
}

}  // namespace
}  // namespace kua::exchange
