// One seed from its beginning to its end.
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>

#include "tests/simulator/simulation.h"

namespace kua::simulator {

struct Options {
    std::uint64_t steps = 200;
    bool with_verification = false;  // of all vaults at the end, which takes most of the time
    Behaviours behaviours;
};

struct Outcome {
    std::string digest;   // of all that happened
    std::string failure;  // why it failed; empty: it didn't
    std::uint64_t step = 0;
    std::map<std::string, std::uint64_t> counts;
};

// What happens is written to `trace`, if there is one. Nothing of a failing simulation is thrown.
Outcome run(std::uint64_t seed, const Options& options, std::ostream* trace);

}  // namespace kua::simulator
