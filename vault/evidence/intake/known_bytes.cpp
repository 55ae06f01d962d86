#include "vault/evidence/intake/known_bytes.h"

#include <algorithm>

#include "vault/evidence/standing_facts.h"

namespace kua::evidence {
namespace {

// All that was said before, then what is new of it.
base::Json both(const base::Json& before, const base::Json& given) {
    base::Json all = before.is_array() ? before : base::Json::array();
    for (const base::Json& one : given) {
        if (std::ranges::find(all, one) == all.end()) {
            all.push_back(one);
        }
    }
    return all;
}

bool frees(const journal::Fact& fact) {
    static constexpr std::string_view kFree[] = {"none", "not_identifiable", "no", "unknown"};
    return !fact.value.is_string() ||
           std::ranges::find(kFree, fact.value.get<std::string>()) != std::end(kFree);
}

}  // namespace

std::optional<journal::EntryDraft> restrict_known(store::Connection& catalog,
                                                  const std::string& case_id,
                                                  const std::string& item,
                                                  const std::vector<journal::Fact>& given) {
    const base::Json standing =
        facts_of_item(catalog, case_id, item).value_or(base::Json::object());
    std::vector<journal::Fact> facts = {{"item", item}};
    for (const journal::Fact& fact : given) {
        const base::Json* found = base::find_member(standing, fact.name);
        const base::Json before = found != nullptr ? *found : base::Json{};
        if (fact.name == "carries" && fact.value.is_array()) {
            base::Json all = both(before, fact.value);
            if (all != before) {
                facts.push_back({fact.name, std::move(all)});
            }
        } else if ((fact.name == "third_parties" || fact.name == "hold" ||
                    fact.name == "place_is_private") &&
                   !frees(fact) && fact.value != before) {
            facts.push_back(fact);
        }
    }
    if (facts.size() == 1) {
        return std::nullopt;
    }
    facts.push_back({"comment", "said when the same bytes came in again"});
    return journal::EntryDraft{std::string{kItemKind.described}, std::move(facts)};
}

}  // namespace kua::evidence
