// Places, events, acts and persons: what accounts tell of. Open cases only, but for add_thing().
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kua/relations.h"
#include "vault/evidence/casework/recording.h"
#include "vault/evidence/standing_facts.h"
#include "vault/evidence/vocabulary.h"

namespace kua::evidence {

// What a person may say of things of this kind; of items, sources and cases, too.
std::span<const FactRule> rules_of(const ThingKind& kind);

// Adds one and returns its id. kUsage without the fact that names it (the first of its rules).
std::string add_thing(store::Store& store, const Identity& identity, const CaseKeys& keys,
                      const ThingKind& kind, const GivenFacts& facts);

// All of a kind, in the order they were added.
std::vector<ThingSummary> list_things(store::Connection& catalog, const std::string& case_id,
                                      const ThingKind& kind);
// `id` is a whole id; nothing, or kNotFound, if it isn't there.
std::optional<ThingSummary> find_thing(store::Connection& catalog, const std::string& case_id,
                                       const std::string& id);
ThingSummary load_thing(store::Connection& catalog, const std::string& case_id,
                        const std::string& id);
// Those that are part of it: places within a place, events of an event and its acts.
std::vector<ThingSummary> parts_of(store::Connection& catalog, const std::string& case_id,
                                   const std::string& id);

// The whole id of the thing of that kind which `name` means: an id, the front of one, or one of its
// names, however it is written. kNotFound if none or several fit.
std::string resolve_thing_of(store::Connection& catalog, const std::string& case_id,
                             const ThingKind& kind, const std::string& name);

// An end of a link: an item, a source or another thing, by whatever it may be called. kNotFound if
// none or several are.
std::string resolve_end(store::Connection& catalog, const CaseKeys& keys, const std::string& name);
LinkEnd load_end(store::Connection& catalog, const std::string& case_id, const std::string& id);

// The id as people type it.
std::string shorten_thing(store::Connection& catalog, const std::string& case_id,
                          const std::string& id);

// kUsage if a place would lie in itself, or an event be part of itself, by what these facts of it
// say and by what is said of the others. Open cases.
void require_no_loop(store::Connection& catalog, const std::string& case_id, const ThingKind& kind,
                     const std::string& id, const base::Json& facts);

// Where `facts` refer to things, puts their whole ids: `within`, `part_of` and so on must name one;
// `place` may, and stays as it is if no place here is called so. Of an item or testimony whose
// place is known, `place_area` becomes the town it lies in, unless it was given.
void resolve_references(store::Connection& catalog, const std::string& case_id,
                        std::span<const FactRule> rules, GivenFacts& facts);

// Where facts name things by their ids, says what those are called: "Ken square (pl-3m8qa)".
void name_references(store::Connection& catalog, const std::string& case_id,
                     std::vector<FactValue>& facts);

// What items are filed under that were taken at that place or at one within, as
// search/search_rows.h writes it. kNotFound if nothing is called so.
std::set<std::string> facets_around(store::Connection& catalog, const std::string& case_id,
                                    const std::string& place);
// The same of that very place, by its whole id.
std::set<std::string> facets_at(store::Connection& catalog, const std::string& case_id,
                                const std::string& place);

}  // namespace kua::evidence
