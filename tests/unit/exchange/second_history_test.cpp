// A second history is known by what its author signed, whatever else is wrong with how it lies
// there; and what nobody signed like that makes none of it.
#include <functional>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/hand_made.h"
#include "tests/unit/exchange/refusals.h"

namespace kua::exchange {
namespace {

using testing::carry;
using testing::check_refused;
using testing::Codes;
using testing::codes_of;
using testing::ExchangeWorld;
using testing::hand_made;
using testing::HandMade;
using testing::has_finding;
using testing::kStick1;
using testing::kStick2;
using testing::Named;
using testing::push;

std::string without_facts(const journal::BundleContent& content) {
    const auto manifest = journal::parse_manifest(content.manifest);
    std::string text;
    for (std::uint64_t i = 0; i < manifest.count; ++i) {
        text += "{\"seq\":" + std::to_string(manifest.first + i) + ",\"disclosures\":[]}\n";
    }
    return text;
}

struct Spoilt {
    const char* name;
    std::function<void(ExchangeWorld&, HandMade&)> spoil;
};

std::vector<Spoilt> spoilt_histories() {
    return {
        {"whole", [](ExchangeWorld&, HandMade&) {}},
        {"without a fact",
         [](ExchangeWorld&, HandMade& made) {
             made.tamper = [](journal::BundleContent& content) {
                 content.disclosures = without_facts(content);
             };
         }},
        {"with a part too many",
         [](ExchangeWorld& world, HandMade& made) {
             testing::bring_object(made, 1, world.random);
             made.change = [](journal::Manifest& manifest) { manifest.objects.clear(); };
         }},
        {"without its lines",
         [](ExchangeWorld&, HandMade& made) {
             made.tamper = [](journal::BundleContent& content) { content.entries.clear(); };
         }},
        {"signed for another epoch",
         [](ExchangeWorld&, HandMade& made) {
             made.change = [](journal::Manifest& manifest) { manifest.epoch = 2; };
         }},
    };
}

TEST_CASE("a second history is found, whatever else is wrong with it", "[exchange][sync][T16]") {
    for (const Spoilt& spoilt : spoilt_histories()) {
        SECTION(spoilt.name) {
            ExchangeWorld world;
            HandMade other = hand_made(world, world.mara);
            world.mara.add("one.jpg", "one");
            world.mara.sync(kStick2);
            CHECK(world.rosa.findings(kStick2).empty());
            spoilt.spoil(world, other);
            push(world, kStick1, other.ref, carry(other, world.random));
            const RemoteReport report = world.rosa.sync(kStick1);
            CHECK(codes_of(report.findings) == Codes{FindingCode::kFork});
            CHECK(has_finding(report.findings, FindingCode::kFork, "two journals"));
            check_refused(world, FindingCode::kStopped, "two histories");
        }
    }
}

// Two signatures of an honest author, each of another bundle.
TEST_CASE("a manifest with the checkpoint of another bundle is no second history",
          "[exchange][sync][T16]") {
    ExchangeWorld world;
    HandMade made = hand_made(world, world.mara);
    std::vector<journal::BundleContent> contents;
    made.tamper = [&](journal::BundleContent& content) { contents.push_back(content); };
    push(world, kStick1, made.ref, carry(made, world.random));
    push(world, kStick1, made.ref, carry(made, world.random));
    CHECK(world.rosa.findings(kStick1).empty());
    made.tamper = [&](journal::BundleContent& content) {
        content = contents.at(1);
        content.checkpoint = contents.at(0).checkpoint;
        content.checkpoint_signature = contents.at(0).checkpoint_signature;
    };
    push(world, kStick1, made.ref, carry(made, world.random));
    check_refused(world, FindingCode::kDamaged, "contradict each other");
}

TEST_CASE("what is here already is passed over in another epoch, too, and without its lines",
          "[exchange][sync][T15]") {
    const bool in_epoch_2 = GENERATE(true, false);
    CAPTURE(in_epoch_2);
    ExchangeWorld world;
    HandMade made = hand_made(world, world.mara);
    journal::BundleContent known;
    made.tamper = [&](journal::BundleContent& content) { known = content; };
    push(world, kStick1, made.ref, carry(made, world.random));
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    world.remove(world.adil);
    world.rosa.sync(kStick1);
    world.mara.sync(kStick1);
    world.rosa.sync(kStick1);
    HandMade there = hand_made(world, world.mara, in_epoch_2 ? 2 : 1);
    there.tamper = [&](journal::BundleContent& content) {
        content = known;
        if (!in_epoch_2) {
            content.entries.clear();
        }
    };
    push(world, kStick1, there.ref, carry(there, world.random));
    check_refused(world, in_epoch_2 ? FindingCode::kWrongCase : FindingCode::kDamaged, "",
                  Named::kOnce);
    world.mara.sync(kStick1);
    world.mara.add("one.jpg", "one");
    world.mara.sync(kStick1);
    CHECK(world.rosa.findings(kStick1).empty());
    CHECK(world.rosa.items() == 1);
}

}  // namespace
}  // namespace kua::exchange
