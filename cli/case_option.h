// Which commands the option --case, which stands before or behind any of them, says something to.
// Where it would change nothing it is refused: somebody may believe that it did, such as that one
// case alone went onto a stick.
#pragma once

#include <CLI/CLI.hpp>

namespace kua::cli {

// Of a group: whether any of its commands does.
bool takes_case(const CLI::App& command);

// Throws kUsage if --case was typed, at `top` as everywhere, and `typed`, the command below it,
// takes none or was told its case by its argument CASE. What a shell was started with isn't typed.
void refuse_unused_case(const CLI::App& top, const CLI::App& typed);

}  // namespace kua::cli
