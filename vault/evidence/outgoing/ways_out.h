// All ways by which something of a case can leave this vault, in one place: every command of kua,
// with what it lets out and what it asks before. A command that isn't here can't be built: the
// gates ask this list, and a test compares it with `kua --help`. Source: docs/consent.md, "Ways
// out".
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace kua::evidence {

enum class Leaves : std::uint8_t {
    kNothing,    // of a case
    kScreen,     // what is read by whoever sits there
    kOriginals,  // items, as files or in other hands
    kCase,       // all of it, to others who get the key or have it
    kSealed,     // to members only, who have the key
    kKeys,       // to a file or the screen of whoever has the passphrase
};

enum class Asks : std::uint8_t {
    kNothing,
    kConsent,     // of each item's source, for the purpose: ConsentGate
    kTeam,        // whether a source refuses the team: team_gate.h
    kMembership,  // what is sealed is for those who have the key
};

struct CommandOut {
    std::string_view command;  // "custody hand-over"
    Leaves leaves = Leaves::kNothing;
    Asks asks = Asks::kNothing;
};

std::span<const CommandOut> all_commands_out() noexcept;

// kBug if the list doesn't say that this command asks that.
void require_listed(std::string_view command, Asks asks);

}  // namespace kua::evidence
