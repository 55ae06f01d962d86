// What stands now of a thing: the facts it was added with, and those of every later description
// laid over them. A description adds and replaces, and erases nothing: the journal keeps what was
// said before. Of two, the later in (lamport, author) order is shown. Source: docs/formats.md,
// "Facts".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vault/journal/entry.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

// A kind of thing that entries tell of, and how: which types add and describe it, and which fact
// names it.
struct ThingKind {
    std::string_view name;
    std::string_view added;
    std::string_view described;
    std::string_view id_fact;
};
constexpr ThingKind kCaseKind{"case", "case.created", "case.described", ""};
constexpr ThingKind kItemKind{"item", "item.added", "item.described", "item"};
// Things of this and later kinds have rows in the table `thing`; cases and items have their own.
constexpr ThingKind kSourceKind{"source", "source.added", "source.described", "pseudonym"};
// The kind that an entry of this type adds or describes; nothing for all other types.
const ThingKind* find_thing_kind(std::string_view entry_type);

// What an entry is about: the id of an item or of another thing; empty if it is about none, or the
// id is malformed. Consent is about its source.
std::string subject_of(const journal::Entry& entry);

// Facts that no description changes, whoever writes it: what a thing is named by, what its bytes
// are, and why it was described.
[[nodiscard]] bool can_be_described(std::string_view fact);

// Whether a description would make somebody's material nobody's or everybody's, which would free it
// of their consent: a pseudonym is replaced by another one, never by a word such as `public`.
[[nodiscard]] bool forgets_source(std::string_view before, std::string_view after);

// All facts as JSON, sorted by name; `entries` are those that add and describe one thing, in order.
// The first that adds it counts. Nothing if none does.
std::optional<std::string> standing_facts(std::span<const journal::Entry> entries);

// Facts of one entry as JSON, sorted by name.
std::string facts_as_json(const journal::Entry& entry);

// Facts as they were written by either of those, parsed again. Throws kDamaged.
base::Json parse_facts(std::string_view json);

}  // namespace kua::evidence
