#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "vault/base/hex.h"
#include "vault/evidence/casework/consent_entries.h"
#include "vault/evidence/casework/sources.h"
#include "vault/evidence/consent/consents.h"
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

bool comes_before(const Entry& entry, const EntryPlace& place) {
    return std::pair{entry.header.lamport, entry.header.author} <
           std::pair{place.lamport, place.author};
}

// What a withdrawal says anything about, of the item or of what it is made from.
bool takes_back(const ConsentStatement& statement, const ConsentSubject& subject, Purpose purpose,
                Attribute attribute) {
    return statement.is_withdrawal &&
           std::any_of(
               subject.lineage.begin(), subject.lineage.end(),
               [&](const std::string& item) { return statement.covers(item, purpose, attribute); });
}

// Whether a withdrawal that came later takes back what that export was made for.
bool was_withdrawn(const SourceConsent& consent, const ConsentSubject& subject,
                   const Entry& exported, Purpose purpose) {
    return std::any_of(
        consent.statements.begin(), consent.statements.end(), [&](const ConsentStatement& one) {
            return comes_before(exported, one.place) &&
                   std::any_of(kAllAttributes.begin(), kAllAttributes.end(),
                               [&](Attribute attribute) {
                                   return takes_back(one, subject, purpose, attribute);
                               });
        });
}

// What of that isn't allowed now, as the gate would say it. Whoever made the export knew of no such
// refusal, or the gate had refused it: so it doesn't matter in which order they were entered.
std::vector<std::string> taken_back(const SourceConsent& consent, const ConsentSubject& subject,
                                    Purpose purpose) {
    const AttributeSet refused = refused_of(consent, subject, purpose);
    std::vector<std::string> names;
    for (const Attribute attribute : kAllAttributes) {
        if (refused.test(index_of(attribute)) &&
            std::any_of(consent.statements.begin(), consent.statements.end(),
                        [&](const ConsentStatement& one) {
                            return takes_back(one, subject, purpose, attribute);
                        })) {
            names.emplace_back(name_of(attribute));
        }
    }
    return names;
}

// All that went out, in order: as files, and in other hands.
std::vector<Entry> ways_out(store::Connection& catalog, const std::string& case_id) {
    std::vector<Entry> all = entries_of_type(catalog, case_id, "custody.exported");
    for (Entry& entry : entries_of_type(catalog, case_id, "custody.handed_over")) {
        all.push_back(std::move(entry));
    }
    std::stable_sort(all.begin(), all.end(), [](const Entry& one, const Entry& other) {
        return std::tie(one.header.lamport, one.header.author, one.header.seq) <
               std::tie(other.header.lamport, other.header.author, other.header.seq);
    });
    return all;
}

// For which something was taken back, of whatever items: what went out for others isn't looked at.
PurposeSet purposes_taken_back(const SourceConsent& consent) {
    PurposeSet purposes;
    for (const ConsentStatement& one : consent.statements) {
        for (const Purpose purpose : kAllPurposes) {
            if (one.is_withdrawal && one.covered.allowed(purpose).any()) {
                purposes.set(index_of(purpose));
            }
        }
    }
    return purposes;
}

std::vector<PastExport> exports_of(store::Connection& catalog, const std::string& case_id,
                                   const std::string& giver, const SourceConsent& consent) {
    std::vector<PastExport> exports;
    Consents consents{catalog, case_id};
    const PurposeSet taken_for = purposes_taken_back(consent);
    for (const Entry& entry : ways_out(catalog, case_id)) {
        const auto purpose = parse_purpose(journal::fact_text(entry, "purpose"));
        if (!purpose || !taken_for.test(index_of(*purpose))) {
            continue;
        }
        const std::string item = journal::fact_text(entry, "item");
        const ConsentSubject subject = consents.subject(item);
        const bool is_giver =
            std::find(subject.givers.begin(), subject.givers.end(), giver) != subject.givers.end();
        if (!is_giver) {
            continue;
        }
        PastExport past{item,
                        shorten_item(catalog, case_id, item),
                        entry.header.time,
                        journal::fact_text(entry, "to"),
                        std::string{name_of(*purpose)},
                        entry.header.author,
                        entry.header.type == "custody.handed_over",
                        false,
                        {}};
        past.as_original = !past.handed_over && journal::fact_text(entry, "method") == "original";
        // Somebody else who gave the same bytes may allow it still.
        if (consents.decide({*purpose, past.to, {}}, item).outcome == ConsentOutcome::kRefuse) {
            past.taken_back = taken_back(consent, subject, *purpose);
        }
        if (!past.taken_back.empty() || was_withdrawn(consent, subject, entry, *purpose)) {
            exports.push_back(std::move(past));
        }
    }
    return exports;
}

// Who is known to have the newest withdrawal.
void read_told(store::Connection& catalog, const std::string& case_id, const EntryPlace& withdrawal,
               ConsentOverview& overview) {
    for (const Member& member : list_members(catalog, case_id)) {
        const std::string& who = member.card.fingerprint;
        if (member.removed != 0 || who == withdrawal.author) {
            continue;
        }
        const bool knows =
            !journal::is_stopped(catalog, case_id, who) &&
            journal::known_seen(catalog, case_id, who, withdrawal.author) >= withdrawal.seq;
        (knows ? overview.told : overview.untold).push_back(who);
    }
}

}  // namespace

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
    for (const Entry& entry : entries_of_item(catalog, case_id, source)) {
        const bool is_meant = source != "self" || entry.header.author == own;
        if (is_meant && entry.header.type.starts_with("consent.")) {
            overview.history.push_back(to_custody_event(entry));
        }
    }
    const auto newest = std::find_if(consent.statements.rbegin(), consent.statements.rend(),
                                     [](const ConsentStatement& one) { return one.is_withdrawal; });
    if (newest != consent.statements.rend()) {
        overview.exports = exports_of(catalog, case_id, giver, consent);
        read_told(catalog, case_id, newest->place, overview);
    }
    if (refuses_team(catalog, case_id, source)) {
        overview.readers = list_readers(catalog, case_id, own);
    }
    return overview;
}

}  // namespace kua::evidence
