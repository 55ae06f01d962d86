// The part of Vault that concerns who has had items, and the end of them.
#include <utility>

#include "vault/evidence/casework/custody_entries.h"
#include "vault/evidence/casework/custody_view.h"
#include "vault/evidence/casework/shredding.h"
#include "vault/evidence/items.h"
#include "vault/member_names.h"
#include "vault/vault_state.h"

namespace kua {

HandChangeReport Vault::enter_hand_change(const HandChangeRequest& request) {
    const evidence::CaseKeys keys = evidence::load_case_keys(
        state_->catalog(), evidence::resolve_case(state_->catalog(), request.case_name));
    return evidence::enter_hand_change(state_->store, state_->identity, keys, request);
}

namespace {

ShredReport with_names(Vault::State& state, ShredReport report) {
    const MemberNames names{state, report.case_id};
    for (ItemToShred& item : report.items) {
        for (std::string& holder : item.holders) {
            holder = names.label_of(holder);
        }
    }
    return report;
}

}  // namespace

ShredReport Vault::plan_shredding(const ShredRequest& request) {
    const evidence::CaseKeys keys = evidence::load_case_keys(
        state_->catalog(), evidence::resolve_case(state_->catalog(), request.case_name));
    return with_names(*state_,
                      evidence::plan_shredding(state_->store, state_->identity, keys, request));
}

ShredReport Vault::shred(const ShredRequest& request) {
    const evidence::CaseKeys keys = evidence::load_case_keys(
        state_->catalog(), evidence::resolve_case(state_->catalog(), request.case_name));
    ShredReport report = evidence::plan_shredding(state_->store, state_->identity, keys, request);
    evidence::shred(
        state_->store, state_->identity, keys,
        request.reason.empty() ? request.withdrawn + " doesn't allow to keep it" : request.reason,
        report);
    return with_names(*state_, std::move(report));
}

CustodyAccount Vault::custody(const LogRequest& request) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), request.case_name);
    const std::string item =
        evidence::resolve_item(state_->catalog(), case_id, request.item.value_or(""));
    CustodyAccount account =
        evidence::view_custody(state_->catalog(), case_id, state_->identity.card.fingerprint, item);
    account.in_signed_checkpoint = show(item, case_id).in_signed_checkpoint;
    account.entries = log(request);
    const MemberNames names{*state_, case_id};
    for (std::vector<CustodyStep>* steps : {&account.arrivals, &account.moves, &account.checks}) {
        for (CustodyStep& step : *steps) {
            step.by_name = names.label_of(step.author);
        }
    }
    for (CustodyDerivative& made : account.derivatives) {
        made.step.by_name = names.label_of(made.step.author);
    }
    for (std::string& holder : account.holders) {
        holder = names.label_of(holder);
    }
    return account;
}

}  // namespace kua
