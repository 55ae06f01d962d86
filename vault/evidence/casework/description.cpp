#include "vault/evidence/casework/description.h"

#include <algorithm>
#include <array>

#include "vault/evidence/casework/things.h"
#include "vault/evidence/intake/device_claims.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/items.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/members.h"
#include "vault/evidence/pseudonym.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

void require_right_source(const base::Json& standing, SourceChange change) {
    const std::string before = text_among(standing, "source");
    change.before = before;
    if (!may_change_source(change)) {
        throw Error{ErrorCode::kRefused,
                    "it needs the consent of " + (before.empty() ? "its source" : before) +
                        ": that it came from another pseudonym is for the owner of the case or who"
                        " added it to say; what is somebody's doesn't become public"};
    }
}

// A claim, the facts that it consists of, and the one that says what it rests on.
struct Claim {
    std::array<std::string_view, 3> facts;
    std::string_view basis;
};
constexpr std::array kClaims = {Claim{{"captured", "captured_day"}, "captured_basis"},
                                Claim{{"occurred"}, "occurred_basis"},
                                Claim{{"latitude", "longitude"}, "geo_basis"}};

bool is_part_of(const Claim& claim, std::string_view fact) {
    return !fact.empty() &&
           (fact == claim.basis || std::ranges::find(claim.facts, fact) != claim.facts.end());
}

bool says_the_same(const base::Json& standing, const journal::Fact& fact) {
    const base::Json* before = base::find_member(standing, fact.name);
    return before != nullptr && *before == fact.value;
}

// Whether what is claimed, not only what it rests on, differs from what stands.
bool is_claimed_anew(const Claim& claim, const std::vector<journal::Fact>& facts,
                     const base::Json& standing) {
    return std::ranges::any_of(facts, [&](const journal::Fact& fact) {
        return fact.name != claim.basis && is_part_of(claim, fact.name) &&
               !says_the_same(standing, fact);
    });
}

// What somebody claims doesn't rest on what another claim did: the device's word for its own date
// is none for a person's. Nothing to say where nothing was ever said of it, but for a date, as when
// an item is added.
void give_own_basis(std::vector<journal::Fact>& facts, const base::Json& standing) {
    for (const Claim& claim : kClaims) {
        const bool is_given =
            std::ranges::find(facts, claim.basis, &journal::Fact::name) != facts.end();
        const bool had_one = base::find_member(standing, claim.basis) != nullptr;
        if (!is_given && (had_one || claim.basis == "captured_basis") &&
            is_claimed_anew(claim, facts, standing)) {
            facts.push_back({std::string{claim.basis}, "unknown"});
        }
    }
}

// Whether it is to be entered. A claim that is made anew is entered whole, also what is as before:
// else what somebody else says meanwhile could come between its parts.
bool is_news(const journal::Fact& fact, const std::vector<journal::Fact>& facts,
             const base::Json& standing) {
    return !says_the_same(standing, fact) || std::ranges::any_of(kClaims, [&](const Claim& claim) {
        return is_part_of(claim, fact.name) && is_claimed_anew(claim, facts, standing);
    });
}

FactChange change_of(const journal::Fact& fact, const base::Json* before) {
    return {fact.name, before == nullptr ? std::string{} : text_of_value(*before),
            text_of_value(fact.value)};
}

// The device's time is put right by what its clock was ahead, as when an item is added, as long as
// nobody said another.
void correct_time(GivenFacts& given, const base::Json& standing) {
    const auto offset = given.find("clock_offset");
    const std::string device_time = text_among(standing, "captured_device");
    if (offset == given.end() || offset->second.size() != 1 || given.contains("captured") ||
        device_time.empty()) {
        return;
    }
    const std::string captured = text_among(standing, "captured");
    const bool is_the_devices =
        captured == device_time ||
        captured == corrected_time(device_time, text_among(standing, "clock_offset"));
    const auto right = corrected_time(device_time, offset->second.front());
    if (is_the_devices && right) {
        given["captured"] = {*right};
        given.try_emplace("captured_basis", std::vector<std::string>{"reference_clock"});
    }
}

}  // namespace

void require_sense(store::Connection& catalog, const CaseKeys& keys, const Described& thing,
                   const std::vector<journal::Fact>& facts, const base::Json& standing) {
    base::Json given = base::Json::object();
    for (const journal::Fact& fact : facts) {
        given[fact.name] = fact.value;
    }
    const auto is_there = [&](const char* name) {
        return given.contains(name) || base::find_member(standing, name) != nullptr;
    };
    if ((given.contains("latitude") || given.contains("longitude")) &&
        (!is_there("latitude") || !is_there("longitude"))) {
        throw Error{ErrorCode::kUsage,
                    "a position has both: --latitude and --longitude; nothing was entered"};
    }
    if (!thing.id.empty() && text_among(given, "reached_through") == thing.id) {
        throw Error{ErrorCode::kUsage,
                    thing.id + " can't be reached through " + thing.id + "; nothing was entered"};
    }
    if (!keys.sealed() && !thing.id.empty()) {
        require_no_loop(catalog, keys.case_id, *thing.kind, thing.id, given);
    }
}

Described resolve_thing(store::Connection& catalog, const std::string& case_id,
                        const std::string& name) {
    if (is_pseudonym(name)) {
        CaseKeys keys = load_case_keys(catalog, case_id);
        require_source(catalog, keys, name, SourceMeant::kKnown);
        return {&kSourceKind, name};
    }
    const std::string id = resolve_end(catalog, load_case_keys(catalog, case_id), name);
    return {kind_of_id(id), id};
}

void require_source(store::Connection& catalog, const CaseKeys& keys, const std::string& source,
                    SourceMeant meant) {
    if (keys.sealed() || !is_pseudonym(source)) {
        return;
    }
    if (!catalog.query_integer("SELECT 1 FROM thing WHERE case_id = ?1 AND thing = ?2",
                               journal::blob_of(keys.case_id), source)) {
        throw Error{ErrorCode::kNotFound,
                    "no source " + source + " in case " + keys.case_id.substr(0, 8) +
                        (meant == SourceMeant::kKnown ? "; kua source list"
                                                      : "; kua source add makes one")};
    }
}

std::vector<FactChange> describe(store::Store& store, const Identity& identity,
                                 const CaseKeys& keys, const Described& thing,
                                 const GivenFacts& given, const std::string& comment) {
    if (comment.empty()) {
        throw Error{ErrorCode::kUsage, "say why: --comment"};
    }
    check_comment(comment);
    const std::vector<journal::Entry> history =
        describing_entries(store.catalog(), keys.case_id, thing.id, *thing.kind);
    const std::string owner = owner_of(store.catalog(), keys.case_id);
    const auto written = standing_facts(history, owner);
    const base::Json standing = written ? parse_facts(*written) : base::Json::object();
    GivenFacts resolved = given;
    resolve_references(store.catalog(), keys.case_id, rules_of(*thing.kind), resolved);
    if (thing.kind->name == kItemKind.name) {
        correct_time(resolved, standing);
    }
    std::vector<journal::Fact> facts = check_given_facts(resolved, rules_of(*thing.kind));
    if (facts.empty()) {
        throw Error{ErrorCode::kUsage, "say what: at least one fact"};
    }
    const auto source = given.find("source");
    if (source != given.end()) {
        require_source(store.catalog(), keys, source->second.front());
    }
    require_sense(store.catalog(), keys, thing, facts, standing);
    if (source != given.end() && !history.empty()) {
        const std::string& own = identity.card.fingerprint;
        require_right_source(
            standing,
            {{}, source->second.front(), own == owner, own == history.front().header.author});
    }
    give_own_basis(facts, standing);
    journal::EntryDraft draft{std::string{thing.kind->described}, {}};
    std::vector<FactChange> changes;
    for (const journal::Fact& fact : facts) {
        if (!says_the_same(standing, fact)) {
            changes.push_back(change_of(fact, base::find_member(standing, fact.name)));
        }
        if (is_news(fact, facts, standing)) {
            draft.facts.push_back(fact);
        }
    }
    if (changes.empty()) {
        return changes;
    }
    if (!thing.kind->id_fact.empty()) {
        draft.facts.push_back({std::string{thing.kind->id_fact}, thing.id});
    }
    draft.facts.push_back({"comment", comment});
    record(store, identity, keys, {draft});
    return changes;
}

}  // namespace kua::evidence
