// The options that say what is known about a thing, one per fact: `captured_basis` is
// --captured-basis. The library checks the values; docs/glossary.md explains the facts.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "kua/item.h"

namespace kua::cli {

// Fact name -> what was typed, filled in by parsing. Must outlive the parser.
using FactOptions = std::map<std::string, std::vector<std::string>>;

enum class FactsOf : std::uint8_t {
    kItem,
    kArrival,
    kSource,
    kConsent,
    kWithdrawal,
    kCase,
    kText,
    kPlace,
    kEvent,
    kAct,
    kPerson,
    kLink,
    kTag,
    kHandOver,
    kReceipt
};

void add_fact_options(CLI::App& parser, FactOptions& facts, FactsOf what);
// Those that were given, lists split at commas.
GivenFacts given_facts(const FactOptions& facts);

}  // namespace kua::cli
