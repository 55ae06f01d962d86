// What Tab offers at the shell's prompt. Commands and options come from the parser itself; what the
// vault has, from whoever is asked.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/terminal_lines.h"

namespace kua::cli {

// What an argument can be, by the word that help texts have for it.
enum class Nameable : std::uint8_t {
    kNothing,
    kItem,
    kCase,
    kSource,
    kContact,
    kMember,
    kRemote,
    kPlace,
    kEvent,
    kAct,
    kPerson,
    kAnything,  // items, sources and the four before
    kFile,
};

// All names of that kind that there are, untrusted, in any order. For kFile: what begins so.
using NameSource =
    std::function<std::vector<std::string>(Nameable kind, std::string_view begins_with)>;

Completion complete_line(std::string_view before_cursor, const CLI::App& app,
                         const NameSource& names);

}  // namespace kua::cli
