// Whole vaults over git's own server, which sends nothing of what a reader named as known: also
// where that lies once more behind it.
#include <catch2/catch_test_macros.hpp>

#include "kua/progress.h"
#include "tests/support/git_host.h"
#include "tests/support/hand_made.h"
#include "tests/support/temp_dir.h"
#include "vault/exchange/sync.h"

namespace kua::exchange {
namespace {

using testing::Codes;
using testing::ExchangeWorld;
using testing::GitHost;
using testing::has_finding;
using testing::HostKind;
using testing::kStick1;
using testing::kStick2;
using testing::Person;

// Rosa, Mara and Adil, who have all on stick 1, and a host that has it, too.
class HostWorld : public ExchangeWorld {
public:
    HostWorld() {
        for (Person* person : people()) {
            CHECK(sync(*person).findings.empty());
        }
    }

    RemoteReport sync(Person& who) {
        return who.with_store([&](store::Store& store) {
            const auto repository = connect();
            RemoteReport report;
            sync_with(store, evidence::load_identity(store.catalog()), *repository, "harbour",
                      SyncDepth::kWhole, no_progress(), report);
            return report;
        });
    }
    Codes findings(Person& who) { return testing::codes_of(sync(who).findings); }

    std::unique_ptr<UrlRepository> connect() {
        return open_url_repository(base::posix_filesystem(), scratch_ / "host", host_.remote());
    }

    // All have the same, and nothing is named any more.
    void check_goes_on() {
        mara.add("later.jpg", "later");
        for (int round = 0; round < 3; ++round) {
            for (Person* person : people()) {
                CAPTURE(person->name);
                CHECK(findings(*person).empty());
            }
        }
        for (Person* person : people()) {
            CAPTURE(person->name);
            CHECK(person->projection() == mara.projection());
            CHECK(person->damage().empty());
        }
    }

private:
    GitHost host_{HostKind::kGit};
    testing::TempDir scratch_;
};

// What `commit` brings, once more behind the tip.
void push_again(Repository& host, const std::string& ref, const format::GitId& commit) {
    const format::GitId tip = host.read_refs({ref}).at(ref);
    host.fetch({ref}, {});
    const auto text = host.read(commit, format::GitKind::kCommit, 4096);
    REQUIRE(text);
    const format::GitId again =
        host.add(format::GitKind::kCommit,
                 format::write_git_commit({format::parse_git_commit(*text).tree, tip}));
    host.push({{ref, tip, again}}, {});
}

TEST_CASE("what lies at a host a second time is passed over", "[exchange][T15]") {
    HostWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    const format::GitId old = world.connect()->read_refs({ref}).at(ref);
    world.mara.add("one.jpg", "one");
    for (Person* person : world.people()) {
        world.sync(*person);
    }
    SECTION("the newest bundle") {
        push_again(*world.connect(), ref, world.connect()->read_refs({ref}).at(ref));
    }
    SECTION("an older one") {
        push_again(*world.connect(), ref, old);
    }
    for (Person* person : world.people()) {
        CAPTURE(person->name);
        CHECK(has_finding(world.sync(*person).findings, FindingCode::kDamaged,
                          "was put behind later ones"));
        CHECK(world.findings(*person).empty());
    }
    world.check_goes_on();
}

TEST_CASE("known bundles with other parts stop nobody at a host", "[exchange][T15]") {
    HostWorld world;
    const std::string ref = world.rosa.ref(world.mara);
    world.mara.add("one.jpg", "one");
    for (Person* person : world.people()) {
        world.sync(*person);
    }
    testing::Carried carried = testing::newest_at(*world.connect(), ref);
    if (carried.contents.empty()) {  // a receipt came last
        world.mara.add("two.jpg", "two");
        world.sync(world.mara);
        carried = testing::newest_at(*world.connect(), ref);
    }
    REQUIRE(carried.contents.size() == 1);
    carried.contents[0].back() ^= std::byte{1};
    testing::push(*world.connect(), ref, carried);
    for (Person* person : world.people()) {
        CAPTURE(person->name);
        CHECK(world.findings(*person) == Codes{FindingCode::kDamaged});
        CHECK(world.findings(*person).empty());
    }
    world.check_goes_on();
}

TEST_CASE("a grant that is sent once more behind junk is read at a host", "[exchange][T15]") {
    HostWorld world;
    const std::string inbox = testing::inbox_of(world.mara, world.rosa);
    testing::push_grant(*world.connect(), inbox, base::bytes_of("no age file"));
    CHECK(world.findings(world.rosa) == Codes{FindingCode::kForged});
    CHECK(has_finding(world.sync(world.mara).findings, FindingCode::kDamaged, "one can't be read"));
    CHECK(world.findings(world.mara).empty());
    world.check_goes_on();
}

}  // namespace
}  // namespace kua::exchange
