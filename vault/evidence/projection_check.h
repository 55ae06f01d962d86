// Whether the projection of an open case shows what was signed, row for row. Its pages carry MACs,
// but an old page put back in place of a newer one has a good MAC too.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "vault/journal/entry.h"
#include "vault/journal/manifest.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

class ProjectionCheck {
public:
    // The rows that `entries` of a bundle, which says to have `seen` others' journals, became; for
    // all bundles of the case, each author's in their order. A
    // row that differs or is missing is a finding; so is the catalog if a row can't be read. The
    // connections share the work, each used by one thread.
    void check(std::span<store::Connection* const> catalogs,
               std::span<const journal::Entry> entries, std::span<const journal::SeenLog> seen,
               std::vector<Finding>& findings);

    // Once all entries have been checked: whether there are rows that no entry became, and whether
    // arrivals were counted right.
    static void check_rest(store::Connection& catalog, const std::string& case_id,
                           std::vector<Finding>& findings);

private:
    // What the catalog shows of one entry.
    struct Shown {
        bool entry = false;
        std::optional<std::string> item;  // the id of the item that it adds
        bool item_rows = false;
        bool adds_case = false;
        bool case_row = false;
        std::optional<std::string> failure;  // why it can't be told
    };
    static Shown look_at(store::Connection& catalog, const journal::Entry& entry,
                         std::span<const journal::SeenLog> seen);
    static bool is_first(store::Connection& catalog, const journal::Entry& entry,
                         const std::string& thing, Shown& shown);
    static void look_at_thing(store::Connection& catalog, const journal::Entry& entry,
                              Shown& shown);
    void judge(const journal::Entry& entry, const Shown& shown, std::vector<Finding>& findings);

    std::set<std::string, std::less<>> items_;
    bool case_is_known_ = false;
};

// Cases whose keys are gone while something of theirs is there, in the whole vault.
std::vector<Finding> find_lost_cases(store::Connection& catalog);

}  // namespace kua::evidence
