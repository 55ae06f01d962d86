// A vault restored from an old copy: it takes its own journal back before it goes on, and what
// comes of adding before that is found.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/hand_made.h"
#include "tests/support/test_vault.h"
#include "vault/evidence/cases.h"

namespace kua::exchange {
namespace {

using testing::carry;
using testing::code_of;
using testing::Codes;
using testing::codes_of;
using testing::ExchangeWorld;
using testing::FolderCopy;
using testing::hand_made;
using testing::HandMade;
using testing::has_finding;
using testing::kStick1;
using testing::kStick2;
using testing::Person;
using testing::push;
using testing::Start;

TEST_CASE("a restored vault takes its own entries back and only then writes any",
          "[threads][exchange][sync][T15][T16]") {
    const bool is_owner = GENERATE(false, true);
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    Person& who = is_owner ? world.rosa : world.mara;
    Person& other = is_owner ? world.mara : world.rosa;
    const FolderCopy old = who.backup();
    who.add("one.jpg", "one");
    who.add("two.jpg", "two");
    other.add("three.jpg", "three");
    other.sync(kStick1);
    who.sync(kStick1);
    const auto heads = who.heads();
    const std::uint64_t own = who.entries_of(who);
    who.restore(old);
    CHECK(who.entries_of(who) < own);
    if (with_restart) {
        who.restart();
    }
    CHECK(who.findings(kStick1).empty());
    CHECK(who.items() == 3);
    CHECK(who.entries_of(who) >= own);
    who.add("four.jpg", "four");
    world.settle(kStick1);
    CHECK(world.adil.items() == 4);
    for (Person* person : world.people()) {
        CHECK(person->projection() == world.rosa.projection());
        CHECK(person->damage().empty());
    }
    CHECK(heads.size() == 3);
}

TEST_CASE("a restored vault that was added to before it synced is found and named",
          "[threads][exchange][sync][T16]") {
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    const FolderCopy old = world.mara.backup();
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick1);
    world.mara.restore(old);
    world.mara.add("two.jpg", "two");
    const std::uint64_t own = world.mara.entries_of(world.mara);
    const auto projection = world.mara.projection();
    const FolderCopy stick = world.backup(kStick1);
    CHECK(has_finding(world.mara.sync(kStick1).findings, FindingCode::kFork,
                      "this vault's own journal went on differently"));
    if (with_restart) {
        world.mara.restart();
    }
    CHECK(world.mara.findings(kStick1) == Codes{FindingCode::kStopped});
    CHECK(code_of([&] { world.mara.add("three.jpg", "three"); }) == ErrorCode::kRefused);
    CHECK(world.mara.entries_of(world.mara) == own);
    CHECK(world.mara.projection() == projection);
    CHECK(world.mara.damage().empty());
    CHECK(world.backup(kStick1) == stick);
    // What is here can go to a new vault.
    ExportRequest request;
    request.case_name = world.case_id;
    request.all = true;
    request.to = "/out";
    request.purpose = "keep";
    const ExportReport exported = world.mara->export_items(request, no_progress());
    CHECK(exported.exported.size() == 1);
    CHECK(codes_of(exported.findings) == Codes{FindingCode::kStopped});
    // The others have one history and see no trouble.
    CHECK(world.rosa.findings(kStick1).empty());
}

// Without the keys that came with the removal, all that the owner added would stay readable for who
// is out, and what the others write since would never arrive.
TEST_CASE("an owner restored from before a removal learns of it before writing anything",
          "[threads][exchange][sync][T15][T16]") {
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    const FolderCopy old = world.rosa.backup();
    world.remove(world.adil);
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    world.mara.add("later.jpg", "later");
    world.mara.sync(kStick1);
    world.rosa.sync(kStick1);
    const std::uint64_t own = world.rosa.entries_of(world.rosa);
    world.rosa.restore(old);
    if (with_restart) {
        world.rosa.restart();
    }
    // Of the keys for Mara it can't know whether it was itself that left them there.
    CHECK(world.rosa.findings(kStick1) == Codes{FindingCode::kForged});
    CHECK(world.rosa.entries_of(world.rosa) >= own);
    CHECK(world.rosa.items() == 1);
    world.rosa.add("new.jpg", "new");
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(world.mara.items() == 2);
    for (int i = 0; i < 2; ++i) {
        world.rosa.sync(kStick1);
        world.mara.sync(kStick1);
    }
    CHECK(world.mara.projection() == world.rosa.projection());
    CHECK(world.rosa.damage().empty());
    world.adil.sync(kStick1);
    CHECK(world.adil.items() == 0);
    CHECK(world.rosa.findings(kStick2).empty());  // where nothing of it is yet
    CHECK(world.mara.findings(kStick2).empty());
}

TEST_CASE("an owner restored from before several removals takes all keys since",
          "[exchange][sync][T16]") {
    ExchangeWorld world;
    const FolderCopy old = world.rosa.backup();
    world.remove(world.adil);
    const bool between = GENERATE(false, true);
    if (between) {
        world.rosa.sync(kStick1);
    }
    world.remove(world.mara);
    world.rosa.add("last.jpg", "last");
    world.rosa.sync(kStick1);
    world.rosa.restore(old);
    static_cast<void>(world.rosa.sync(kStick1));
    CHECK(world.rosa.items() == 1);
    world.rosa.add("new.jpg", "new");
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    world.adil.sync(kStick1);
    CHECK(world.mara.items() == 0);
    CHECK(world.adil.items() == 0);
    CHECK(world.rosa.damage().empty());
}

// Mara meets Rosa at another stick than the one that Rosa heard of the removal from.
TEST_CASE("an owner who was restored hands the newer keys on, to the others and to itself",
          "[exchange][sync][T15][T16]") {
    ExchangeWorld world;
    world.settle(kStick2);
    const FolderCopy old = world.rosa.backup();
    world.remove(world.adil);
    world.rosa.sync(kStick1);
    world.rosa.restore(old);
    world.rosa.sync(kStick1);
    world.rosa.add("rosa.jpg", "by Rosa");
    world.rosa.sync(kStick2);
    CHECK(world.mara.findings(kStick2).empty());
    CHECK(world.mara.items() == 1);
    world.mara.add("mara.jpg", "by Mara");
    world.mara.sync(kStick2);
    world.adil.sync(kStick2);
    CHECK(world.adil.items() == 0);
    CHECK(world.rosa.findings(kStick2).empty());
    CHECK(world.rosa.items() == 2);
    const std::uint64_t own = world.rosa.entries_of(world.rosa);
    world.rosa.restore(old);
    static_cast<void>(world.rosa.sync(kStick2));
    CHECK(world.rosa.items() == 2);
    CHECK(world.rosa.entries_of(world.rosa) >= own);
    CHECK(world.rosa.damage().empty());
}

// The stick was pulled, or somebody took out what says that Adil is out.
TEST_CASE("an owner who has newer keys and not what says who is out hands them to nobody",
          "[exchange][sync][T15][T16]") {
    ExchangeWorld world;
    const bool goes_on_first = GENERATE(false, true);
    const FolderCopy old = world.rosa.backup();
    world.remove(world.adil);
    world.rosa.add("rosa.jpg", "by Rosa");
    world.rosa.sync(kStick1);
    const FolderCopy whole = world.backup(kStick1);
    FolderCopy stick = whole;
    const std::string ref = world.rosa.ref(world.rosa, 2);
    CHECK(std::erase_if(stick, [&](const auto& file) { return file.first.filename() == ref; }) ==
          1);
    world.restore(kStick1, stick);
    world.rosa.restore(old);
    if (goes_on_first) {  // up to as many entries as there were with the removal
        world.rosa.add("one.jpg", "one");
        world.rosa.add("two.jpg", "two");
        world.rosa.add("three.jpg", "three");
    }
    static_cast<void>(world.rosa.try_sync(kStick1));
    CHECK(code_of([&] { return world.remove(world.mara); }) == ErrorCode::kRefused);
    if (!goes_on_first) {
        CHECK(code_of([&] { return world.rosa.add("new.jpg", "new"); }) == ErrorCode::kRefused);
    }
    static_cast<void>(world.rosa.try_sync(kStick1));
    static_cast<void>(world.adil.try_sync(kStick1));
    CHECK(world.adil.with_store([&](store::Store& store) {
        return evidence::load_case_keys(store.catalog(), world.case_id).epoch;
    }) == 1);
    if (!goes_on_first) {
        world.restore(kStick1, whole);
        static_cast<void>(world.rosa.sync(kStick1));
        CHECK(world.rosa.items() == 1);
        world.rosa.add("new.jpg", "new");
        CHECK(world.rosa.findings(kStick1).empty());
    }
}

TEST_CASE("what an older own grant at a remote doesn't tell is put behind it",
          "[exchange][sync][T15][T16]") {
    ExchangeWorld world;
    const FolderCopy old = world.rosa.backup();
    world.remove(world.adil);
    world.rosa.sync(kStick1);
    world.rosa.sync(kStick2);
    world.remove(world.mara);
    world.rosa.add("last.jpg", "last");
    world.rosa.sync(kStick1);
    world.rosa.restore(old);
    static_cast<void>(world.rosa.sync(kStick1));
    CHECK(world.rosa.items() == 1);
    static_cast<void>(world.rosa.sync(kStick2));  // where the first removal alone is known
    world.rosa.restore(old);
    static_cast<void>(world.rosa.sync(kStick2));
    CHECK(world.rosa.items() == 1);
    CHECK(world.rosa.findings(kStick2).empty());
}

TEST_CASE("a restored vault is told by what others saw that there is more of its own",
          "[threads][exchange][sync][T15]") {
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    world.rosa.sync(kStick2);
    const FolderCopy old = world.rosa.backup();
    world.rosa.add("one.jpg", "one");
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    // Only Mara's journal gets to stick 2.
    const std::string ref = world.mara.ref(world.rosa);
    const auto before = world.refs(kStick2, {ref});
    world.mara.sync(kStick2);
    world.remove_ref(kStick2, ref);
    world.files.add_file("/" + kStick2 + "/refs/heads/" + ref,
                         base::bytes_of(before.at(ref).hex() + "\n"));
    world.rosa.restore(old);
    const std::uint64_t own = world.rosa.entries_of(world.rosa);
    if (with_restart) {
        world.rosa.restart();
    }
    CHECK(has_finding(world.rosa.sync(kStick2).findings, FindingCode::kGap,
                      "restored from an older copy"));
    CHECK(world.rosa.entries_of(world.rosa) == own);  // no receipt either
    const std::size_t sealed = world.rosa.backup().size();
    CHECK(code_of([&] { world.rosa.add("two.jpg", "two"); }) == ErrorCode::kRefused);
    CHECK(code_of([&] { world.remove(world.adil); }) == ErrorCode::kRefused);
    CHECK(world.rosa.entries_of(world.rosa) == own);
    CHECK(world.rosa.backup().size() == sealed);
    CHECK(world.rosa.damage().empty());
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.rosa.items() == 1);
    CHECK(world.rosa.entries_of(world.rosa) > own);
    CHECK(world.rosa.damage().empty());
}

TEST_CASE("a member who says to have seen more than there is keeps nobody from adding for ever",
          "[threads][exchange][sync][T15]") {
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    HandMade lie = hand_made(world, world.mara);
    lie.change = [&](journal::Manifest& manifest) {
        for (journal::SeenLog& seen : manifest.seen) {
            seen.size += seen.author == world.rosa.fingerprint ? 1'000U : 0U;
        }
    };
    push(world, kStick1, world.mara.ref(world.mara), carry(lie, world.random));
    const std::uint64_t own = world.rosa.entries_of(world.rosa);
    CHECK(has_finding(world.rosa.sync(kStick1).findings, FindingCode::kGap,
                      "restored from an older copy"));
    if (with_restart) {
        world.rosa.restart();
    }
    CHECK(code_of([&] { world.rosa.add("one.jpg", "one"); }) == ErrorCode::kRefused);
    CHECK(world.rosa.entries_of(world.rosa) == own);
    CHECK(world.rosa->doubt_member({.member = "Mara", .case_name = world.case_id}).name == "Mara");
    if (with_restart) {
        world.rosa.restart();
    }
    CHECK_FALSE(world.rosa.add("one.jpg", "one").empty());
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.rosa.damage().empty());
    // Somebody else can't take the lie, but what Rosa adds.
    world.adil.sync(kStick1);
    CHECK(world.adil.items() == 1);
}

TEST_CASE("a member who claims to come after everything keeps nobody from adding",
          "[threads][exchange][sync][T15]") {
    const std::uint64_t much = GENERATE(std::uint64_t{1} << 40U, std::uint64_t{1} << 52U);
    ExchangeWorld world;
    world.remove(world.adil);
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    HandMade lie = hand_made(world, world.mara, 2);
    lie.lamport = much;
    lie.change = [&](journal::Manifest& manifest) {
        for (journal::SeenLog& seen : manifest.seen) {
            seen.size += seen.author == world.adil.fingerprint ? much : 0U;
        }
    };
    push(world, kStick1, world.mara.ref(world.mara, 2), carry(lie, world.random));
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK_FALSE(world.rosa.add("one.jpg", "one").empty());
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(world.mara.items() == 1);
    CHECK(world.rosa.damage().empty());
}

}  // namespace
}  // namespace kua::exchange
