#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "vault/base/hex.h"
#include "vault/evidence/casework/consent_entries.h"
#include "vault/evidence/casework/past_exports.h"
#include "vault/evidence/casework/sources.h"
#include "vault/evidence/consent/consents.h"
#include "vault/evidence/consent/taken_back.h"
#include "vault/evidence/items.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/members.h"
#include "vault/evidence/outgoing/team_gate.h"
#include "vault/evidence/pseudonym.h"
#include "vault/journal/going_on.h"
#include "vault/journal/ids.h"
#include "vault/journal/known_seen.h"

namespace kua::evidence {
namespace {

using journal::Entry;

AllowedByPurpose allowed_now(const SourceConsent& consent) {
    const ConsentGrid grid = standing_grid(consent);
    AllowedByPurpose allowed;
    for (const Purpose purpose : kAllPurposes) {
        for (const Attribute attribute : kAllAttributes) {
            if (grid.allows(purpose, attribute)) {
                allowed[std::string{name_of(purpose)}].emplace_back(name_of(attribute));
            }
        }
    }
    return allowed;
}

// By the newest statement, an old answer that was entered late.
std::vector<std::string> staying_taken_back(const SourceConsent& consent) {
    return consent.statements.empty() || !consent.statements.back().said_s
               ? std::vector<std::string>{}
               : purpose_names(against_what_is_taken_back(consent, consent.statements.back()));
}

bool is_earlier(const EntryPlace& one, const EntryPlace& other) {
    return std::pair{one.lamport, one.author} < std::pair{other.lamport, other.author};
}

// The newest entry by which something may not go out any more that did: a withdrawal, or whatever
// else was said last, if something of what is out would be refused now.
std::optional<EntryPlace> newest_refusal(store::Connection& catalog, const std::string& case_id,
                                         const std::string& source, const SourceConsent& consent,
                                         const std::vector<PastExport>& exports) {
    const bool is_any_refused = std::ranges::any_of(
        exports, [](const PastExport& past) { return !past.taken_back.empty(); });
    const auto newest = std::find_if(consent.statements.rbegin(), consent.statements.rend(),
                                     [is_any_refused](const ConsentStatement& one) {
                                         return is_any_refused || one.takes_back();
                                     });
    std::optional<EntryPlace> place;
    if (newest != consent.statements.rend()) {
        place = newest->place;
    }
    if (is_any_refused && consent.is_under_18) {
        for (const Entry& entry : describing_entries(catalog, case_id, source, kSourceKind)) {
            const EntryPlace said{entry.header.lamport, entry.header.author, entry.header.seq, {}};
            if (journal::find_fact(entry, "age_group") != nullptr &&
                (!place || is_earlier(*place, said))) {
                place = said;
            }
        }
    }
    return place;
}

// Who is known to have it.
void read_told(store::Connection& catalog, const std::string& case_id, const EntryPlace& refusal,
               ConsentOverview& overview) {
    for (const Member& member : list_members(catalog, case_id)) {
        const std::string& who = member.card.fingerprint;
        if (member.removed != 0 || who == refusal.author) {
            continue;
        }
        const bool knows =
            !journal::is_stopped(catalog, case_id, who) &&
            journal::known_seen(catalog, case_id, who, refusal.author) >= refusal.seq;
        (knows ? overview.told : overview.untold).push_back(who);
    }
}

}  // namespace

TakenBackNames names_taken_back(store::Connection& catalog, const std::string& case_id,
                                const std::string& own, const std::string& source) {
    Consents consents{catalog, case_id};
    const TakenBack taken = taken_back_by(consents.of_giver(name_of_giver(source, own)));
    TakenBackNames names{purpose_names(taken.purposes), {}};
    for (const std::string& item : taken.items) {
        names.items.push_back(shorten_item(catalog, case_id, item));
    }
    return names;
}

bool may_be_outdated(store::Connection& catalog, const std::string& case_id, const std::string& own,
                     const journal::EntryDraft& consent) {
    base::Json facts = base::Json::object();
    for (const journal::Fact& fact : consent.facts) {
        facts[fact.name] = fact.value;
    }
    const auto statement = read_statement(consent.type, facts, {});
    if (!statement || facts.contains("given")) {
        return false;
    }
    Consents consents{catalog, case_id};
    return against_what_is_taken_back(consents.of_giver(name_of_giver(statement->source, own)),
                                      *statement)
        .any();
}

ConsentOverview view_consent(store::Connection& catalog, const std::string& case_id,
                             const std::string& own, const std::string& source) {
    ConsentOverview overview;
    if (is_pseudonym(source)) {
        overview.source = load_source(catalog, case_id, source);
    } else if (source == "self" || source == "unknown") {
        overview.source.pseudonym = source;
    } else {
        throw Error{ErrorCode::kNotFound,
                    "no such source in case " + case_id.substr(0, 8) + ": kua source list"};
    }
    Consents consents{catalog, case_id};
    const std::string giver = name_of_giver(source, own);
    const SourceConsent& consent = consents.of_giver(giver);
    overview.allowed = allowed_now(consent);
    for (const Purpose purpose : kAllPurposes) {
        std::string name{name_of(purpose)};
        if (auto terms = standing_terms(consent, purpose);
            !terms.empty() && overview.allowed.contains(name)) {
            overview.terms.emplace(std::move(name), std::move(terms));
        }
    }
    overview.stays_taken_back = staying_taken_back(consent);
    for (const Entry& entry : entries_of_item(catalog, case_id, source)) {
        const bool is_meant = source != "self" || entry.header.author == own;
        if (is_meant && entry.header.type.starts_with("consent.")) {
            overview.history.push_back(to_custody_event(entry));
        }
    }
    overview.exports = list_past_exports(catalog, case_id, giver);
    if (const auto refusal = newest_refusal(catalog, case_id, source, consent, overview.exports)) {
        read_told(catalog, case_id, *refusal, overview);
    }
    if (refuses_team(catalog, case_id, source)) {
        overview.readers = list_readers(catalog, case_id, own);
    }
    return overview;
}

}  // namespace kua::evidence
