#include "vault/evidence/casework/sources.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "vault/base/parse.h"
#include "vault/evidence/casework/compartment.h"
#include "vault/evidence/casework/description.h"
#include "vault/evidence/casework/things.h"
#include "vault/evidence/consent/consents.h"
#include "vault/evidence/members.h"
#include "vault/evidence/pseudonym.h"
#include "vault/evidence/standing_facts.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::uint64_t kNumbersOfMember = 100;
constexpr std::uint64_t kMaxPseudonymNumber = 999'999;

std::uint64_t number_of(std::string_view pseudonym) {
    const std::size_t first = std::min(pseudonym.find_first_not_of('0', 2), pseudonym.size() - 1);
    return base::parse_unsigned(pseudonym.substr(first), kMaxPseudonymNumber).value_or(0);
}

std::string pseudonym_of(std::uint64_t number) {
    const std::string digits = std::to_string(number);
    return "P-" + std::string(digits.size() < 2 ? 1 : 0, '0') + digits;
}

// By source: how many items came from each at first.
std::map<std::string, std::uint64_t, std::less<>> items_by_source(store::Connection& catalog,
                                                                  const std::string& case_id) {
    std::map<std::string, std::uint64_t, std::less<>> counts;
    store::Rows rows = catalog.query(
        "SELECT source, COUNT(*) FROM item WHERE case_id = ?1 GROUP BY source ORDER BY source",
        journal::blob_of(case_id));
    while (rows.next()) {
        counts.emplace(rows.text(0), static_cast<std::uint64_t>(rows.integer(1)));
    }
    return counts;
}

void read_consent(store::Connection& catalog, const std::string& case_id, SourceSummary& source) {
    source.identities = count_identities(catalog, case_id, source.pseudonym);
    source.contested = is_contested(catalog, case_id, source.pseudonym);
    for (const ConsentStatement& one : list_statements(catalog, case_id, source.pseudonym)) {
        ++source.statements;
        source.withdrawn = one.is_withdrawal;
        if (one.level && one.items.empty()) {
            source.level = one.is_answer ? one.level : kLevelNotAsked;
        }
    }
}

SourceSummary read_source(ThingSummary thing) {
    SourceSummary source;
    source.pseudonym = std::move(thing.id);
    source.added_by = std::move(thing.added_by);
    source.added = std::move(thing.added);
    source.facts = std::move(thing.facts);
    return source;
}

}  // namespace

std::string next_pseudonym(store::Connection& catalog, const std::string& case_id,
                           const std::string& own_fingerprint) {
    std::set<std::uint64_t> taken;
    store::Rows rows =
        catalog.query("SELECT thing FROM thing WHERE case_id = ?1 AND kind = 'source'",
                      journal::blob_of(case_id));
    while (rows.next()) {
        taken.insert(number_of(rows.text(0)));
    }
    const std::optional<Member> own = find_member(catalog, case_id, own_fingerprint);
    const std::uint64_t first = own ? (own->roster - 1) * kNumbersOfMember : 0;
    for (std::uint64_t number = first + 1; number < first + kNumbersOfMember; ++number) {
        if (number <= kMaxPseudonymNumber && !taken.contains(number)) {
            return pseudonym_of(number);
        }
    }
    const std::uint64_t above = taken.empty() ? 1 : *taken.rbegin() + 1;
    if (above > kMaxPseudonymNumber) {
        throw Error{ErrorCode::kUsage, "no number is left above those that are taken; name one"};
    }
    return pseudonym_of(above);
}

std::string add_source(store::Store& store, const Identity& identity, const CaseKeys& keys,
                       const std::string& pseudonym, const GivenFacts& given) {
    std::vector<journal::Fact> facts = check_given_facts(given, source_fact_rules());
    if (pseudonym.empty() && keys.sealed()) {
        throw Error{ErrorCode::kUsage,
                    "the case is sealed here, so kua can't tell which numbers are taken; name one,"
                    " like P-07"};
    }
    std::string name =
        pseudonym.empty() ? next_pseudonym(store.catalog(), keys.case_id, identity.card.fingerprint)
                          : pseudonym;
    if (!is_pseudonym(name)) {
        throw Error{ErrorCode::kUsage,
                    "that is no pseudonym; write P-07, never a name or what could be read as one"};
    }
    if (!keys.sealed() &&
        store.catalog().query_integer("SELECT 1 FROM thing WHERE case_id = ?1 AND thing = ?2",
                                      journal::blob_of(keys.case_id), name)) {
        throw Error{
            ErrorCode::kExists,
            "there is a source " + name + " already; kua source describe " + name + " changes it"};
    }
    require_sense(store.catalog(), keys, {&kSourceKind, name}, facts, base::Json::object());
    facts.insert(facts.begin(), {std::string{kSourceKind.id_fact}, name});
    record(store, identity, keys, {{std::string{kSourceKind.added}, std::move(facts)}});
    return name;
}

std::vector<SourceSummary> list_sources(store::Connection& catalog, const std::string& case_id) {
    std::vector<SourceSummary> sources;
    for (ThingSummary& thing : list_things(catalog, case_id, kSourceKind)) {
        sources.push_back(read_source(std::move(thing)));
    }
    std::ranges::sort(sources, {}, [](const SourceSummary& source) {
        return std::pair{source.pseudonym.size(), source.pseudonym};
    });
    const auto items = items_by_source(catalog, case_id);
    for (SourceSummary& source : sources) {
        const auto found = items.find(source.pseudonym);
        source.items = found == items.end() ? 0 : found->second;
        read_consent(catalog, case_id, source);
    }
    return sources;
}

SourceSummary load_source(store::Connection& catalog, const std::string& case_id,
                          const std::string& pseudonym) {
    std::optional<ThingSummary> thing = find_thing(catalog, case_id, pseudonym);
    if (!thing || thing->kind != kSourceKind.name) {
        throw Error{ErrorCode::kNotFound,
                    "no such source in case " + case_id.substr(0, 8) + ": kua source list"};
    }
    SourceSummary source = read_source(*std::move(thing));
    const auto items = items_by_source(catalog, case_id);
    const auto found = items.find(pseudonym);
    source.items = found == items.end() ? 0 : found->second;
    read_consent(catalog, case_id, source);
    return source;
}

}  // namespace kua::evidence
