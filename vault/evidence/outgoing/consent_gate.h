// The one way that items take out of the vault, as files or in other hands: it asks consent, and
// nothing passes it by. Source: docs/consent.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vault/evidence/cases.h"
#include "vault/evidence/consent/consents.h"
#include "vault/journal/entry.h"

namespace kua::evidence {

// What items are to go out for, and to whom.
struct WayOut {
    std::string_view command;  // ways_out.h
    std::string purpose;
    std::optional<std::string> recipient;
    std::string condition_met;  // what a person says to have seen to
};

// kRefused in a sealed case; kUsage for a purpose that is none, that needs a recipient, or has one
// that it can't have.
void check_way_out(const CaseKeys& keys, const WayOut& way);

// Asks for one item after the other. The connection and `way` must outlive it; one thread.
class ConsentGate {
public:
    ConsentGate(store::Connection& catalog, const std::string& case_id, const WayOut& way);

    struct Passage {
        std::vector<EntryPlace> basis;  // the entries relied on
        bool has_conditions = false;
    };
    // kRefused, saying whose consent is missing for what; kDamaged if the catalog can't be asked.
    Passage require(const std::string& item);

    // What the journal keeps of a passage: `consent_basis` and `condition_met`.
    void add_facts(const Passage& passage, std::vector<journal::Fact>& facts) const;

private:
    void require_same_conditions(const std::vector<ConsentCondition>& conditions);

    const WayOut& way_;
    Consents consents_;
    std::optional<std::string> confirmed_;  // the conditions that condition_met is about
};

}  // namespace kua::evidence
