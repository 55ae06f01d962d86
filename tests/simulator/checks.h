// What must hold: after each step for whoever took part in it, and at the end for all.
#pragma once

#include "kua/exchange.h"
#include "tests/simulator/simulation.h"

namespace kua::simulator {

// Notes what everybody wrote before the simulation began.
void note_beginning(Simulation& simulation);

// How many bundles of its own a vault may have written since it was looked at.
enum class Wrote : std::uint8_t {
    kNothing,
    kReceipt,  // at most one bundle of one entry, as a sync does
    kBundle,   // at most one
};

// The vault has all that it had, nothing that its author didn't write, and no more of its own than
// it may. What is new is noted. Throws Failure.
void observe(Simulation& simulation, Person& who, Wrote wrote);
// What the sync found may be found there, and it found what it had to.
void check_findings(Simulation& simulation, Person& who, const std::string& remote,
                    const RemoteReport& report);
void check_forks(Simulation& simulation, Person& who, const std::string& remote,
                 const RemoteReport& report);
// Where a commit of an author's journal leads, by whoever has it; nothing if nobody took it.
std::optional<Head> head_of(Simulation& simulation, const std::string& author,
                            const format::GitId& commit);

// Everybody who is honest syncs with the honest host until nothing is new; then they hold the
// same, and nothing is lost.
void settle(Simulation& simulation);
void check_end(Simulation& simulation, bool with_verification);

}  // namespace kua::simulator
