#include "tests/simulator/run.h"

#include "tests/simulator/checks.h"
#include "tests/simulator/steps.h"
#include "vault/base/hex.h"

namespace kua::simulator {

Outcome run(std::uint64_t seed, const Options& options, std::ostream* trace) {
    Simulation simulation{seed, options.behaviours, trace};
    Outcome outcome;
    try {
        note_beginning(simulation);
        while (simulation.step < options.steps) {
            ++simulation.step;
            take_step(simulation);
        }
        settle(simulation);
        check_end(simulation, options.with_verification);
    } catch (const std::exception& failure) {
        outcome.failure = failure.what();
    }
    for (const auto& [name, model] : simulation.models) {
        for (const auto& [author, head] : model.heads) {
            simulation.say(name + " has " + std::to_string(head.size) + " of " +
                           author.substr(0, 8) + ", " + base::encode_hex(head.root).substr(0, 16));
        }
    }
    outcome.digest = simulation.digest();
    outcome.step = simulation.step;
    outcome.counts = std::move(simulation.counts);
    return outcome;
}

}  // namespace kua::simulator
