// Files sent from one to another.
#include "tests/simulator/checks.h"
#include "tests/simulator/steps.h"

namespace kua::simulator {

bool send_and_take(Simulation& simulation, Person& from, Person& to) {
    World& world = simulation.world;
    const bool can = from.fingerprint != to.fingerprint && simulation.model(from).is_in &&
                     simulation.model(to).is_in;
    if (!can) {
        return false;
    }
    SendRequest request;
    request.to = "/mail/" + std::to_string(simulation.step) + ".bundle";
    request.case_name = world.case_id;
    request.everything = simulation.choice.one_in(2);
    world.files.add_directory("/mail");
    const SendReport sent = from->send(request, no_progress());
    if (sent.files.empty()) {
        return false;
    }
    simulation.say(from.name + " sends " + std::to_string(sent.bundles) + " bundles to " + to.name);
    const SyncReport taken = to->take(sent.files, no_progress());
    for (const auto& file : sent.files) {
        world.files.remove_file(file);
    }
    observe(simulation, to, Wrote::kReceipt);
    require(taken.remotes.size() == 1, to.name + " can't open what was sent");
    const RemoteReport& report = taken.remotes.front();
    simulation.say(to.name + " takes " + std::to_string(report.bundles_in) + " of them, " +
                   std::to_string(report.findings.size()) + " findings");
    ++simulation.counts["files taken"];
    if (!simulation.is_cheat(to)) {
        check_findings(simulation, to, kMail, report);
    }
    return true;
}

}  // namespace kua::simulator
