// What may happen in one step.
#pragma once

#include "tests/simulator/simulation.h"

namespace kua::simulator {

// One step of any kind. Throws Failure if it leads to what must not be.
void take_step(Simulation& simulation);

// People. Each returns whether there was anything to do.
bool add_item(Simulation& simulation, Person& who);
// What else is done with a case that `who` reads. True if it entered anything.
bool work_on_case(Simulation& simulation, Person& who, std::uint64_t number);
bool sync(Simulation& simulation, Person& who, const std::string& remote);
// The same, for whoever wants to know what came of it.
RemoteReport sync_once(Simulation& simulation, Person& who, const std::string& remote);
// Notes that a sealed vault may have met there what was tampered with, which it passes on unread.
void note_spread(Simulation& simulation, Person& who, const std::string& remote);
// The power goes in the middle; the vault and the stick are as a disk may be then.
bool crash_in_sync(Simulation& simulation, Person& who, const std::string& remote);
bool crash_in_add(Simulation& simulation, Person& who);
bool restart(Simulation& simulation, Person& who);
bool back_up(Simulation& simulation, Person& who);
bool restore(Simulation& simulation, Person& who);
bool send_and_take(Simulation& simulation, Person& from, Person& to);
bool invite_dana(Simulation& simulation);
bool remove_somebody(Simulation& simulation);

// Sticks and hosts, but for the honest one.
bool keep_state(Simulation& simulation, const std::string& remote);
bool put_back_state(Simulation& simulation, const std::string& remote);
bool drop_file(Simulation& simulation, const std::string& remote);
bool flip_byte(Simulation& simulation, const std::string& remote);
bool move_ref_back(Simulation& simulation, const std::string& remote);
bool swap_refs(Simulation& simulation, const std::string& remote);
bool replace_remote(Simulation& simulation, const std::string& remote);

// Adil.
bool begin_fork(Simulation& simulation);
bool push_bad_bundle(Simulation& simulation, const std::string& remote);
bool push_good_bundle(Simulation& simulation, const std::string& remote);
bool write_to_other_journal(Simulation& simulation, const std::string& remote);
bool seal_once_more(Simulation& simulation, const std::string& remote);

}  // namespace kua::simulator
