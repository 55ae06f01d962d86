// Where a simulation takes place: the vaults of Rosa, who owns a case, Mara and Timur, who
// contribute, Dana, who reads or deposits, and Adil, who contributes and cheats; a host and sticks.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/support/exchange_world.h"

namespace kua::simulator {

using testing::Person;

// A host that keeps what it is given, two sticks that bad luck befalls, and a host that cheats.
inline const std::string kBase = "base";
inline const std::string kHost = "host";
inline const std::vector<std::string> kSticks = {"stick1", "stick2"};
inline const std::string kMail = "mail";  // no remote: files, as they were sent
inline const std::vector<std::string> kRemotes = {kBase, "stick1", "stick2", kHost};

// How the world is when a simulation begins; all of it is made once in a program.
struct Setting {
    std::string role_of_dana = "reader";
    bool dana_is_in = true;  // a member already; otherwise she may be invited
    bool classic = true;     // X25519 recipients, the cheaper ones
    auto operator<=>(const Setting&) const = default;
};

class World : public testing::ExchangeWorld {
public:
    // A copy of the one that belongs to the setting, with randomness of its own.
    World(const Setting& setting, std::uint64_t seed);

    Person timur{*this, "Timur"};
    Person dana{*this, "Dana"};
    // Adil's vault once more, for telling somebody else another story.
    Person other_adil{*this, "Adil, too"};

    std::vector<Person*> honest() { return {&rosa, &mara, &timur, &dana}; }
    std::vector<Person*> authors() { return {&rosa, &mara, &timur, &dana, &adil}; }

    // Both sides of letting somebody in, over the honest host.
    void invite_over_base(Person& who, const std::string& role);

private:
    World();
    void create(const Setting& setting);
};

}  // namespace kua::simulator
