// A testimony typed on the terminal, one answer after the other.
#pragma once

#include <optional>
#include <string>

#include "cli/context.h"

namespace kua::cli {

// Asks, adds it to the case of `request`, with its facts and its recording if it has one. What
// doesn't fit is asked again at once; if it can't be stored, it can be tried again, and nothing
// that was typed is lost meanwhile. kUsage without a terminal, kInterrupted.
TestimonyReport add_typed_testimony(TestimonyRequest request, Vault& vault,
                                    CommandContext& context);

}  // namespace kua::cli
