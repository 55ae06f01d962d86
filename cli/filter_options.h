// The options that say which items are meant; all that are given must fit.
#pragma once

#include <CLI/CLI.hpp>

#include "kua/item.h"

namespace kua::cli {

// Filled in by parsing; must outlive the parser.
void add_filter_options(CLI::App& parser, ItemFilters& filters);

}  // namespace kua::cli
