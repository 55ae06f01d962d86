// What Adil does, who has all keys of a member.
#include <algorithm>
#include <array>

#include "tests/simulator/steps.h"
#include "tests/support/hand_made.h"
#include "vault/evidence/cases.h"
#include "vault/exchange/carrier.h"

namespace kua::simulator {
namespace {

using testing::HandMade;

// Something that is refused, each in another way.
struct Trick {
    const char* name;
    void (*play)(HandMade&, Simulation&);
};

void sign_other_bytes(HandMade& made, Simulation& /*simulation*/) {
    made.tamper = [](journal::BundleContent& content) {
        const std::size_t at = content.entries.find("2017-11");
        content.entries.replace(at, 7, "2018-11");
    };
}

constexpr std::array<Trick, 8> kTricks = {{
    {"runs ahead of all", [](HandMade& made, Simulation&) { made.lamport += 1'000; }},
    {"removes a member",
     [](HandMade& made, Simulation&) {
         made.drafts = {{"member.removed", {{"card", "x"}}}};
     }},
    {"rotates the epoch",
     [](HandMade& made, Simulation&) {
         made.drafts = {{"epoch.rotated", {{"epoch", 9U}}}};
     }},
    {"signs another root",
     [](HandMade& made, Simulation& simulation) {
         MerkleHash leaf{};
         simulation.choice.fill(leaf);
         made.head.frontier.append(leaf);
     }},
    {"leaves entries out", [](HandMade& made, Simulation&) { made.head.size += 3; }},
    {"continues what never was",
     [](HandMade& made, Simulation& simulation) {
         journal::ContentDigest digest{};
         simulation.choice.fill(digest.bytes);
         made.head.last_bundle = digest;
     }},
    {"speaks of a later roster", [](HandMade& made, Simulation&) { made.manifest.roster += 7; }},
    {"changes what was signed", sign_other_bytes},
}};

std::uint64_t epoch_of(Simulation& simulation, Person& who) {
    return evidence::load_case_keys(who.catalog(), simulation.world.case_id).epoch;
}

Head head_of(const HandMade& made) {
    return made.head.size == 0 ? Head{} : Head{made.head.size, made.head.frontier.root()};
}

bool may_cheat(Simulation& simulation, const std::string& remote) {
    return remote != kBase || simulation.behaviours.bad_on_base;
}

// A remote that luck or malice has spoilt may not take it.
bool try_to(Simulation& simulation, const std::string& what, const std::function<void()>& cheat) {
    try {
        cheat();
        simulation.say(what);
        ++simulation.counts["tricks"];
        return true;
    } catch (const Error& error) {
        require(error.code() != ErrorCode::kBug, error.what());
        simulation.say(what + ", in vain");
        return true;
    }
}

}  // namespace

bool begin_fork(Simulation& simulation) {
    World& world = simulation.world;
    const testing::FolderCopy copy = world.adil.backup();
    world.other_adil.close();
    testing::FolderCopy moved;
    for (const auto& [path, content] : copy) {
        moved.emplace(world.other_adil.dir / path.lexically_relative(world.adil.dir), content);
    }
    world.files.add_directory(world.other_adil.dir / "objects");
    testing::put_back(world.files, world.other_adil.dir, moved);
    simulation.models[world.other_adil.name] = simulation.model(world.adil);
    for (auto& [name, remote] : simulation.remotes) {
        if (remote.unknown_to.contains(world.adil.name)) {
            remote.unknown_to.insert(world.other_adil.name);
        }
    }
    simulation.is_fork_begun = true;
    simulation.say("Adil copies his vault");
    return true;
}

bool push_bad_bundle(Simulation& simulation, const std::string& remote) {
    if (!may_cheat(simulation, remote)) {
        return false;
    }
    World& world = simulation.world;
    const Trick& trick = kTricks.at(simulation.choice.below(kTricks.size()));
    return try_to(simulation, "Adil " + std::string{trick.name} + " at " + remote, [&] {
        HandMade made = testing::hand_made(world, world.adil, epoch_of(simulation, world.adil));
        trick.play(made, simulation);
        simulation.by_hand.insert(
            testing::push(world, remote, made.ref, testing::carry(made, world.random)));
    });
}

bool push_good_bundle(Simulation& simulation, const std::string& remote) {
    World& world = simulation.world;
    return try_to(simulation, "Adil writes by hand at " + remote, [&] {
        HandMade made = testing::hand_made(world, world.adil, epoch_of(simulation, world.adil));
        const Head before = head_of(made);
        const auto commit =
            testing::push(world, remote, made.ref, testing::carry(made, world.random));
        simulation.truth.note(world.adil.fingerprint, {before, head_of(made), {}});
        simulation.made_by_hand[commit] = head_of(made);
        simulation.by_hand.insert(commit);
    });
}

bool write_to_other_journal(Simulation& simulation, const std::string& remote) {
    World& world = simulation.world;
    if (remote == kBase) {
        return false;
    }
    auto honest = world.honest();
    Person& who = *simulation.pick(honest);
    return try_to(simulation, "Adil writes to the journal of " + who.name + " at " + remote, [&] {
        HandMade made = testing::hand_made(world, world.adil, epoch_of(simulation, world.adil));
        const auto refs = refs_of(simulation.world, world.adil, who.fingerprint);
        if (!refs.empty()) {
            const Head before = head_of(made);
            simulation.remotes.at(remote).touched = true;
            simulation.by_hand.insert(
                testing::push(world, remote, refs.back(), testing::carry(made, world.random)));
            simulation.misplaced[head_of(made)] = {before, head_of(made), {}};
        }
    });
}

bool seal_once_more(Simulation& simulation, const std::string& remote) {
    World& world = simulation.world;
    if (remote == kBase || !simulation.behaviours.seals_again) {
        return false;
    }
    auto honest = world.honest();
    Person& who = *simulation.pick(honest);
    const auto refs = refs_of(world, world.adil, who.fingerprint);
    return try_to(simulation, "Adil seals a bundle of " + who.name + " again at " + remote, [&] {
        const auto stick = world.open(remote);
        for (const auto& [ref, tip] : stick->read_refs(refs)) {
            stick->fetch({ref}, {});
            const exchange::ReadCommit commit = exchange::read_commit(*stick, tip);
            const auto sealed = commit.bundle ? stick->read(*commit.bundle, format::GitKind::kBlob,
                                                            journal::kMaxBundleBytes)
                                              : std::nullopt;
            if (!sealed) {
                continue;
            }
            const auto keys = evidence::load_case_keys(world.adil.catalog(), world.case_id);
            const auto content = journal::open_bundle(*sealed, keys.identities);
            const auto recipients =
                evidence::list_case_recipients(world.adil.catalog(), world.case_id);
            const base::Bytes again =
                journal::seal_bundle(content, recipients.front(), world.random);
            simulation.remotes.at(remote).touched = true;
            simulation.by_hand.insert(
                testing::push_behind(world, remote, ref, commit.parent, {again, {}, {}}));
        }
    });
}

}  // namespace kua::simulator
