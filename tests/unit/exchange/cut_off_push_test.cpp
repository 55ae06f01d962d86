// A push that moved refs and never came to note it: power cut, pulled stick, a host that answers no
// more. A large bundle goes in several commits, so the ref may stand in the middle of one.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "kua/progress.h"
#include "tests/support/errors.h"
#include "tests/support/exchange_world.h"
#include "tests/support/impatient.h"
#include "tests/support/sparing_host.h"
#include "tests/unit/exchange/carried_world.h"
#include "vault/exchange/outgoing.h"
#include "vault/exchange/refs.h"
#include "vault/exchange/sync.h"

namespace kua::exchange {
namespace {

using testing::code_of;
using testing::Codes;
using testing::codes_of;
using testing::ExchangeWorld;
using testing::Impatient;
using testing::kStick1;
using testing::kStick2;
using testing::Person;

// Gone after so many pushes that it carried out.
class DyingRepository final : public Repository {
public:
    DyingRepository(Repository& alive, int pushes) : alive_(alive), pushes_(pushes) {}

    std::map<std::string, format::GitId> read_refs(const std::vector<std::string>& names) override {
        return alive_.read_refs(names);
    }
    void fetch(const std::vector<std::string>& names,
               const std::vector<KnownCommit>& known) override {
        alive_.fetch(names, known);
    }
    std::optional<base::Bytes> read(const format::GitId& id, format::GitKind kind,
                                    std::size_t max_bytes) override {
        return alive_.read(id, kind, max_bytes);
    }
    format::GitId add(format::GitKind kind, base::ByteView content) override {
        return alive_.add(kind, content);
    }
    std::uint64_t added_bytes() const override { return alive_.added_bytes(); }
    void push(const std::vector<RefUpdate>& updates,
              const std::vector<KnownCommit>& known) override {
        alive_.push(updates, known);
        if (--pushes_ == 0) {
            throw Error{ErrorCode::kStorage, "the stick was pulled"};
        }
    }

private:
    Repository& alive_;
    int pushes_;
};

Channel channel_of(ExchangeWorld& world, store::Store& store, const Person& of,
                   const Person& author) {
    for (Channel& channel : list_channels(store.catalog(), world.case_id, of.fingerprint)) {
        if (channel.author == author.fingerprint) {
            return channel;
        }
    }
    FAIL("no such channel");
    return {};
}

// What `from` has of Mara's journal goes to stick 1, one commit a push, until the stick is pulled.
void push_in_part(ExchangeWorld& world, Person& from, int pushes) {
    from.with_store([&](store::Store& store) {
        const auto stick = world.open(kStick1);
        DyingRepository dying{*stick, pushes};
        const Channel channel = channel_of(world, store, from, world.mara);
        Outgoing outgoing{store, dying, kStick1, no_progress(), /*push_bytes=*/1};
        const auto send = [&] {
            outgoing.send(channel, stick->read_refs({channel.ref}).at(channel.ref));
            outgoing.finish();
        };
        CHECK(code_of(send) == ErrorCode::kStorage);
    });
}

TEST_CASE("a bundle whose push was cut off after a part goes on from there",
          "[exchange][sync][T20]") {
    const auto [pushes, passed_on] =
        GENERATE(std::pair{1, false}, std::pair{2, false}, std::pair{3, false}, std::pair{2, true});
    CAPTURE(pushes, passed_on);
    ExchangeWorld world;
    testing::SeededRandom random{3};
    world.mara.add("clip.mp4", base::text_of(random.bytes(std::size_t{40} << 20)));
    if (passed_on) {
        world.mara.sync(kStick2);
        CHECK(world.adil.findings(kStick2).empty());
    }
    Person& from = passed_on ? world.adil : world.mara;
    const testing::FolderCopy before = from.backup();
    push_in_part(world, from, pushes);
    if (GENERATE(false, true)) {  // no longer knows of it
        from.restore(before);
    }
    CHECK(world.rosa.findings(kStick1) == (pushes < 3 ? Codes{FindingCode::kGap} : Codes{}));
    CHECK(from.findings(kStick1).empty());
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.rosa.items() == 1);
    CHECK(world.rosa.damage().empty());
}

TEST_CASE("an original that is destroyed after its push was cut off keeps nobody from going on",
          "[exchange][sync][T20]") {
    // A courier can't tell what is left of half an object from damage.
    const auto [pushes, with_courier] =
        GENERATE(std::pair{1, false}, std::pair{2, false}, std::pair{3, false}, std::pair{3, true});
    CAPTURE(pushes, with_courier);
    ExchangeWorld world;
    testing::SeededRandom random{3};
    const std::string clip =
        world.mara.add("clip.mp4", base::text_of(random.bytes(std::size_t{40} << 20)));
    push_in_part(world, world.mara, pushes);
    world.mara->shred({{clip}, "", world.case_id, "the wrong file"});
    world.mara.add("one.jpg", "one");
    CHECK(world.mara.findings(kStick1).empty());
    Person& first = with_courier ? world.adil : world.rosa;
    if (with_courier) {
        testing::seal(world, first);
    }
    CHECK(first.findings(kStick1).empty());
    CHECK(first.findings(kStick2).empty());
    CHECK(world.rosa.findings(kStick2).empty());
    CHECK(world.rosa.items() == 2);
    CHECK(world.rosa->show(clip, world.case_id).summary.shredded == (pushes < 3));
    CHECK(world.rosa.damage().empty());
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.mara.findings(kStick2).empty());
}

TEST_CASE("making commits anew that were never noted can be stopped", "[exchange][sync]") {
    ExchangeWorld world;
    testing::SeededRandom random{3};
    world.mara.add("clip.mp4", base::text_of(random.bytes(std::size_t{40} << 20)));
    const testing::FolderCopy before = world.mara.backup();
    push_in_part(world, world.mara, 2);
    world.mara.restore(before);
    world.mara.with_store([&](store::Store& store) {
        const auto stick = world.open(kStick1);
        const Channel channel = channel_of(world, store, world.mara, world.mara);
        const auto tip = stick->read_refs({channel.ref}).at(channel.ref);
        stick->fetch({channel.ref}, {});
        const auto newest = newest_commit(store.catalog(), channel.ref);
        REQUIRE(newest);
        REQUIRE(newest->id != tip);
        const auto recall = [&](const Progress& progress) {
            return recall_commits(store, *stick, channel, tip, newest->id, progress);
        };
        const int patience = GENERATE(0, 1, 2);
        CHECK(code_of([&] { return recall(Impatient{patience}); }) == ErrorCode::kInterrupted);
        CHECK_FALSE(find_commit(store.catalog(), channel.ref, tip));
        CHECK(recall(no_progress()));
        CHECK(find_commit(store.catalog(), channel.ref, tip));
    });
}

RemoteReport sync_over_host(ExchangeWorld& world, Person& who) {
    return who.with_store([&](store::Store& store) {
        const auto stick = world.open(kStick1);
        testing::SparingHost host{*stick};
        RemoteReport report;
        sync_with(store, evidence::load_identity(store.catalog()), host, kStick1, SyncDepth::kWhole,
                  no_progress(), report);
        return report;
    });
}

TEST_CASE("a vault restored to when a push was cut off gets its own back from a host",
          "[exchange][sync][T16][T20]") {
    const int noted = GENERATE(0, 1, 2);
    CAPTURE(noted);
    ExchangeWorld world;
    testing::SeededRandom random{3};
    world.mara.add("clip.mp4", base::text_of(random.bytes(std::size_t{40} << 20)));
    if (noted > 0) {
        push_in_part(world, world.mara, noted);
    }
    const testing::FolderCopy old = world.mara.backup();
    push_in_part(world, world.mara, 1);
    CHECK(sync_over_host(world, world.mara).findings.empty());
    world.mara.add("one.jpg", "one");
    CHECK(sync_over_host(world, world.mara).findings.empty());
    const std::uint64_t own = world.mara.entries_of(world.mara);
    world.mara.restore(old);
    CHECK(codes_of(sync_over_host(world, world.mara).findings) == Codes{});
    CHECK(world.mara.entries_of(world.mara) >= own);
    CHECK(world.mara.items() == 2);
    CHECK(world.mara.damage().empty());
}

TEST_CASE("of what a remote showed only what is here counts as known", "[exchange][sync]") {
    ExchangeWorld world;
    const std::string ref = world.mara.ref(world.rosa);
    const format::GitId here = world.refs(kStick1, {ref}).at(ref);
    format::GitId lost = here;
    lost.bytes.front() ^= std::byte{1};
    world.mara.with_store([&](store::Store& store) {
        const Channel channel = channel_of(world, store, world.mara, world.rosa);
        const auto names = [&](const format::GitId& shown) {
            std::vector<format::GitId> ids;
            for (const KnownCommit& known : known_names(store.catalog(), channel, shown)) {
                ids.push_back(known.id);
            }
            return ids;
        };
        CHECK(names(here) == std::vector{here, here});
        CHECK(names(lost) == std::vector{here});
    });
}

}  // namespace
}  // namespace kua::exchange
