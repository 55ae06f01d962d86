#include "vault/evidence/outgoing/ways_out.h"

#include <algorithm>
#include <array>

#include "vault/base/check.h"

namespace kua::evidence {
namespace {

constexpr std::array kCommands = {
    // Consent decides.
    CommandOut{"export", Leaves::kOriginals, Asks::kConsent},
    CommandOut{"custody hand-over", Leaves::kOriginals, Asks::kConsent},
    // Whoever gets in reads everything, and so do they what is put in beside them.
    CommandOut{"member add", Leaves::kCase, Asks::kTeam},
    CommandOut{"add", Leaves::kCase, Asks::kTeam},
    CommandOut{"testimony add", Leaves::kCase, Asks::kTeam},
    CommandOut{"testimony new", Leaves::kCase, Asks::kTeam},
    CommandOut{"transcript add", Leaves::kCase, Asks::kTeam},
    CommandOut{"translation add", Leaves::kCase, Asks::kTeam},
    // Sealed to those who were let in.
    CommandOut{"sync", Leaves::kSealed, Asks::kMembership},
    CommandOut{"send", Leaves::kSealed, Asks::kMembership},
    CommandOut{"member remove", Leaves::kSealed, Asks::kMembership},
    CommandOut{"member doubt", Leaves::kSealed, Asks::kMembership},
    // Keys: whoever has the vault open has them anyway.
    CommandOut{"case seal", Leaves::kKeys, Asks::kNothing},
    CommandOut{"case key", Leaves::kKeys, Asks::kNothing},
    CommandOut{"key reveal", Leaves::kKeys, Asks::kNothing},
    CommandOut{"source identity-key create", Leaves::kKeys, Asks::kNothing},
    // The screen. Members read everything; who a source is, only with the compartment's key.
    CommandOut{"list", Leaves::kScreen, Asks::kNothing},
    CommandOut{"show", Leaves::kScreen, Asks::kNothing},
    CommandOut{"find", Leaves::kScreen, Asks::kNothing},
    CommandOut{"log", Leaves::kScreen, Asks::kNothing},
    CommandOut{"todo", Leaves::kScreen, Asks::kNothing},
    CommandOut{"status", Leaves::kScreen, Asks::kNothing},
    CommandOut{"verify", Leaves::kScreen, Asks::kNothing},
    CommandOut{"case list", Leaves::kScreen, Asks::kNothing},
    CommandOut{"case show", Leaves::kScreen, Asks::kNothing},
    CommandOut{"source list", Leaves::kScreen, Asks::kNothing},
    CommandOut{"source show", Leaves::kScreen, Asks::kNothing},
    CommandOut{"source identify", Leaves::kScreen, Asks::kNothing},
    CommandOut{"source identity-key show", Leaves::kScreen, Asks::kNothing},
    // Also, with --notices, to a folder: what its recipient was given, to whoever was.
    CommandOut{"consent show", Leaves::kScreen, Asks::kNothing},
    CommandOut{"testimony show", Leaves::kScreen, Asks::kNothing},
    CommandOut{"place list", Leaves::kScreen, Asks::kNothing},
    CommandOut{"place show", Leaves::kScreen, Asks::kNothing},
    CommandOut{"event list", Leaves::kScreen, Asks::kNothing},
    CommandOut{"event show", Leaves::kScreen, Asks::kNothing},
    CommandOut{"act list", Leaves::kScreen, Asks::kNothing},
    CommandOut{"act show", Leaves::kScreen, Asks::kNothing},
    CommandOut{"person list", Leaves::kScreen, Asks::kNothing},
    CommandOut{"person show", Leaves::kScreen, Asks::kNothing},
    CommandOut{"member list", Leaves::kScreen, Asks::kNothing},
    // Nothing of a case leaves: something comes in, is said, or is about the vault itself. What a
    // fork leaves as evidence are signed checkpoints, which tell no fact.
    CommandOut{"init"},
    CommandOut{"shell"},  // what is typed there is one of these
    CommandOut{"describe"},
    CommandOut{"link"},
    CommandOut{"tag"},
    CommandOut{"shred"},
    CommandOut{"take"},
    CommandOut{"case create"},
    CommandOut{"case accept"},
    CommandOut{"case decline"},
    CommandOut{"case use"},
    CommandOut{"case describe"},
    CommandOut{"case unseal"},
    CommandOut{"source add"},
    CommandOut{"source describe"},
    CommandOut{"source identity add"},
    CommandOut{"consent give"},
    CommandOut{"consent withdraw"},
    CommandOut{"place add"},
    CommandOut{"place describe"},
    CommandOut{"event add"},
    CommandOut{"event describe"},
    CommandOut{"act add"},
    CommandOut{"act describe"},
    CommandOut{"person add"},
    CommandOut{"person describe"},
    CommandOut{"custody received"},
    CommandOut{"custody returned"},
    CommandOut{"identity show"},
    CommandOut{"identity card"},
    CommandOut{"contact list"},
    CommandOut{"contact add"},
    CommandOut{"contact show"},
    CommandOut{"contact verify"},
    CommandOut{"contact remove"},
    CommandOut{"remote list"},
    CommandOut{"remote add"},
    CommandOut{"remote login"},
    CommandOut{"remote remove"},
    CommandOut{"finding list"},
    CommandOut{"finding export"},
    CommandOut{"passphrase list"},
    CommandOut{"passphrase add"},
    CommandOut{"passphrase change"},
    CommandOut{"passphrase remove"},
};

}  // namespace

std::span<const CommandOut> all_commands_out() noexcept {
    return kCommands;
}

void require_listed(std::string_view command, Asks asks) {
    const auto* const found = std::ranges::find(kCommands, command, &CommandOut::command);
    KUA_CHECK(found != kCommands.end() && found->asks == asks);
}

}  // namespace kua::evidence
