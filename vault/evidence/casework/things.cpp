#include "vault/evidence/casework/things.h"

#include <algorithm>
#include <array>
#include <optional>

#include "vault/base/hex.h"
#include "vault/base/parse.h"
#include "vault/base/short_id.h"
#include "vault/base/utf8.h"
#include "vault/base/words.h"
#include "vault/evidence/casework/description.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/item_id.h"
#include "vault/evidence/items.h"
#include "vault/evidence/pseudonym.h"
#include "vault/evidence/search/search_rows.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kShortThingCharacters = 5;  // after the prefix
constexpr std::size_t kMostNested = 16;           // places within places
constexpr std::array<std::string_view, 2> kNamingFacts = {"place_names", "names"};

// The facts of a thing by which people call it.
std::vector<std::string> names_of(const ThingKind& kind, const base::Json& facts) {
    std::vector<std::string> names;
    names.push_back(text_among(facts, rules_of(kind).front().name));
    for (const std::string_view fact : kNamingFacts) {
        const base::Json* more = base::find_member(facts, fact);
        if (more != nullptr && more->is_object()) {
            for (const base::Json& name : *more) {
                if (name.is_string()) {
                    names.push_back(name.get<std::string>());
                }
            }
        }
    }
    return names;
}

struct StoredThing {
    std::string id;
    base::Json facts;
};

std::vector<StoredThing> stored_things(store::Connection& catalog, const std::string& case_id,
                                       const ThingKind& kind) {
    std::vector<StoredThing> things;
    store::Rows rows = catalog.query(
        "SELECT thing, facts FROM thing WHERE case_id = ?1 AND kind = ?2 ORDER BY thing",
        journal::blob_of(case_id), kind.name);
    while (rows.next()) {
        things.push_back({std::string{rows.text(0)}, parse_facts(rows.text(1))});
    }
    return things;
}

constexpr std::string_view kThingColumns =
    "SELECT thing, kind, hex(thing.author), facts, COALESCE((SELECT time FROM entry WHERE"
    " entry.case_id = thing.case_id AND entry.lamport = thing.lamport"
    " AND entry.author = thing.author AND entry.item = thing.thing LIMIT 1), '')"
    " FROM thing WHERE case_id = ?1 AND ";

ThingSummary read_thing(const store::Rows& rows) {
    ThingSummary thing;
    thing.id = rows.text(0);
    thing.kind = rows.text(1);
    thing.added_by = base::to_ascii_lower(rows.text(2));
    thing.added = rows.text(4);
    const ThingKind* kind = thing_kind_called(thing.kind);
    const base::Json facts = parse_facts(rows.text(3));
    if (kind != nullptr) {
        thing.name = kind->name == kSourceKind.name ? thing.id : names_of(*kind, facts).front();
        for (const auto& [name, value] : facts.items()) {
            if (name != kind->id_fact) {
                thing.facts.push_back(to_fact_value({name, value}));
            }
        }
    }
    return thing;
}

template <class... Arguments>
std::vector<ThingSummary> things_by(store::Connection& catalog, const std::string& case_id,
                                    const std::string& where, const Arguments&... arguments) {
    std::vector<ThingSummary> things;
    {
        store::Rows rows = catalog.query(std::string{kThingColumns} + where,
                                         journal::blob_of(case_id), arguments...);
        while (rows.next()) {
            things.push_back(read_thing(rows));
        }
    }
    for (ThingSummary& thing : things) {
        thing.short_id = shorten_thing(catalog, case_id, thing.id);
    }
    return things;
}

std::vector<std::string> ids_that_begin(store::Connection& catalog, const std::string& case_id,
                                        const ThingKind& kind, const std::string& name) {
    const std::optional<std::string> typed =
        base::to_ascii_lower(name).starts_with(kind.id_prefix) && !kind.id_prefix.empty()
            ? base::normalize_id(name.substr(kind.id_prefix.size()))
            : std::nullopt;
    std::vector<std::string> ids;
    if (typed) {
        const std::string front = std::string{kind.id_prefix} + *typed;
        store::Rows rows = catalog.query(
            "SELECT thing FROM thing WHERE case_id = ?1 AND thing >= ?2 AND thing < ?3"
            " ORDER BY thing LIMIT 6",
            journal::blob_of(case_id), front, front + '~');
        while (rows.next()) {
            ids.emplace_back(rows.text(0));
        }
    }
    return ids;
}

std::vector<std::string> ids_called(store::Connection& catalog, const std::string& case_id,
                                    const ThingKind& kind, const std::string& name) {
    const std::string folded = base::fold_text(name);
    std::vector<std::string> ids;
    for (const StoredThing& thing : stored_things(catalog, case_id, kind)) {
        const std::vector<std::string> names = names_of(kind, thing.facts);
        if (!folded.empty() && std::ranges::any_of(names, [&folded](const std::string& one) {
                return base::fold_text(one) == folded;
            })) {
            ids.push_back(thing.id);
        }
    }
    return ids;
}

std::vector<std::string> ids_meant(store::Connection& catalog, const std::string& case_id,
                                   const ThingKind& kind, const std::string& name) {
    std::vector<std::string> ids = ids_that_begin(catalog, case_id, kind, name);
    return ids.empty() ? ids_called(catalog, case_id, kind, name) : ids;
}

void add_facets(std::set<std::string>& facets, const StoredThing& place) {
    facets.insert(facet_of_place(place.id));
    for (const std::string& name : names_of(kPlaceKind, place.facts)) {
        if (!base::fold_text(name).empty()) {
            facets.insert(facet_of_place_name(name));
        }
    }
}

// The name of the town, or of what is larger, that a place is or lies in; empty if that isn't said.
std::string area_of(const std::vector<StoredThing>& places, const std::string& id) {
    constexpr std::array<std::string_view, 5> kAreas = {"settlement", "town", "district", "region",
                                                        "country"};
    std::string here = id;
    for (std::size_t nested = 0; nested < kMostNested; ++nested) {
        const auto place = std::ranges::find(places, here, &StoredThing::id);
        if (place == places.end()) {
            return {};
        }
        if (std::ranges::find(kAreas, text_among(place->facts, "place_kind")) != kAreas.end()) {
            return text_among(place->facts, "place_name");
        }
        here = text_among(place->facts, "within");
    }
    return {};
}

void resolve_place(store::Connection& catalog, const std::string& case_id,
                   std::span<const FactRule> rules, GivenFacts& facts, const std::string& name) {
    const auto given = facts.find(name);
    if (given == facts.end() || given->second.size() != 1) {
        return;
    }
    const std::vector<std::string> ids =
        ids_meant(catalog, case_id, kPlaceKind, given->second.front());
    if (ids.size() != 1) {
        return;
    }
    given->second.front() = ids.front();
    const bool has_area =
        std::ranges::any_of(rules, [](const FactRule& rule) { return rule.name == "place_area"; });
    const std::string area = has_area && name == "place"
                                 ? area_of(stored_things(catalog, case_id, kPlaceKind), ids.front())
                                 : std::string{};
    if (!area.empty()) {
        facts.try_emplace("place_area", std::vector<std::string>{area});
    }
}

// Whatever is called so, of all kinds: their ids.
std::vector<std::string> ends_called(store::Connection& catalog, const std::string& case_id,
                                     const std::string& name) {
    std::vector<std::string> ids = items_called(catalog, case_id, name);
    for (const ThingKind& kind : {kPlaceKind, kEventKind, kActKind, kPersonKind}) {
        std::ranges::move(ids_called(catalog, case_id, kind, name), std::back_inserter(ids));
    }
    return ids;
}

[[noreturn]] void refuse_ends(store::Connection& catalog, const std::string& case_id,
                              const std::string& name, const std::vector<std::string>& ids) {
    if (ids.empty()) {
        throw Error{ErrorCode::kNotFound,
                    "no item " + base::quoted(name) + " in case " + case_id.substr(0, 8) +
                        ", and no place, event, act or person that is called so: kua list, kua"
                        " place list, kua event list, kua act list, kua person list" +
                        hint_at_names(catalog, case_id, name)};
    }
    if (ids.back().starts_with(kItemKind.id_prefix)) {
        static_cast<void>(resolve_item(catalog, case_id, name));  // items only: it says which
    }
    std::string all;
    for (const std::string& id : ids) {
        all += (all.empty() ? "" : ", ") + load_end(catalog, case_id, id).short_id;
    }
    throw Error{ErrorCode::kNotFound,
                base::quoted(name) + " fits several things: " + all + "; give the id of one"};
}

[[noreturn]] void refuse_names(const ThingKind& kind, const std::string& name,
                               const std::vector<std::string>& ids, const std::string& case_id) {
    if (ids.empty()) {
        throw Error{ErrorCode::kNotFound,
                    "no " + std::string{kind.name} + " " + base::quoted(name) + " in case " +
                        case_id.substr(0, 8) + "; kua " + std::string{kind.name} + " list"};
    }
    throw Error{ErrorCode::kNotFound, base::quoted(name) + " fits several " +
                                          std::string{kind.name} + "s; give the id of one"};
}

}  // namespace

std::span<const FactRule> rules_of(const ThingKind& kind) {
    static const std::array<std::pair<std::string_view, std::span<const FactRule>>, 7> rules = {{
        {kItemKind.name, item_fact_rules()},
        {kCaseKind.name, case_fact_rules()},
        {kSourceKind.name, source_fact_rules()},
        {kPlaceKind.name, place_fact_rules()},
        {kEventKind.name, event_fact_rules()},
        {kActKind.name, act_fact_rules()},
        {kPersonKind.name, person_fact_rules()},
    }};
    return std::ranges::find(rules, kind.name, [](const auto& one) { return one.first; })->second;
}

std::string add_thing(store::Store& store, const Identity& identity, const CaseKeys& keys,
                      const ThingKind& kind, const GivenFacts& given) {
    const std::string_view naming = rules_of(kind).front().name;
    if (!given.contains(std::string{naming})) {
        throw Error{ErrorCode::kUsage, "say what it is called"};
    }
    GivenFacts resolved = given;
    if (!keys.sealed()) {
        resolve_references(store.catalog(), keys.case_id, rules_of(kind), resolved);
    }
    std::vector<journal::Fact> facts = check_given_facts(resolved, rules_of(kind));
    require_sense(store.catalog(), keys, {&kind, {}}, facts, base::Json::object());
    std::string id = new_thing_id(kind.id_prefix, store.environment().random);
    facts.insert(facts.begin(), {std::string{kind.id_fact}, id});
    record(store, identity, keys, {{std::string{kind.added}, std::move(facts)}});
    return id;
}

std::vector<ThingSummary> list_things(store::Connection& catalog, const std::string& case_id,
                                      const ThingKind& kind) {
    return things_by(catalog, case_id, "kind = ?2 ORDER BY lamport, thing.author, thing",
                     kind.name);
}

std::optional<ThingSummary> find_thing(store::Connection& catalog, const std::string& case_id,
                                       const std::string& id) {
    std::vector<ThingSummary> found = things_by(catalog, case_id, "thing = ?2", id);
    return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

ThingSummary load_thing(store::Connection& catalog, const std::string& case_id,
                        const std::string& id) {
    std::optional<ThingSummary> found = find_thing(catalog, case_id, id);
    if (!found) {
        throw Error{ErrorCode::kNotFound, "nothing of that id in case " + case_id.substr(0, 8)};
    }
    return *std::move(found);
}

std::vector<ThingSummary> parts_of(store::Connection& catalog, const std::string& case_id,
                                   const std::string& id) {
    return things_by(catalog, case_id,
                     "((kind = 'place' AND json_extract(facts, '$.within') = ?2)"
                     " OR (kind = 'event' AND json_extract(facts, '$.part_of') = ?2)"
                     " OR (kind = 'act' AND json_extract(facts, '$.event') = ?2))"
                     " ORDER BY lamport, thing.author, thing",
                     id);
}

std::string resolve_thing_of(store::Connection& catalog, const std::string& case_id,
                             const ThingKind& kind, const std::string& name) {
    const std::vector<std::string> ids = ids_meant(catalog, case_id, kind, name);
    if (ids.size() != 1) {
        refuse_names(kind, name, ids, case_id);
    }
    return ids.front();
}

std::string resolve_end(store::Connection& catalog, const CaseKeys& keys, const std::string& name) {
    if (is_pseudonym(name)) {
        require_source(catalog, keys, name, SourceMeant::kKnown);
        return name;
    }
    for (const ThingKind& kind : {kPlaceKind, kEventKind, kActKind, kPersonKind}) {
        const std::vector<std::string> ids = ids_that_begin(catalog, keys.case_id, kind, name);
        if (ids.size() == 1) {
            return ids.front();
        }
        if (base::to_ascii_lower(name).starts_with(kind.id_prefix)) {
            refuse_names(kind, name, ids, keys.case_id);
        }
    }
    std::vector<std::string> ids = ends_called(catalog, keys.case_id, name);
    if (ids.size() != 1) {
        refuse_ends(catalog, keys.case_id, name, ids);
    }
    return std::move(ids.front());
}

LinkEnd load_end(store::Connection& catalog, const std::string& case_id, const std::string& id) {
    const ThingKind* kind = kind_of_id(id);
    LinkEnd end{kind == nullptr ? std::string{} : std::string{kind->name}, id, id, {}};
    if (kind != nullptr && kind->name == kItemKind.name) {
        end.short_id = shorten_item(catalog, case_id, id);
        store::Rows rows = catalog.query("SELECT name FROM item WHERE case_id = ?1 AND item = ?2",
                                         journal::blob_of(case_id), id);
        end.name = rows.next() ? std::string{rows.text(0)} : std::string{};
    } else if (kind != nullptr && kind->name != kSourceKind.name) {
        const std::optional<ThingSummary> found = find_thing(catalog, case_id, id);
        end.short_id = shorten_thing(catalog, case_id, id);
        end.name = found ? found->name : std::string{};
    }
    return end;
}

std::string shorten_thing(store::Connection& catalog, const std::string& case_id,
                          const std::string& id) {
    const ThingKind* kind = kind_of_id(id);
    if (kind == nullptr || kind->id_prefix.empty()) {
        return id;
    }
    std::size_t shown = kind->id_prefix.size() + kShortThingCharacters;
    for (const std::string_view sql :
         {"SELECT thing FROM thing WHERE case_id = ?1 AND thing < ?2 ORDER BY thing DESC LIMIT 1",
          "SELECT thing FROM thing WHERE case_id = ?1 AND thing > ?2 ORDER BY thing LIMIT 1"}) {
        store::Rows rows = catalog.query(sql, journal::blob_of(case_id), id);
        if (rows.next()) {
            const std::string_view other = rows.text(0);
            const auto differs = std::mismatch(id.begin(), id.end(), other.begin(), other.end());
            shown = std::max(shown, static_cast<std::size_t>(differs.first - id.begin()) + 1);
        }
    }
    return id.substr(0, shown);
}

void require_no_loop(store::Connection& catalog, const std::string& case_id, const ThingKind& kind,
                     const std::string& id, const base::Json& facts) {
    const char* const outer = kind.name == kPlaceKind.name   ? "within"
                              : kind.name == kEventKind.name ? "part_of"
                                                             : nullptr;
    if (outer == nullptr || text_among(facts, outer).empty()) {
        return;
    }
    const std::vector<StoredThing> things = stored_things(catalog, case_id, kind);
    std::string at = text_among(facts, outer);
    for (std::size_t passed = 0; passed <= things.size(); ++passed) {
        if (at == id) {
            throw Error{ErrorCode::kUsage,
                        "that would put the " + std::string{kind.name} +
                            " inside itself, through what it lies in; nothing was entered"};
        }
        const auto next = std::ranges::find(things, at, &StoredThing::id);
        if (next == things.end()) {
            return;
        }
        at = text_among(next->facts, outer);
    }
}

void resolve_references(store::Connection& catalog, const std::string& case_id,
                        std::span<const FactRule> rules, GivenFacts& facts) {
    for (const FactRule& rule : rules) {
        const auto given = facts.find(std::string{rule.name});
        if (rule.shape != FactShape::kThing || given == facts.end() || given->second.size() != 1) {
            continue;
        }
        const ThingKind& kind = *thing_kind_called(rule.words.front());
        std::string& name = given->second.front();
        name = kind.name == kItemKind.name ? resolve_item(catalog, case_id, name)
                                           : resolve_thing_of(catalog, case_id, kind, name);
    }
    resolve_place(catalog, case_id, rules, facts, "place");
    resolve_place(catalog, case_id, rules, facts, "detention_place");
}

void name_references(store::Connection& catalog, const std::string& case_id,
                     std::vector<FactValue>& facts) {
    for (FactValue& fact : facts) {
        const ThingKind* kind = kind_of_id(fact.text);
        if (kind == nullptr || kind->id_prefix.empty() || kind->name == kItemKind.name) {
            continue;
        }
        const LinkEnd end = load_end(catalog, case_id, fact.text);
        fact.text = (end.name.empty() ? "" : end.name + " ") + "(" + end.short_id + ")";
    }
}

std::set<std::string> facets_at(store::Connection& catalog, const std::string& case_id,
                                const std::string& place) {
    std::set<std::string> facets;
    store::Rows rows = catalog.query("SELECT facts FROM thing WHERE case_id = ?1 AND thing = ?2",
                                     journal::blob_of(case_id), place);
    if (rows.next()) {
        add_facets(facets, {place, parse_facts(rows.text(0))});
    }
    return facets;
}

std::set<std::string> facets_around(store::Connection& catalog, const std::string& case_id,
                                    const std::string& place) {
    std::set<std::string> facets;
    const std::vector<std::string> ids = ids_meant(catalog, case_id, kPlaceKind, place);
    std::set<std::string> inside{ids.begin(), ids.end()};
    const std::vector<StoredThing> places = stored_things(catalog, case_id, kPlaceKind);
    for (std::size_t nested = 0, before = 0; nested < kMostNested && inside.size() != before;
         ++nested) {
        before = inside.size();
        for (const StoredThing& one : places) {
            if (inside.contains(text_among(one.facts, "within"))) {
                inside.insert(one.id);
            }
        }
    }
    for (const StoredThing& one : places) {
        if (inside.contains(one.id)) {
            add_facets(facets, one);
        }
    }
    if (!facets.empty()) {
        return facets;
    }
    std::string as_text = facet_of_place(place);
    if (!catalog.query_integer(
            "SELECT 1 FROM facet WHERE case_id = ?1 AND facet = 'place' AND value = ?2 LIMIT 1",
            journal::blob_of(case_id), as_text)) {
        throw Error{ErrorCode::kNotFound, "no place " + base::quoted(place) + " in case " +
                                              case_id.substr(0, 8) + "; kua place list"};
    }
    facets.insert(std::move(as_text));
    return facets;
}

}  // namespace kua::evidence
