// What lies in inboxes beside grants keeps none of them back.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/hand_made.h"
#include "tests/support/test_vault.h"
#include "vault/exchange/refs.h"
#include "vault/format/git_object.h"

namespace kua::exchange {
namespace {

using testing::Codes;
using testing::ExchangeWorld;
using testing::FolderCopy;
using testing::has_finding;
using testing::kStick1;
using testing::Person;
using testing::push_grant;
using testing::Start;

// What whoever holds the stick may leave in Mara's inbox.
void leave_junk(ExchangeWorld& world) {
    const bool is_grant = GENERATE(false, true);
    if (is_grant) {
        push_grant(world, kStick1, world.rosa, world.mara, base::bytes_of("no age file"));
        return;
    }
    const auto stick = world.open(kStick1);
    const std::string ref = world.mara.with_store([&](store::Store& store) {
        const evidence::Identity own = evidence::load_identity(store.catalog());
        return inbox_ref(own.card.inbox, world.rosa.fingerprint);
    });
    const format::GitId tip = world.refs(kStick1, {ref}).at(ref);
    const format::GitId blob = stick->add(format::GitKind::kBlob, base::bytes_of("hello"));
    const format::GitId tree =
        stick->add(format::GitKind::kTree, format::write_git_tree({{"README", false, blob}}));
    const format::GitId commit =
        stick->add(format::GitKind::kCommit, format::write_git_commit({tree, tip}));
    stick->push({{ref, tip, commit}}, {{tip, {}, {}}});
}

TEST_CASE("junk in an inbox keeps no grant back, and is named once", "[exchange][sync][T15]") {
    const bool before_it = GENERATE(false, true);
    ExchangeWorld world;
    if (before_it) {
        leave_junk(world);
    }
    world.remove(world.adil);
    CHECK(world.rosa.findings(kStick1) == (before_it ? Codes{FindingCode::kForged} : Codes{}));
    if (!before_it) {
        leave_junk(world);
    }
    world.rosa.add("one.jpg", "one");
    world.rosa.sync(kStick1);
    CHECK(
        has_finding(world.mara.sync(kStick1).findings, FindingCode::kDamaged, "one can't be read"));
    CHECK(world.mara.items() == 1);
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(world.rosa.findings(kStick1).empty());
    world.rosa.restart();
    CHECK(world.rosa.findings(kStick1).empty());
}

// A bit in the middle of `bytes`, wherever on the stick they lie as they are.
std::pair<base::fs::path, std::uint64_t> bit_of(ExchangeWorld& world, const base::Bytes& bytes) {
    for (const auto& [path, content] : world.backup(kStick1)) {
        const auto at = base::text_of(content).find(base::text_of(bytes));
        if (at != std::string_view::npos) {
            return {path, (at + bytes.size() / 2) * 8};
        }
    }
    FAIL("it isn't there");
    return {};
}

TEST_CASE("a grant that a stick damaged is read once the stick is mended",
          "[exchange][sync][T20]") {
    ExchangeWorld world{Start::kStrangers};
    world.rosa->add_member(
        {.contact = "Mara", .role = "reader", .case_name = world.case_id, .unverified = true});
    world.rosa.sync(kStick1);
    const auto [path, bit] = bit_of(world, testing::newest_grant(world.rosa, world.mara));
    world.files.flip_bit(path, bit);
    CHECK(
        has_finding(world.mara.sync(kStick1).findings, FindingCode::kDamaged, "one can't be read"));
    CHECK(world.mara->invitations().empty());
    world.files.flip_bit(path, bit);
    CHECK(world.mara.findings(kStick1) == Codes{});
    CHECK(world.mara->invitations().size() == 1);
}

TEST_CASE("an owner whose vault was restored goes on inviting", "[exchange][sync][T15][T16]") {
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    const FolderCopy old = world.rosa.backup();
    const auto invite_to_another = [&](const std::string& title) {
        CaseDraft draft;
        draft.title = title;
        const std::string id = world.rosa->create_case(draft).id;
        world.rosa->add_member(
            {.contact = "Mara", .role = "contributor", .case_name = id, .unverified = true});
        world.rosa.sync(kStick1);
    };
    invite_to_another("Second");
    world.rosa.restore(old);
    if (with_restart) {
        world.rosa.restart();
    }
    CHECK(has_finding(world.rosa.sync(kStick1).findings, FindingCode::kForged,
                      "before it was restored"));
    CHECK(world.rosa.findings(kStick1).empty());
    invite_to_another("Third");
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.mara.findings(kStick1).empty());
    const auto invitations = world.mara->invitations();
    REQUIRE(invitations.size() == 2);
    CHECK(invitations[0].title != invitations[1].title);
}

}  // namespace
}  // namespace kua::exchange
