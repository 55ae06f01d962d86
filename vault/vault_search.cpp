#include <algorithm>
#include <iterator>

#include "vault/evidence/cases.h"
#include "vault/evidence/items.h"
#include "vault/evidence/search/find.h"
#include "vault/vault_state.h"

namespace kua {
namespace {

// The open ones of all cases; kRefused if every one is sealed.
std::vector<std::string> open_cases(Vault::State& state) {
    std::vector<std::string> cases = evidence::list_case_ids(state.catalog());
    const std::vector<std::string> sealed = evidence::list_sealed_cases(state.catalog());
    if (!sealed.empty() && sealed.size() == cases.size()) {
        evidence::refuse_all_sealed(sealed);
    }
    std::erase_if(cases, [&sealed](const std::string& case_id) {
        return std::find(sealed.begin(), sealed.end(), case_id) != sealed.end();
    });
    return cases;
}

std::vector<std::string> cases_meant(Vault::State& state, const std::string& case_name,
                                     bool all_cases) {
    if (all_cases) {
        return open_cases(state);
    }
    return {evidence::resolve_open_case(state.catalog(), case_name)};
}

// Of several cases one may not know a place that others know.
template <class Look>
void look_into(const std::vector<std::string>& cases, Look&& look) {
    std::size_t unknown = 0;
    for (const std::string& case_id : cases) {
        try {
            look(case_id);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kNotFound || ++unknown == cases.size()) {
                throw;
            }
        }
    }
}

}  // namespace

std::vector<ItemSummary> Vault::list(const ListRequest& request) {
    std::vector<ItemSummary> all;
    const auto look = [&](const std::string& case_id) {
        std::vector<ItemSummary> some = evidence::list_items(
            state_->catalog(), case_id,
            evidence::make_item_filter(state_->catalog(), case_id, request.filters));
        if (all.empty()) {
            all = std::move(some);
        } else {
            std::move(some.begin(), some.end(), std::back_inserter(all));
        }
    };
    look_into(cases_meant(*state_, request.case_name, request.all_cases), look);
    return all;
}

FindReport Vault::find(const FindRequest& request) {
    FindReport report;
    look_into(cases_meant(*state_, request.case_name, request.all_cases),
              [&](const std::string& case_id) {
                  evidence::find_in_case(state_->catalog(), case_id, request, report);
              });
    report.sealed_cases = evidence::list_sealed_cases(state_->catalog()).size();
    return report;
}

TodoReport Vault::todo(const std::string& case_name) {
    return evidence::list_open_questions(state_->catalog(),
                                         evidence::resolve_open_case(state_->catalog(), case_name));
}

}  // namespace kua
