// What the vault of a shell has that can be named, for completion.
#pragma once

#include <string>
#include <vector>

#include "cli/completion.h"
#include "cli/session.h"

namespace kua::cli {

// Untrusted. Nothing while the shell is locked, or if the vault doesn't answer.
std::vector<std::string> names_of_vault(const Session& session, Nameable kind);

}  // namespace kua::cli
