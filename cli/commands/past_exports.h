// After something was said by which less may go out: whether more went out before.
#pragma once

#include <string>

#include "cli/context.h"

namespace kua::cli {

// Says where to look, if something of that source went out that would be refused now.
void note_past_exports(Vault& vault, const std::string& source, CommandContext& context);

}  // namespace kua::cli
