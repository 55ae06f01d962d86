// `case seal` and `case unseal`, which case.cpp puts beside the other case commands.
#pragma once

#include "cli/command.h"

namespace kua::cli {

Command case_seal_command(CLI::App& group);
Command case_key_command(CLI::App& group);
Command case_unseal_command(CLI::App& group);

}  // namespace kua::cli
