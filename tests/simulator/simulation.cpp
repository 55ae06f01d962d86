#include "tests/simulator/simulation.h"

#include "vault/base/hex.h"

namespace kua::simulator {
namespace {

Setting setting_of(std::uint64_t seed) {
    return {seed % 8 < 6 ? "reader" : "depositor", seed % 3 != 0, seed % 16 != 5};
}

}  // namespace

Simulation::Simulation(std::uint64_t seed, const Behaviours& allowed, std::ostream* trace)
    : behaviours(allowed),
      choice(seed ^ 0x6b75612d73696dU),
      world(setting_of(seed), seed),
      trace_(trace) {
    for (Person* person : world.authors()) {
        VaultModel& made = models[person->name];
        made.is_in = person != &world.dana || setting_of(seed).dana_is_in;
    }
    models[world.other_adil.name];
    for (const std::string& remote : kRemotes) {
        remotes[remote];
    }
    remotes[kMail];
}

void Simulation::say(const std::string& line) {
    const std::string numbered = std::to_string(step) + " " + line + "\n";
    said_.update(base::bytes_of(numbered));
    if (trace_ != nullptr) {
        *trace_ << numbered << std::flush;
    }
}

std::string Simulation::digest() {
    return base::encode_hex(said_.finish());
}

Person* Simulation::find(const std::string& fingerprint_front) {
    for (Person* person : world.authors()) {
        if (person->fingerprint.starts_with(fingerprint_front)) {
            return person;
        }
    }
    return nullptr;
}

}  // namespace kua::simulator
