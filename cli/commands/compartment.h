// The commands under `kua source` about who a source is.
#pragma once

#include <vector>

#include "cli/command.h"

namespace kua::cli {

std::vector<Command> compartment_commands(CLI::App& source_group);

}  // namespace kua::cli
