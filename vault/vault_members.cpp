// The part of Vault that concerns who belongs to a case.
#include <algorithm>
#include <utility>

#include "vault/base/utf8.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/members.h"
#include "vault/evidence/new_case.h"
#include "vault/evidence/outgoing/team_gate.h"
#include "vault/exchange/contacts.h"
#include "vault/exchange/membership.h"
#include "vault/exchange/peers.h"
#include "vault/journal/going_on.h"
#include "vault/journal/known_seen.h"
#include "vault/journal/receive.h"
#include "vault/vault_state.h"

namespace kua {
namespace {

constexpr std::size_t kMinPrefixDigits = 4;

bool is_verified(Vault::State& state, const std::string& fingerprint) {
    const auto contacts = exchange::list_contacts(state.catalog());
    return std::ranges::any_of(contacts, [&](const exchange::Contact& contact) {
        return contact.card.fingerprint == fingerprint && contact.is_verified();
    });
}

MemberSummary summarize(Vault::State& state, const std::string& case_id,
                        const evidence::Member& member) {
    const std::string& fingerprint = member.card.fingerprint;
    const std::string& own = state.identity.card.fingerprint;
    MemberSummary summary;
    summary.fingerprint = fingerprint;
    summary.name = member.card.name;
    summary.role = name_of(member.role);
    summary.self = fingerprint == own;
    summary.verified = is_verified(state, fingerprint);
    summary.removed = member.removed != 0;
    summary.roster = member.roster;
    summary.roster_removed = member.removed;
    summary.entries = journal::find_log(state.catalog(), case_id, fingerprint).size;
    if (summary.self) {
        summary.holds = summary.entries;
    } else if (!journal::is_stopped(state.catalog(), case_id, fingerprint)) {
        summary.holds = journal::known_seen(state.catalog(), case_id, fingerprint, own);
    }
    summary.last_heard = exchange::last_heard(state.catalog(), case_id, fingerprint);
    summary.awaits_keys = exchange::awaits_keys(state.catalog(), case_id, member, own);
    return summary;
}

InvitationSummary summarize(Vault::State& state, const exchange::Invitation& invitation) {
    const exchange::Grant& grant = invitation.grant;
    return {grant.case_id,
            grant.title,
            grant.from,
            exchange::load_contact(state.catalog(), grant.from).card.name,
            is_verified(state, grant.from),
            std::string{name_of(grant.role)},
            grant.members.size(),
            invitation.arrived};
}

enum class WhichMembers : std::uint8_t { kPresent, kAll };

std::vector<std::string> find_members(Vault::State& state, const std::string& case_id,
                                      const std::string& name, WhichMembers which) {
    std::vector<std::string> found;
    for (const evidence::Member& member : evidence::list_members(state.catalog(), case_id)) {
        const bool is_named =
            member.card.name == name ||
            (name.size() >= kMinPrefixDigits && member.card.fingerprint.starts_with(name));
        if (is_named && (which == WhichMembers::kAll || member.removed == 0)) {
            found.push_back(member.card.fingerprint);
        }
    }
    return found;
}

// The fingerprint of the one that is called `name`, or begins with it.
std::string resolve_member(Vault::State& state, const std::string& case_id, const std::string& name,
                           WhichMembers which) {
    const std::vector<std::string> found = find_members(state, case_id, name, which);
    if (found.empty()) {
        throw Error{ErrorCode::kNotFound, "no member is called " + base::quoted(name)};
    }
    if (found.size() > 1) {
        throw Error{ErrorCode::kNotFound, "several members are called " + base::quoted(name) +
                                              "; name one by the first digits of the fingerprint:"
                                              " kua member list"};
    }
    return found.front();
}

[[noreturn]] void refuse_unverified(const std::string& name, const std::string& doing) {
    throw Error{ErrorCode::kRefused,
                "the card of " + base::quoted(name) + " was never compared, so " + doing +
                    "; compare it first (kua contact verify), or say --unverified"};
}

// Without a name, one that was declined isn't meant.
exchange::Invitation choose(Vault::State& state, const InvitationChoice& choice) {
    std::vector<exchange::Invitation> all =
        exchange::list_invitations(state.catalog(), state.identity);
    const std::string from =
        choice.from.empty()
            ? ""
            : exchange::resolve_contact(state.catalog(), choice.from).card.fingerprint;
    const bool none = all.empty();
    const std::string& name = choice.name;
    const auto last = std::remove_if(all.begin(), all.end(), [&](const auto& invitation) {
        const bool is_named = name.empty() ? !invitation.declined
                                           : invitation.grant.title == name ||
                                                 (name.size() >= kMinPrefixDigits &&
                                                  invitation.grant.case_id.starts_with(name));
        return !is_named || (!from.empty() && invitation.grant.from != from);
    });
    all.erase(last, all.end());
    if (all.size() != 1) {
        throw Error{ErrorCode::kNotFound,
                    none          ? "no invitation is here; sync with a remote that has one"
                    : all.empty() ? "no such invitation is here"
                                  : "several invitations fit; name one by the front of its id, and"
                                    " by who invites: --from CONTACT"};
    }
    return std::move(all.front());
}

}  // namespace

std::vector<MemberSummary> Vault::members(const std::string& case_name) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), case_name);
    std::vector<MemberSummary> members;
    for (const evidence::Member& member : evidence::list_members(state_->catalog(), case_id)) {
        members.push_back(summarize(*state_, case_id, member));
    }
    return members;
}

MemberSummary Vault::member(const std::string& case_name, const std::string& name) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), case_name);
    const bool is_present = !find_members(*state_, case_id, name, WhichMembers::kPresent).empty();
    const std::string member = resolve_member(
        *state_, case_id, name, is_present ? WhichMembers::kPresent : WhichMembers::kAll);
    return summarize(*state_, case_id, *evidence::find_member(state_->catalog(), case_id, member));
}

MemberSummary Vault::add_member(const MemberRequest& request) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), request.case_name);
    const exchange::Contact contact = exchange::resolve_contact(state_->catalog(), request.contact);
    const auto role = evidence::parse_role(request.role);
    if (!role || role == evidence::Role::kOwner) {
        throw Error{ErrorCode::kUsage,
                    "a member is a contributor, a reader or a depositor; a case has one owner"};
    }
    if (!contact.is_verified() && !request.unverified) {
        refuse_unverified(contact.card.name, "whoever carried it may have exchanged it");
    }
    evidence::require_team_for_member(state_->catalog(), case_id, *role);
    exchange::add_member(state_->store, state_->identity, case_id, contact.card, *role);
    return summarize(*state_, case_id,
                     *evidence::find_member(state_->catalog(), case_id, contact.card.fingerprint));
}

RemovalPlan Vault::check_removal(const RemovalRequest& request) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), request.case_name);
    exchange::Repeated repeated = exchange::check_removal(
        state_->catalog(), state_->identity, case_id,
        resolve_member(*state_, case_id, request.member, WhichMembers::kPresent),
        request.last_entry);
    return {std::move(repeated.refusals.sources), std::move(repeated.refusals.keep),
            std::move(repeated.restrictions.things),
            repeated.refusals.left_out + repeated.restrictions.left_out};
}

ExposureReport Vault::remove_member(const RemovalRequest& request) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), request.case_name);
    const std::string member =
        resolve_member(*state_, case_id, request.member, WhichMembers::kPresent);
    exchange::Exposure exposure = exchange::remove_member(
        state_->store, state_->identity, case_id, member, request.last_entry,
        request.drop_refusals ? exchange::RepeatRefusals::kNo : exchange::RepeatRefusals::kYes);
    std::vector<Finding> findings;
    if (exposure.damage) {
        findings.push_back(*std::move(exposure.damage));
    }
    return {
        summarize(*state_, case_id, *evidence::find_member(state_->catalog(), case_id, member)),
        exposure.items,
        exposure.entries,
        exposure.seen,
        exposure.last_seq,
        exposure.set_aside,
        exposure.epoch + 1,
        exchange::list_awaiting_keys(state_->catalog(), case_id, state_->identity.card.fingerprint),
        std::move(exposure.refusing),
        std::move(exposure.keep),
        std::move(exposure.restricted),
        exposure.left_out,
        std::move(findings)};
}

MemberSummary Vault::doubt_member(const DoubtRequest& request) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), request.case_name);
    const std::string member = resolve_member(*state_, case_id, request.member, WhichMembers::kAll);
    store::Transaction write{state_->catalog()};
    journal::doubt_author(write, case_id, member, state_->store.environment().clock);
    write.commit();
    return summarize(*state_, case_id, *evidence::find_member(state_->catalog(), case_id, member));
}

std::vector<InvitationSummary> Vault::invitations() {
    std::vector<InvitationSummary> all;
    for (const exchange::Invitation& invitation :
         exchange::list_invitations(state_->catalog(), state_->identity)) {
        if (!invitation.declined) {
            all.push_back(summarize(*state_, invitation));
        }
    }
    return all;
}

CaseSummary Vault::accept_case(const InvitationChoice& choice) {
    const exchange::Invitation invitation = choose(*state_, choice);
    const std::string& from = invitation.grant.from;
    if (!is_verified(*state_, from) && !choice.unverified) {
        refuse_unverified(exchange::load_contact(state_->catalog(), from).card.name,
                          "the case may be anybody's");
    }
    store::Transaction write{state_->catalog()};
    const std::string case_id = exchange::accept_invitation(write, state_->identity, invitation);
    write.commit();
    return evidence::summarize_case(state_->catalog(), case_id);
}

InvitationSummary Vault::decline_case(const InvitationChoice& choice) {
    const exchange::Invitation invitation = choose(*state_, choice);
    store::Transaction write{state_->catalog()};
    exchange::decline_invitation(write, invitation);
    write.commit();
    return summarize(*state_, invitation);
}

}  // namespace kua
