#include "vault/evidence/casework/case_view.h"

#include <algorithm>
#include <utility>

#include "vault/evidence/casework/relations.h"
#include "vault/evidence/casework/things.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/standing_facts.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

base::Json facts_of_case(store::Connection& catalog, const std::string& case_id) {
    store::Rows rows =
        catalog.query("SELECT facts FROM case_info WHERE case_id = ?1", journal::blob_of(case_id));
    return rows.next() ? parse_facts(rows.text(0)) : base::Json::object();
}

}  // namespace

void read_case_details(store::Connection& catalog, const std::string& case_id,
                       CaseDetails& details) {
    const base::Json facts = facts_of_case(catalog, case_id);
    for (const FactRule& rule : rules_of(kCaseKind)) {
        const base::Json* value = base::find_member(facts, rule.name);
        if (value != nullptr) {
            details.facts.push_back(to_fact_value({std::string{rule.name}, *value}));
        }
    }
    const base::Json* questions = base::find_member(facts, "questions");
    if (questions == nullptr || !questions->is_array()) {
        return;
    }
    const std::vector<TagCount> counts = count_tags(catalog, case_id);
    for (const base::Json& question : *questions) {
        if (!question.is_string()) {
            continue;
        }
        QuestionStanding standing{question.get<std::string>(), 0, 0};
        const auto found = std::ranges::find(counts, standing.tag, &TagCount::tag);
        if (found != counts.end()) {
            standing.unverified = found->unverified;
            standing.verified = found->verified;
        }
        details.questions.push_back(std::move(standing));
    }
}

}  // namespace kua::evidence
