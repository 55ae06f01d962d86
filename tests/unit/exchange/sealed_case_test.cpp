// A case that is sealed in one member's vault and open in others': how it opens again.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/exchange_world.h"
#include "tests/support/test_vault.h"
#include "vault/evidence/identity.h"
#include "vault/exchange/refs.h"

namespace kua::exchange {
namespace {

using testing::code_of;
using testing::ExchangeWorld;
using testing::FolderCopy;
using testing::kStick1;
using testing::kStick2;
using testing::Person;
using testing::Start;

UnsealOptions from_file(const std::string& file, const std::string& remote = {}) {
    UnsealOptions options;
    options.secret_from = file;
    options.remote = remote;
    return options;
}

UnsealOptions from_remote(const ExchangeWorld& world, const std::string& remote) {
    UnsealOptions options;
    options.remote = remote;
    options.case_name = world.case_id;
    return options;
}

// The key goes to a file that the named contact's vault opens.
SealCaseOptions key_for(const std::string& file, const std::string& contact) {
    SealCaseOptions options;
    options.secret_to = file;
    options.contact = contact;
    options.unverified = true;
    return options;
}

std::string own_ref_of(ExchangeWorld& world) {
    return world.rosa.with_store([](store::Store& store) {
        return own_inbox_ref(evidence::load_identity(store.catalog()));
    });
}

TEST_CASE("new keys that came while a case was sealed are taken from the remote again",
          "[exchange][sync][T17]") {
    const bool with_file = GENERATE(true, false);
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    world.mara->seal_case(world.case_id, key_for("/mara.key", "Rosa"));
    world.remove(world.adil);
    world.rosa.add("one.jpg", "one");
    world.rosa.sync(kStick1);
    CHECK(world.mara.findings(kStick1).empty());
    world.mara.add("two.jpg", "two");
    CHECK(world.mara.findings(kStick1).empty());
    if (with_restart) {
        world.mara.restart();
    }
    // Rosa hands the old key over in person, sealed to Mara's card.
    const FolderCopy old = world.rosa.backup();
    world.rosa->write_case_key(world.case_id, key_for("/to-mara.key", "Mara"));
    CHECK(world.rosa.backup() == old);
    CHECK(code_of([&] { return world.mara->unseal_case(from_remote(world, kStick2)); }) ==
          ErrorCode::kNotFound);
    const UnsealCaseReport report = world.mara->unseal_case(
        with_file ? from_file("/to-mara.key") : from_remote(world, kStick1));
    CHECK(report.findings.empty());
    CHECK(report.now.items == 2);
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(world.mara.items() == 2);
    world.rosa.sync(kStick1);
    CHECK(world.rosa.items() == 2);
    world.mara.sync(kStick1);
    CHECK(world.mara.damage().empty());
    CHECK(world.mara.projection() == world.rosa.projection());
}

// Nothing that a stick has for the owner opens what is sealed, nor keeps the old key from opening
// it.
TEST_CASE("a sealed case that is restored opens with its key, and only then takes newer keys",
          "[exchange][sync][T16][T17]") {
    ExchangeWorld world;
    world.mara->write_case_key(world.case_id, key_for("/old.key", "Rosa"));
    world.rosa->seal_case(world.case_id, key_for("/sealed.key", "Mara"));
    const FolderCopy sealed = world.rosa.backup();
    CHECK_FALSE(world.rosa->unseal_case(from_file("/old.key")).now.sealed);
    world.remove(world.adil);
    world.rosa.add("one.jpg", "one");
    world.rosa.sync(kStick1);
    world.rosa.restore(sealed);
    static_cast<void>(world.rosa.sync(kStick1));
    CHECK(code_of([&] { return world.rosa->unseal_case(from_remote(world, kStick1)); }) ==
          ErrorCode::kNotFound);
    CHECK_FALSE(world.rosa->unseal_case(from_file("/old.key")).now.sealed);
    // The key that would take it on went when the case was sealed: it is told so.
    CHECK(testing::has_finding(world.rosa.sync(kStick1).findings, FindingCode::kDamaged,
                               "restored from a copy without the key"));
    // Going on would be for Adil, too.
    CHECK(code_of([&] { return world.rosa.add("two.jpg", "two"); }) == ErrorCode::kRefused);
    CHECK(code_of([&] { return world.remove(world.mara); }) == ErrorCode::kRefused);
}

// Rosa's restored vault sends what it knows behind what it doesn't.
TEST_CASE("an older grant above a newer one doesn't hide it", "[exchange][sync][T17]") {
    ExchangeWorld world;
    const FolderCopy old = world.rosa.backup();
    world.remove(world.adil);
    world.rosa.add("one.jpg", "one");
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    world.mara->seal_case(world.case_id, key_for("/mara.key", "Rosa"));
    world.rosa.restore(old);
    const FolderCopy stick = world.backup(kStick1);
    FolderCopy without_own = stick;
    CHECK(std::erase_if(without_own, [&](const auto& file) {
              return file.first.string().ends_with(own_ref_of(world));
          }) == 1);
    world.restore(kStick1, without_own);
    CHECK(testing::has_finding(world.rosa.sync(kStick1).findings, FindingCode::kForged,
                               "somebody else wrote to them"));
    CHECK(world.mara->unseal_case(from_remote(world, kStick1)).now.items == 1);
}

TEST_CASE("an old key file and the remote with the newer keys open a case together",
          "[exchange][sync][T17]") {
    ExchangeWorld world;
    world.rosa->write_case_key(world.case_id, key_for("/old.key", "Mara"));
    world.mara->seal_case(world.case_id, key_for("/mara.key", "Rosa"));
    world.remove(world.adil);
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    CHECK(code_of([&] { return world.mara->unseal_case(from_file("/old.key")); }) ==
          ErrorCode::kRefused);
    CHECK(code_of([&] { return world.mara->unseal_case(from_file("/old.key", kStick2)); }) ==
          ErrorCode::kRefused);
    CHECK(world.mara->find_case(world.case_id).sealed);
    CHECK_FALSE(world.mara->unseal_case(from_file("/old.key", kStick1)).now.sealed);
    CHECK(world.mara.damage().empty());
}

TEST_CASE("a case is sealed without a file if somebody else has its key and all of it",
          "[exchange][sync]") {
    ExchangeWorld world;
    world.rosa.add("one.jpg", "one");
    const auto seal = [&] { return world.rosa->seal_case(world.case_id, {}); };
    CHECK(code_of(seal) == ErrorCode::kRefused);  // nobody has that one yet
    world.rosa.sync(kStick1);
    CHECK(code_of(seal) == ErrorCode::kRefused);  // or nobody said so
    world.mara.sync(kStick1);
    world.rosa.sync(kStick1);
    CHECK(world.rosa.items() == 1);
    const SealCaseReport report = seal();
    CHECK(report.holders == std::vector<std::string>{"Mara"});
    CHECK(report.secret_to.empty());
    CHECK(world.rosa->find_case(world.case_id).sealed);
    CHECK(code_of([&] { return world.rosa->unseal_case(from_remote(world, kStick1)); }) ==
          ErrorCode::kNotFound);
    world.mara->write_case_key(world.case_id, key_for("/rosa.key", "Rosa"));
    CHECK(code_of([&] { return world.adil->unseal_case(from_file("/rosa.key")); }) ==
          ErrorCode::kWrongKey);
    CHECK(world.rosa->unseal_case(from_file("/rosa.key")).now.items == 1);
    CHECK(world.rosa.damage().empty());
}

TEST_CASE("who has everything but not the newest key is no way back", "[exchange][sync]") {
    ExchangeWorld world;
    world.remove(world.adil);
    world.rosa.sync(kStick1);
    CHECK(code_of([&] { return world.rosa->seal_case(world.case_id, {}); }) == ErrorCode::kRefused);
    world.mara.sync(kStick1);
    world.rosa.sync(kStick1);
    CHECK(world.rosa->seal_case(world.case_id, {}).holders == std::vector<std::string>{"Mara"});
}

TEST_CASE("a depositor is no way back", "[exchange][sync]") {
    ExchangeWorld world{Start::kStrangers};
    world.invite(world.mara, "depositor", kStick1);
    world.mara.add("one.jpg", "one");
    for (int i = 0; i < 3; ++i) {
        world.mara.sync(kStick1);
        world.rosa.sync(kStick1);
    }
    CHECK(world.rosa.items() == 1);
    CHECK(code_of([&] { return world.rosa->seal_case(world.case_id, {}); }) == ErrorCode::kRefused);
}

TEST_CASE("a case isn't sealed on the word of somebody who is doubted", "[exchange]") {
    ExchangeWorld world;
    world.settle(kStick1);
    const SealCaseOptions nowhere;
    const MemberSummary mara = world.rosa->doubt_member({"Mara", world.case_id});
    CHECK(mara.name == "Mara");
    world.rosa->doubt_member({"Adil", world.case_id});
    CHECK(code_of([&] { return world.rosa->seal_case(world.case_id, nowhere); }) ==
          ErrorCode::kRefused);
}

TEST_CASE("the key of a case goes to no card that was never compared", "[exchange]") {
    ExchangeWorld world;
    SealCaseOptions options = key_for("/rosa.key", "Mara");
    options.unverified = false;
    CHECK(code_of([&] { return world.rosa->write_case_key(world.case_id, options); }) ==
          ErrorCode::kRefused);
    CHECK(code_of([&] { return world.rosa->seal_case(world.case_id, options); }) ==
          ErrorCode::kRefused);
    CHECK_FALSE(world.files.status("/rosa.key"));
    CHECK_FALSE(world.rosa->find_case(world.case_id).sealed);
}

TEST_CASE("what a sync with a host left that was killed goes before anything else",
          "[exchange][T34]") {
    ExchangeWorld world;
    const base::fs::path left = world.rosa.dir / "exchange" / "host-7";
    const auto leave = [&] {
        world.files.add_directory(world.rosa.dir / "exchange");
        world.files.add_directory(left);
        world.files.add_file(left / "pack", base::bytes_of("an invitation"));
    };
    leave();
    world.rosa->seal_case(world.case_id, key_for("/rosa.key", "Mara"));
    CHECK_FALSE(world.files.status(left));
    leave();
    world.rosa.restart();
    CHECK_FALSE(world.files.status(left));
}

}  // namespace
}  // namespace kua::exchange
