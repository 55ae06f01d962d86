#include "vault/evidence/outgoing/consent_gate.h"

#include <algorithm>
#include <utility>

#include "vault/base/utf8.h"
#include "vault/evidence/outgoing/ways_out.h"
#include "vault/evidence/vocabulary.h"

namespace kua::evidence {
namespace {

std::string conditions_in_words(const std::vector<ConsentCondition>& conditions) {
    std::string all;
    for (const ConsentCondition& condition : conditions) {
        all +=
            (all.empty() ? "" : "; ") + condition.source + " asks: " + base::quoted(condition.text);
    }
    return all;
}

std::string why_not(const ConsentDecision& decision) {
    std::string why;
    for (const Refusal& refusal : decision.refusals) {
        why += (why.empty() ? "" : "; ") + refusal.reason;
    }
    if (decision.outcome == ConsentOutcome::kAsk) {
        why += (why.empty() ? "" : "; ") + conditions_in_words(decision.conditions);
        why += ". Once that holds, say so: --condition-met TEXT, which is kept in the journal";
    }
    return why;
}

}  // namespace

void check_way_out(const CaseKeys& keys, const WayOut& way) {
    if (keys.sealed()) {
        refuse_sealed(keys.case_id);
    }
    const auto words = purposes();
    if (std::find(words.begin(), words.end(), way.purpose) == words.end()) {
        throw Error{ErrorCode::kUsage, base::quoted(way.purpose) +
                                           " is no purpose; say keep, team, commission, court, "
                                           "partner or publish"};
    }
    if (way.purpose == "partner" &&
        way.recipient.value_or("").find_first_not_of(" \t\r\n") == std::string::npos) {
        throw Error{ErrorCode::kUsage, "a partner has a name: --recipient NAME"};
    }
    if (way.purpose == "keep" && way.recipient) {
        throw Error{ErrorCode::kUsage,
                    "say what for: --purpose team, commission, court, partner or publish; keep is"
                    " for a copy of your own"};
    }
    if (!way.condition_met.empty() && !base::is_valid_utf8(way.condition_met)) {
        throw Error{ErrorCode::kUsage, "--condition-met: not UTF-8 text"};
    }
    if (!way.condition_met.empty() &&
        way.condition_met.find_first_not_of(" \t\r\n") == std::string::npos) {
        throw Error{ErrorCode::kUsage, "--condition-met: say what was seen to"};
    }
}

ConsentGate::ConsentGate(store::Connection& catalog, const std::string& case_id, const WayOut& way)
    : way_(way), consents_(catalog, case_id) {
    require_listed(way.command, Asks::kConsent);
}

// What a person confirms is what one source asked for, not whatever others did.
void ConsentGate::require_same_conditions(const std::vector<ConsentCondition>& conditions) {
    if (conditions.empty()) {
        return;
    }
    std::string asked = conditions_in_words(conditions);
    if (confirmed_ && *confirmed_ != asked) {
        throw Error{ErrorCode::kRefused,
                    asked +
                        ", which is another condition than that of items before it; take"
                        " it by itself"};
    }
    confirmed_ = std::move(asked);
}

ConsentGate::Passage ConsentGate::require(const std::string& item) {
    const ConsentQuestion question{*parse_purpose(way_.purpose), way_.recipient.value_or(""),
                                   way_.condition_met};
    ConsentDecision decision = consents_.decide(question, item);
    if (decision.outcome != ConsentOutcome::kAllow) {
        throw Error{ErrorCode::kRefused, why_not(decision)};
    }
    require_same_conditions(decision.conditions);
    return {std::move(decision.basis), !decision.conditions.empty()};
}

void ConsentGate::add_facts(const Passage& passage, std::vector<journal::Fact>& facts) const {
    if (!passage.basis.empty()) {
        base::Json basis = base::Json::array();
        for (const EntryPlace& place : passage.basis) {
            basis.push_back({{"author", place.author}, {"seq", place.seq}});
        }
        facts.push_back({"consent_basis", std::move(basis)});
    }
    if (passage.has_conditions) {
        facts.push_back({"condition_met", way_.condition_met});
    }
}

}  // namespace kua::evidence
