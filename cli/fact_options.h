// The options of `add` that say what is known about an item, one per fact: `captured_basis` is
// --captured-basis. The library checks the values; docs/glossary.md explains the facts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "kua/item.h"

namespace kua::cli {

// Fact name -> what was typed, filled in by parsing. Must outlive the parser.
using FactOptions = std::map<std::string, std::vector<std::string>>;

void add_fact_options(CLI::App& parser, FactOptions& facts);
// Those that were given, lists split at commas.
GivenFacts given_facts(const FactOptions& facts);

}  // namespace kua::cli
