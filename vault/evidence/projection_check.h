// Whether the projection of an open case shows what was signed, row for row. Its pages carry MACs,
// but an old page put back in place of a newer one has a good MAC too.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "vault/journal/entry.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

class ProjectionCheck {
public:
    // The rows that `entry` became, for every entry of the case, each author's in their order. A
    // row that differs or is missing is a finding; so is the catalog if a row can't be read.
    void check(store::Connection& catalog, const journal::Entry& entry,
               std::vector<Finding>& findings);

    // Once all entries have been checked: whether there are rows that no entry became, and whether
    // arrivals were counted right.
    static void check_rest(store::Connection& catalog, const std::string& case_id,
                           std::vector<Finding>& findings);

private:
    bool is_shown(store::Connection& catalog, const journal::Entry& entry,
                  std::vector<Finding>& findings);

    std::set<std::string, std::less<>> items_;
    bool case_is_known_ = false;
};

// Cases whose keys are gone while something of theirs is there, in the whole vault.
std::vector<Finding> find_lost_cases(store::Connection& catalog);

}  // namespace kua::evidence
