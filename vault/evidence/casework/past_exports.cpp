#include "vault/evidence/casework/past_exports.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "vault/evidence/items.h"
#include "vault/evidence/journal_view.h"

namespace kua::evidence {
namespace {

using journal::Entry;

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

bool comes_before(const Entry& entry, const EntryPlace& place) {
    return std::pair{entry.header.lamport, entry.header.author} <
           std::pair{place.lamport, place.author};
}

bool refuses_keeping(const SourceConsent& consent) {
    return std::ranges::any_of(consent.statements, [](const ConsentStatement& one) {
        return (one.covered.allowed(Purpose::kKeep) & ~one.allowed.allowed(Purpose::kKeep)).any();
    });
}

// One source, and what went out of theirs.
class PastOfGiver {
public:
    PastOfGiver(store::Connection& catalog, const std::string& case_id, const std::string& giver)
        : giver_(giver), consents_(catalog, case_id), consent_(said_by(giver)) {}

    // Nobody takes a copy of one's own back but by not allowing to keep it.
    bool may_concern(Purpose purpose) const {
        return purpose != Purpose::kKeep || refuses_keeping(consent_);
    }

    // What of it isn't allowed any more; nothing if it doesn't concern them at all, or nothing was
    // ever taken back of it.
    std::optional<AttributeSet> taken_back(const Entry& exported, Purpose purpose) {
        const std::string item = journal::fact_text(exported, "item");
        const ConsentSubject& subject = subject_of(item);
        const bool is_giver = std::ranges::find(subject.givers, giver_) != subject.givers.end();
        const bool is_shown = std::ranges::find(subject.shown, giver_) != subject.shown.end();
        if (!is_giver && !is_shown) {
            return std::nullopt;
        }
        const AttributeSet of_theirs =
            is_giver ? AttributeSet{}.set() : attributes_of_shown(subject);
        const AttributeSet named = named_after(exported, subject, purpose) & of_theirs;
        const ConsentQuestion question{purpose, journal::fact_text(exported, "to"), {}};
        AttributeSet refused;
        if (is_giver) {
            refused |= refused_as_giver(question, subject);
        }
        if (is_shown) {
            refused |= refused_as_shown(question, subject);
        }
        if (refused.any()) {
            return refused | (named & refused_of(consent_, subject, purpose));
        }
        return named.any() ? std::optional{refused} : std::nullopt;
    }

private:
    // Whose consent counts can't be told while two are called the same: nobody took anything back.
    SourceConsent said_by(const std::string& giver) {
        SourceConsent said = consents_.of_giver(giver);
        said.is_contested = false;
        return said;
    }

    const ConsentSubject& subject_of(const std::string& item) {
        const auto found = subjects_.find(item);
        return found != subjects_.end()
                   ? found->second
                   : subjects_.emplace(item, consents_.subject(item)).first->second;
    }

    // What was said no to by name since then. What may not be kept may not be used, either.
    AttributeSet named_after(const Entry& exported, const ConsentSubject& subject,
                             Purpose purpose) const {
        AttributeSet named;
        for (const ConsentStatement& one : consent_.statements) {
            const bool is_meant =
                one.items.empty() ||
                std::ranges::any_of(subject.lineage, [&one](const std::string& item) {
                    return std::ranges::find(one.items, item) != one.items.end();
                });
            if (!is_meant || !one.takes_back() || !comes_before(exported, one.place)) {
                continue;
            }
            for (const Purpose asked : {purpose, Purpose::kKeep}) {
                named |= one.covered.allowed(asked) & ~one.allowed.allowed(asked);
            }
        }
        return named;
    }

    // What is asked for and refused. An answer that allows it to others allows nothing of it here.
    static AttributeSet asked_in_vain(const ConsentDecision& decision, const AttributeSet& needed) {
        AttributeSet refused;
        for (const Refusal& refusal : decision.refusals) {
            if (refusal.ground == Ground::kConsent) {
                refused |= refusal.attributes.any() ? refusal.attributes : needed;
            }
        }
        return refused;
    }

    // Somebody else who gave the same bytes may allow it still.
    AttributeSet refused_as_giver(const ConsentQuestion& question, const ConsentSubject& subject) {
        ConsentSubject given = subject;
        given.shown.clear();
        SourceConsents said;
        for (const std::string& giver : given.givers) {
            said.emplace(giver, said_by(giver));
        }
        const AttributeSet needed = needed_attributes(given);
        if (asked_in_vain(decide(question, given, said), needed).none()) {
            return {};
        }
        given.givers = {giver_};
        return asked_in_vain(decide(question, given, said), needed);
    }

    AttributeSet refused_as_shown(const ConsentQuestion& question, const ConsentSubject& subject) {
        ConsentSubject seen = subject;
        seen.givers = {"public"};
        seen.shown = {giver_};
        return asked_in_vain(decide(question, seen, {{giver_, consent_}}),
                             attributes_of_shown(subject));
    }

    const std::string& giver_;
    Consents consents_;
    SourceConsent consent_;
    std::map<std::string, ConsentSubject> subjects_;  // by item: many went out more than once
};

}  // namespace

std::vector<PastExport> list_past_exports(store::Connection& catalog, const std::string& case_id,
                                          const std::string& giver) {
    std::vector<PastExport> exports;
    PastOfGiver past{catalog, case_id, giver};
    for (const Entry& entry : ways_out(catalog, case_id)) {
        const auto purpose = parse_purpose(journal::fact_text(entry, "purpose"));
        if (!purpose || !past.may_concern(*purpose)) {
            continue;
        }
        const std::optional<AttributeSet> taken = past.taken_back(entry, *purpose);
        if (!taken) {
            continue;
        }
        const std::string item = journal::fact_text(entry, "item");
        const bool is_by_hand = entry.header.type == "custody.handed_over";
        PastExport one{item,
                       shorten_item(catalog, case_id, item),
                       entry.header.time,
                       journal::fact_text(entry, "to"),
                       std::string{name_of(*purpose)},
                       entry.header.author,
                       is_by_hand,
                       !is_by_hand && journal::fact_text(entry, "method") == "original",
                       {}};
        for (const Attribute attribute : kAllAttributes) {
            if (taken->test(index_of(attribute))) {
                one.taken_back.emplace_back(name_of(attribute));
            }
        }
        exports.push_back(std::move(one));
    }
    return exports;
}

}  // namespace kua::evidence
