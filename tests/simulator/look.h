// What a vault's catalog holds of the case's journals, read past the code that is being tested.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulator/truth.h"
#include "tests/simulator/world.h"

namespace kua::simulator {

using Heads = std::map<std::string, Head>;  // by author

Heads read_heads(World& world, Person& of);
// What the kept leaves of all bundles of `author` lead to, one state for each bundle. Throws
// Failure if the bundles don't follow each other.
std::vector<Head> read_bundles(World& world, Person& of, const std::string& author);
// What an author is known by this vault to have seen.
std::vector<Seen> read_seen(World& world, Person& of, const std::string& author);
// Where a commit of one of the author's refs leads, if it is known there.
std::optional<Head> find_commit(World& world, Person& of, const std::string& author,
                                const format::GitId& commit);
// The refs that the author's journal has in all epochs that this vault knows.
std::vector<std::string> refs_of(World& world, Person& of, const std::string& author);
bool is_sealed(World& world, Person& of);

}  // namespace kua::simulator
