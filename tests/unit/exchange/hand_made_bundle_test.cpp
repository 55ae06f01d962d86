// Attempts of a member with one bundle made by hand: each is named, and nothing of it is taken.
#include <functional>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/hand_made.h"
#include "tests/unit/exchange/refusals.h"
#include "vault/base/hex.h"
#include "vault/evidence/item_id.h"
#include "vault/evidence/members.h"

namespace kua::exchange {
namespace {

using testing::carry;
using testing::check_refused;
using testing::check_refused_after_restore;
using testing::ExchangeWorld;
using testing::FolderCopy;
using testing::hand_made;
using testing::HandMade;
using testing::has_finding;
using testing::kStick1;
using testing::kStick2;
using testing::Named;
using testing::Person;
using testing::push;

// By Mara, who is a member and has all keys.
struct Attempt {
    const char* name;
    FindingCode code;
    const char* text;
    std::function<void(ExchangeWorld&, HandMade&)> prepare;
    Named named = Named::kAlways;
};

using Change = journal::Manifest&;

std::vector<Attempt> forgeries() {
    return {
        {"for another author's journal", FindingCode::kForged, "signature",
         [](ExchangeWorld& world, HandMade& made) { made.ref = world.rosa.ref(world.adil); }},
        {"for another case", FindingCode::kWrongCase, "another place",
         [](ExchangeWorld&, HandMade& made) {
             made.change = [](Change manifest) { manifest.case_id = std::string(32, '7'); };
         }},
        {"as another author", FindingCode::kWrongCase, "another place",
         [](ExchangeWorld& world, HandMade& made) {
             made.change = [author = world.adil.fingerprint](Change manifest) {
                 manifest.author = author;
                 manifest.seen.clear();
             };
         }},
        {"sealed to another case", FindingCode::kWrongCase, "not sealed to this case",
         [](ExchangeWorld& world, HandMade& made) {
             made.recipient =
                 format::AgeIdentity::generate(made.recipient.kind(), world.random).recipient();
         }},
        {"with a changed manifest", FindingCode::kForged, "signature",
         [](ExchangeWorld&, HandMade& made) {
             made.tamper = [](journal::BundleContent& content) {
                 auto manifest = journal::parse_manifest(content.manifest);
                 ++manifest.roster;
                 content.manifest = journal::write_manifest(manifest);
             };
         }},
        {"with the signature of another text", FindingCode::kForged, "signature",
         [](ExchangeWorld&, HandMade& made) {
             made.tamper = [](journal::BundleContent& content) {
                 content.checkpoint_signature = content.manifest_signature;
             };
         }},
    };
}

std::vector<Attempt> changed_contents() {
    return {
        {"with a changed line", FindingCode::kDamaged, "",
         [](ExchangeWorld&, HandMade& made) {
             made.tamper = [](journal::BundleContent& content) {
                 content.entries.replace(content.entries.find("2017"), 4, "2016");
             };
         }},
        {"with another disclosure", FindingCode::kDamaged, "",
         [](ExchangeWorld&, HandMade& made) {
             made.tamper = [](journal::BundleContent& content) {
                 const auto at = content.disclosures.rfind('"');
                 char& one = content.disclosures.at(at - 1);
                 one = one == 'A' ? 'B' : 'A';
             };
         }},
        {"with a root that doesn't follow", FindingCode::kDamaged, "root",
         [](ExchangeWorld&, HandMade& made) {
             format::MerkleFrontier other;
             for (std::uint64_t i = 0; i < made.head.size; ++i) {
                 other.append({});
             }
             made.head.frontier = other;
         }},
    };
}

// Mara's own, but for its size.
journal::EntryDraft item_of_size(ExchangeWorld& world, std::int64_t size_bytes) {
    const store::SealedDigest digest{crypto::sha256(base::bytes_of("object"))};
    return {"item.added",
            {{"item", evidence::item_id_of(world.mara.fingerprint, digest)},
             {"object", base::encode_hex(digest.bytes)},
             {"digest", std::string(64, 'a')},
             {"bytes", size_bytes}}};
}

std::vector<Attempt> unallowed_entries() {
    return {
        {"that adds a member", FindingCode::kNotAllowed, "may not write",
         [](ExchangeWorld&, HandMade& made) {
             made.drafts = {{"member.added", {{"role", "contributor"}, {"roster", 9}}}};
         }},
        {"that removes a member", FindingCode::kNotAllowed, "may not write",
         [](ExchangeWorld& world, HandMade& made) {
             made.drafts = {
                 {"member.removed", evidence::member_removed_facts(world.rosa.fingerprint, 0, 9)}};
         }},
        {"that renames the case", FindingCode::kNotAllowed, "may not write",
         [](ExchangeWorld&, HandMade& made) {
             made.drafts = {{"case.created", {{"title", "Mine"}}}};
         }},
        {"from before she was a member", FindingCode::kNotMember, "not a member",
         [](ExchangeWorld&, HandMade& made) { made.manifest.roster = 1; }},
        {"of a roster that isn't known", FindingCode::kGap, "waits for the owner's entry",
         [](ExchangeWorld&, HandMade& made) { made.manifest.roster = 99; }},
        {"after entries that are missing", FindingCode::kGap, "are missing",
         [](ExchangeWorld& world, HandMade& made) { testing::seal(made, world.random); }},
        {"with lamport numbers far ahead", FindingCode::kFastForward, "ahead",
         [](ExchangeWorld&, HandMade& made) { made.lamport = 1'000'000; }},
        {"with lamport numbers that don't grow", FindingCode::kDamaged, "don't grow",
         [](ExchangeWorld&, HandMade& made) { made.lamport = 0; }},
        {"that names another bundle before it", FindingCode::kDamaged, "another bundle before it",
         [](ExchangeWorld&, HandMade& made) {
             made.change = [](Change manifest) { manifest.previous = journal::ContentDigest{}; };
         }},
        {"that claims somebody else's item", FindingCode::kDamaged,
         "doesn't follow from its author",
         [](ExchangeWorld& world, HandMade& made) {
             const std::string object(64, 'a');
             const store::SealedDigest digest{crypto::sha256(base::bytes_of("object"))};
             made.drafts = {{"item.added",
                             {{"item", evidence::item_id_of(world.rosa.fingerprint, digest)},
                              {"object", base::encode_hex(digest.bytes)},
                              {"digest", object},
                              {"bytes", 7}}}};
         }},
        {"with an item of less than nothing", FindingCode::kDamaged, "can't have",
         [](ExchangeWorld& world, HandMade& made) { made.drafts = {item_of_size(world, -1)}; }},
        {"with an item larger than any file", FindingCode::kDamaged, "can't have",
         [](ExchangeWorld& world, HandMade& made) {
             made.drafts = {item_of_size(world, base::kMaxJsonInteger)};
         }},
        {"with a fact taken out", FindingCode::kDamaged, "a fact was taken out",
         [](ExchangeWorld&, HandMade& made) {
             made.tamper = [](journal::BundleContent& content) {
                 const auto manifest = journal::parse_manifest(content.manifest);
                 content.disclosures.clear();
                 for (std::uint64_t i = 0; i < manifest.count; ++i) {
                     content.disclosures += "{\"seq\":" + std::to_string(manifest.first + i) +
                                            ",\"disclosures\":[]}\n";
                 }
             };
         }},
        {"that has seen what nobody wrote", FindingCode::kGap, "waits for entries",
         [](ExchangeWorld& world, HandMade& made) {
             made.change = [adil = world.adil.fingerprint](Change manifest) {
                 for (journal::SeenLog& seen : manifest.seen) {
                     seen.size += seen.author == adil ? std::uint64_t{1'000'000} : 0;
                 }
             };
         }},
    };
}

std::vector<Attempt> wrong_objects() {
    return {
        {"with an object for two", FindingCode::kDamaged, "sealed to more than its case",
         [](ExchangeWorld& world, HandMade& made) {
             testing::bring_object(made, 2, world.random);
         }},
        {"with an object that is none", FindingCode::kDamaged, "",
         [](ExchangeWorld&, HandMade& made) {
             base::Bytes bytes = base::copy_of(base::bytes_of("no age file at all"));
             made.manifest.objects.push_back({{crypto::sha256(bytes)}, bytes.size()});
             made.objects.push_back(std::move(bytes));
         }},
        {"that names an object of an impossible size", FindingCode::kDamaged,
         "more than one can bring",
         [](ExchangeWorld& world, HandMade& made) {
             testing::bring_object(made, 1, world.random);
             made.change = [](Change manifest) {
                 manifest.objects.front().size_bytes = std::uint64_t{1} << 52;
             };
         }},
        {"with an object of another size", FindingCode::kDamaged, "missing or cut",
         [](ExchangeWorld& world, HandMade& made) {
             testing::bring_object(made, 1, world.random);
             made.change = [](Change manifest) { ++manifest.objects.front().size_bytes; };
         }},
        {"that lacks an object", FindingCode::kDamaged, "missing or surplus",
         [](ExchangeWorld& world, HandMade& made) {
             made.change = [&world](Change manifest) {
                 manifest.objects.push_back({{crypto::sha256(world.random.bytes(5))}, 300});
             };
         }},
        {"with an object that it doesn't name", FindingCode::kDamaged, "surplus",
         [](ExchangeWorld& world, HandMade& made) {
             testing::bring_object(made, 1, world.random);
             made.change = [](Change manifest) { manifest.objects.clear(); };
         }},
        {"with another object than it names", FindingCode::kDamaged, "missing or surplus",
         [](ExchangeWorld& world, HandMade& made) {
             testing::bring_object(made, 1, world.random);
             made.change = [&world](Change manifest) {
                 manifest.objects.front().digest = {crypto::sha256(world.random.bytes(5))};
             };
         }},
        {"with an object that was altered", FindingCode::kDamaged, "not the one",
         [](ExchangeWorld& world, HandMade& made) {
             testing::bring_object(made, 1, world.random);
             made.objects.front().back() ^= std::byte{1};
         }},
        {"that names an object twice", FindingCode::kDamaged, "twice",
         [](ExchangeWorld& world, HandMade& made) {
             testing::bring_object(made, 1, world.random);
             made.change = [](Change manifest) {
                 manifest.objects.push_back(manifest.objects.front());
             };
         }},
    };
}

std::vector<Attempt> named_once(std::vector<Attempt> attempts) {
    for (Attempt& attempt : attempts) {
        attempt.named = Named::kOnce;
    }
    return attempts;
}

void check_all(const std::vector<Attempt>& attempts) {
    for (const Attempt& attempt : attempts) {
        SECTION(std::string{"a bundle "} + attempt.name) {
            ExchangeWorld world;
            const FolderCopy old = world.rosa.backup();
            HandMade made = hand_made(world, world.mara);
            attempt.prepare(world, made);
            push(world, kStick1, made.ref, carry(made, world.random));
            if (attempt.code == FindingCode::kFork) {
                CHECK(has_finding(world.rosa.sync(kStick1).findings, attempt.code, attempt.text));
                check_refused(world, FindingCode::kStopped, "two histories");
                return;
            }
            check_refused_after_restore(world, old, attempt.code, attempt.text, attempt.named);
        }
    }
}

TEST_CASE("a bundle that isn't what its place says is refused", "[exchange][sync][T13]") {
    check_all(named_once(forgeries()));
}

TEST_CASE("a bundle whose content isn't what was signed is refused", "[exchange][sync][T13]") {
    check_all(changed_contents());
}

// What the case's keys open, sealed with them once more.
base::Bytes seal_again(ExchangeWorld& world, Person& who, base::ByteView bundle) {
    return who.with_store([&](store::Store& store) {
        const auto keys = evidence::load_case_keys(store.catalog(), world.case_id);
        return journal::seal_bundle(journal::open_bundle(bundle, keys.identities), keys.recipient,
                                    world.random);
    });
}

TEST_CASE("a bundle that somebody else sealed again stops nobody, whichever comes first",
          "[exchange][sync][T15]") {
    const bool copy_first = GENERATE(false, true);
    const bool with_restart = GENERATE(false, true);
    ExchangeWorld world;
    HandMade made = hand_made(world, world.mara);
    const auto before = world.refs(kStick1, {made.ref}).at(made.ref);
    const testing::Carried original = carry(made, world.random);
    testing::Carried copy = original;
    copy.bundle = seal_again(world, world.adil, original.bundle);
    testing::push_behind(world, kStick1, made.ref, before, copy_first ? copy : original);
    CHECK(world.rosa.findings(kStick1).empty());
    world.rosa.sync(kStick2);
    const std::uint64_t entries = world.rosa.entries_of(world.mara);
    if (with_restart) {
        world.rosa.restart();
    }
    testing::push_behind(world, kStick1, made.ref, before, copy_first ? original : copy);
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.rosa.entries_of(world.mara) == entries);
    // The author goes on behind either.
    push(world, kStick1, made.ref, carry(made, world.random));
    push(world, kStick2, made.ref, carry(made, world.random));
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.rosa.entries_of(world.mara) == entries + 1);
    CHECK(world.adil.findings(kStick1).empty());
    CHECK(world.adil.entries_of(world.mara) == entries + 1);
    CHECK(world.rosa.damage().empty());
    CHECK(world.adil.damage().empty());
}

TEST_CASE("an object that is here already is compared with its digest where it comes again",
          "[exchange][sync][T13]") {
    ExchangeWorld world;
    HandMade made = hand_made(world, world.mara);
    testing::bring_object(made, 1, world.random);
    const auto named = made.manifest.objects;
    auto bytes = made.objects;
    push(world, kStick1, made.ref, carry(made, world.random));
    CHECK(world.rosa.findings(kStick1).empty());
    made.manifest.objects = named;
    bytes.front().back() ^= std::byte{1};
    made.objects = bytes;
    push(world, kStick1, made.ref, carry(made, world.random));
    const std::uint64_t entries = world.rosa.entries_of(world.mara);
    CHECK(has_finding(world.rosa.sync(kStick1).findings, FindingCode::kDamaged, "not the one"));
    CHECK(world.rosa.entries_of(world.mara) == entries);
}

TEST_CASE("a bundle that is known is named where somebody took facts out of it",
          "[exchange][sync][T15]") {
    ExchangeWorld world;
    HandMade made = hand_made(world, world.mara);
    const auto before = world.refs(kStick1, {made.ref}).at(made.ref);
    const testing::Carried original = carry(made, world.random);
    testing::push_behind(world, kStick1, made.ref, before, original);
    CHECK(world.rosa.findings(kStick1).empty());
    testing::Carried cut = original;
    cut.bundle = world.rosa.with_store([&](store::Store& store) {
        const auto keys = evidence::load_case_keys(store.catalog(), world.case_id);
        journal::BundleContent content = journal::open_bundle(original.bundle, keys.identities);
        content.disclosures =
            "{\"seq\":" + std::to_string(journal::parse_manifest(content.manifest).first) +
            ",\"disclosures\":[]}\n";
        return journal::seal_bundle(content, keys.recipient, world.random);
    });
    testing::push_behind(world, kStick1, made.ref, before, cut);
    CHECK(has_finding(world.rosa.sync(kStick1).findings, FindingCode::kDamaged,
                      "a fact was taken out"));
}

TEST_CASE("entries that a member may not write are refused", "[exchange][sync][T13][T17]") {
    check_all(unallowed_entries());
}

TEST_CASE("what is signed for another epoch is refused and not passed over",
          "[exchange][sync][T13]") {
    check_all({
        {"for another epoch", FindingCode::kWrongCase, "another place",
         [](ExchangeWorld&, HandMade& made) {
             made.change = [](Change manifest) { manifest.epoch = 2; };
         }},
    });
}

TEST_CASE("objects that aren't those of the bundle are refused", "[exchange][sync][T13]") {
    check_all(wrong_objects());
}

}  // namespace
}  // namespace kua::exchange
