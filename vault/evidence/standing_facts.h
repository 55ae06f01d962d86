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
    std::string_view id_prefix;  // of ids that are drawn; sources have pseudonyms
};
constexpr ThingKind kCaseKind{"case", "case.created", "case.described", "", ""};
constexpr ThingKind kItemKind{"item", "item.added", "item.described", "item", "i-"};
// Things of this and later kinds have rows in the table `thing`; cases and items have their own.
constexpr ThingKind kSourceKind{"source", "source.added", "source.described", "pseudonym", ""};
constexpr ThingKind kPlaceKind{"place", "place.added", "place.described", "place", "pl-"};
constexpr ThingKind kEventKind{"event", "event.added", "event.described", "event", "ev-"};
constexpr ThingKind kActKind{"act", "act.added", "act.described", "act", "ac-"};
constexpr ThingKind kPersonKind{"person", "person.added", "person.described", "person", "pe-"};
// The kind that an entry of this type adds or describes; nothing for all other types.
const ThingKind* find_thing_kind(std::string_view entry_type);
// "place", ...: nothing for any other word.
const ThingKind* thing_kind_called(std::string_view name);
// The kind that a whole id belongs to, a pseudonym's too; nothing for any other text.
const ThingKind* kind_of_id(std::string_view id);

// What an entry is about: the id of an item or of another thing; empty if it is about none, or the
// id is malformed. Consent and what is kept of an identity are about their source, a transcript or
// translation about what it is of, a link about its subject.
std::string subject_of(const journal::Entry& entry);

// Facts that no description changes, whoever writes it: what a thing is named by, what its bytes
// are, and why it was described.
[[nodiscard]] bool can_be_described(std::string_view fact);

// Who may say that an item came from somebody else: it decides whose consent it needs. Anybody may
// give what is unknown a pseudonym; only the owner of the case makes it public; whose it is once
// that was said is for the owner and for whoever added it.
struct SourceChange {
    std::string_view before;
    std::string_view after;
    bool is_by_owner = false;
    bool is_by_adder = false;
};
[[nodiscard]] bool may_change_source(const SourceChange& change);

// All facts as JSON, sorted by name; `entries` are those that add and describe one thing, in order.
// The first that adds it counts. `owner` is the fingerprint of the case's. Nothing if none adds it.
std::optional<std::string> standing_facts(std::span<const journal::Entry> entries,
                                          std::string_view owner);

// Facts of one entry as JSON, sorted by name.
std::string facts_as_json(const journal::Entry& entry);

// Facts as they were written by either of those, parsed again. Throws kDamaged.
base::Json parse_facts(std::string_view json);

// What stands of an item, from the catalog; nothing if the item isn't known. Throws kDamaged.
std::optional<base::Json> facts_of_item(store::Connection& catalog, const std::string& case_id,
                                        const std::string& item);

// The text of a fact among them; empty if it is missing or no text.
std::string text_among(const base::Json& facts, std::string_view name);

}  // namespace kua::evidence
