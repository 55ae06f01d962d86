#include <functional>

#include "tests/simulator/checks.h"
#include "tests/simulator/steps.h"
#include "tests/support/crash_replay.h"
#include "tests/support/fault_filesystem.h"

namespace kua::simulator {
namespace {

// Does it, and then has the folders as a disk may have them after a power cut at any moment of it.
void crash(Simulation& simulation, Person& who, const std::vector<testing::fs::path>& folders,
           const std::function<void()>& doing) {
    testing::MemoryFileSystem& disk = simulation.world.files;
    testing::MemoryTree before;
    testing::Trace trace;
    {
        testing::FaultFileSystem recording{disk};
        who.restart(&recording);
        before = disk.tree();
        recording.start_recording();
        doing();
        who.close();
        trace = recording.recorded();
    }
    testing::CrashReplay replay{std::move(before), std::move(trace)};
    const auto step = static_cast<std::size_t>(simulation.choice.below(replay.steps() + 1));
    auto choices = testing::crash_choices(simulation.choice.next());
    const testing::CrashChoice& choice = simulation.pick(choices);
    simulation.say("  the power goes at " + std::to_string(step) + " of " +
                   std::to_string(replay.steps()) + ", " + choice.text());
    const auto after = replay.files_after(step, choice);
    for (const testing::fs::path& folder : folders) {
        testing::put_back(disk, folder, testing::copy_folder(*after, folder));
    }
    ++simulation.counts["power cuts"];
}

}  // namespace

bool crash_in_sync(Simulation& simulation, Person& who, const std::string& remote) {
    if (simulation.remotes.at(remote).unknown_to.contains(who.name)) {
        return false;
    }
    simulation.say(who.name + " syncs with " + remote);
    crash(simulation, who, {who.dir, "/" + remote},
          [&] { static_cast<void>(who.try_sync(remote)); });
    simulation.are_grants_spread =
        simulation.are_grants_spread || simulation.remotes.at(remote).touched;
    note_spread(simulation, who, remote);
    observe(simulation, who, Wrote::kReceipt);
    return true;
}

bool crash_in_add(Simulation& simulation, Person& who) {
    VaultModel& model = simulation.model(who);
    if (!model.is_in || who.name == "Dana" || model.is_restored) {
        return false;
    }
    const std::string name = std::to_string(++simulation.items);
    simulation.say(who.name + " adds " + name);
    crash(simulation, who, {who.dir}, [&] {
        try {
            static_cast<void>(who.add(name + ".txt", "what was lost, " + name));
        } catch (const Error& error) {
            require(error.code() == ErrorCode::kRefused, error.what());
        }
    });
    observe(simulation, who, Wrote::kBundle);
    return true;
}

}  // namespace kua::simulator
