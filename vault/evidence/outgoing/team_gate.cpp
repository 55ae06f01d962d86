#include "vault/evidence/outgoing/team_gate.h"

#include <algorithm>
#include <set>

#include "vault/evidence/consent/consents.h"
#include "vault/evidence/item_id.h"
#include "vault/evidence/outgoing/ways_out.h"
#include "vault/evidence/pseudonym.h"
#include "vault/evidence/search/item_filter.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

// But for names, which no level gives to the team. What may not be kept may not be read, either.
AttributeSet no_to_team(const SourceConsent& consent, const ConsentSubject& subject) {
    const AttributeSet no =
        said_no(consent, subject, Purpose::kTeam) | said_no(consent, subject, Purpose::kKeep);
    return AttributeSet{no}.reset(index_of(Attribute::kName));
}

// Unless somebody else who gave it allows it.
bool refuses_item(Consents& consents, const std::string& source, const std::string& item) {
    const ConsentSubject subject = consents.subject(item);
    AttributeSet needed;
    const bool is_giver = std::ranges::any_of(
        subject.givers, [&source](const auto& giver) { return source_of_giver(giver) == source; });
    const bool is_shown = std::ranges::find(subject.shown, source) != subject.shown.end();
    if (is_giver) {
        needed |= needed_attributes(subject);
    }
    if (is_shown) {
        needed |= attributes_of_shown(subject);
    }
    if ((needed & no_to_team(consents.of_giver(source), subject)).none()) {
        return false;
    }
    if (is_shown || subject.givers.size() == 1) {
        return true;
    }
    const ConsentDecision decision = consents.decide({Purpose::kTeam, {}, {}}, item);
    return std::ranges::any_of(decision.refusals, [&subject](const Refusal& refusal) {
        return std::ranges::any_of(subject.givers, [&refusal](const std::string& giver) {
            return source_of_giver(giver) == refusal.source;
        });
    });
}

bool refuses_one_of(Consents& consents, const std::string& source,
                    const std::set<std::string>& items) {
    return std::ranges::any_of(
        items, [&](const std::string& item) { return refuses_item(consents, source, item); });
}

// Those of which a statement says no.
std::set<std::string> items_refused(const SourceConsent& consent) {
    const auto says_no = [](const ConsentStatement& statement, Purpose purpose) {
        return statement.is_answer &&
               (statement.covered.allowed(purpose) & ~statement.allowed.allowed(purpose)).any();
    };
    std::set<std::string> items;
    for (const ConsentStatement& statement : consent.statements) {
        if (says_no(statement, Purpose::kTeam) || says_no(statement, Purpose::kKeep)) {
            items.insert(statement.items.begin(), statement.items.end());
        }
    }
    return items;
}

// What somebody gave, or is to be seen in.
std::set<std::string> items_of_source(store::Connection& catalog, const std::string& case_id,
                                      const std::string& source) {
    ItemFilter filter;
    filter.source = source;
    std::set<std::string> items;
    {
        store::Rows rows = query_items(catalog, "item", case_id, filter, ItemOrder::kAny);
        while (rows.next()) {
            items.emplace(rows.text(0));
        }
    }
    store::Rows rows = catalog.query(
        "SELECT target FROM link WHERE case_id = ?1 AND subject = ?2 AND relation = 'appeared'",
        journal::blob_of(case_id), source);
    while (rows.next()) {
        if (is_item_id(rows.text(0))) {  // not an event
            items.emplace(rows.text(0));
        }
    }
    return items;
}

// To any of what is here: to content, to what one of theirs carries, or to one that they named.
bool refuses_what_is_here(store::Connection& catalog, const std::string& case_id,
                          Consents& consents, const std::string& source) {
    const SourceConsent& consent = consents.of_giver(source);
    const AttributeSet no = no_to_team(consent, {});
    return no.test(index_of(Attribute::kContent)) ||
           refuses_one_of(consents, source, items_refused(consent)) ||
           (no.any() &&
            refuses_one_of(consents, source, items_of_source(catalog, case_id, source)));
}

// A depositor adds and reads nothing.
bool reads(Role role) {
    return role != Role::kDepositor;
}

std::string in_words(const std::vector<std::string>& sources) {
    constexpr std::size_t kMostItemsNamed = 5;
    std::string words;
    for (std::size_t i = 0; i < std::min(sources.size(), kMostItemsNamed); ++i) {
        words.append(i == 0 ? "" : ", ").append(sources[i]);
    }
    return sources.size() > kMostItemsNamed
               ? words + " and " + std::to_string(sources.size() - kMostItemsNamed) + " more"
               : words;
}

[[noreturn]] void refuse_readers(const std::string& source, std::size_t others) {
    throw Error{ErrorCode::kRefused,
                source + " does not allow other members to read, and " + std::to_string(others) +
                    (others == 1 ? " other reads" : " others read") +
                    " this case; make a case of its own for it (kua case create), or ask again"
                    " and enter the answer: kua consent give"};
}

}  // namespace

std::vector<std::string> list_refusing_team(store::Connection& catalog,
                                            const std::string& case_id) {
    std::vector<std::string> sources;
    {
        store::Rows rows =
            catalog.query("SELECT DISTINCT source FROM consent WHERE case_id = ?1 ORDER BY source",
                          journal::blob_of(case_id));
        while (rows.next()) {
            if (is_pseudonym(rows.text(0))) {
                sources.emplace_back(rows.text(0));
            }
        }
    }
    Consents consents{catalog, case_id};
    std::erase_if(sources, [&](const std::string& source) {
        return !refuses_what_is_here(catalog, case_id, consents, source);
    });
    return sources;
}

bool refuses_team(store::Connection& catalog, const std::string& case_id,
                  const std::string& source) {
    Consents consents{catalog, case_id};
    if (!is_pseudonym(source)) {
        return false;
    }
    const SourceConsent& consent = consents.of_giver(source);
    return no_to_team(consent, {}).any() ||
           refuses_one_of(consents, source, items_refused(consent));
}

std::vector<std::string> list_readers(store::Connection& catalog, const std::string& case_id,
                                      const std::string& own) {
    std::vector<std::string> readers;
    for (const Member& member : list_members(catalog, case_id)) {
        if (member.removed == 0 && member.card.fingerprint != own && reads(member.role)) {
            readers.push_back(member.card.fingerprint);
        }
    }
    return readers;
}

void require_team_for_member(store::Connection& catalog, const std::string& case_id, Role role) {
    require_listed("member add", Asks::kTeam);
    if (!reads(role)) {
        return;
    }
    const std::vector<std::string> sources = list_refusing_team(catalog, case_id);
    if (!sources.empty()) {
        throw Error{ErrorCode::kRefused,
                    in_words(sources) + (sources.size() == 1 ? " does" : " do") +
                        " not allow other members to read, and a " + std::string{name_of(role)} +
                        " of this case reads all of it; make a case of its own for what others"
                        " may read, or ask again and enter the answer: kua consent give"};
    }
}

void require_team_for_item(std::string_view command, store::Connection& catalog,
                           const CaseKeys& keys, const std::string& own, const std::string& item) {
    require_listed(command, Asks::kTeam);
    const std::size_t others = keys.sealed() ? 0 : list_readers(catalog, keys.case_id, own).size();
    if (others == 0) {
        return;
    }
    Consents consents{catalog, keys.case_id};
    const ConsentSubject subject = consents.subject(item);
    // One giver of several may allow it, each who is to be seen has to.
    std::vector<std::string> sources = subject.shown;
    if (subject.givers.size() == 1) {
        sources.push_back(subject.givers.front());
    }
    for (const std::string& source : sources) {
        if (is_pseudonym(source) && no_to_team(consents.of_giver(source), subject).any()) {
            refuse_readers(source, others);
        }
    }
    for (const std::string& source : subject.givers) {
        if (is_pseudonym(source) && refuses_item(consents, source, item)) {
            refuse_readers(source, others);
        }
    }
}

void require_team_for_source(std::string_view command, store::Connection& catalog,
                             const CaseKeys& keys, const std::string& own,
                             const std::string& source) {
    require_listed(command, Asks::kTeam);
    if (keys.sealed() || !is_pseudonym(source)) {
        return;
    }
    const std::size_t others = list_readers(catalog, keys.case_id, own).size();
    if (others == 0) {
        return;
    }
    if (refuses_team(catalog, keys.case_id, source)) {
        refuse_readers(source, others);
    }
}

}  // namespace kua::evidence
