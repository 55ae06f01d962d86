// Whether an item may leave the vault for a purpose: a pure function of what the journals here say,
// never of the clock. Source: docs/consent.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vault/evidence/consent/statement.h"

namespace kua::evidence {

// How one item came in, once for each arrival, and what is to be protected in it.
struct ConsentSubject {
    std::string item;  // full id
    // The item itself, what it is derived from, and items of the same bytes as any of these. Empty:
    // whatever no statement names.
    std::vector<std::string> lineage;
    bool is_lineage_cut =
        false;  // there is more of it than is followed, or it leads back to itself
    std::vector<std::string> givers;  // sources of its arrivals, each once, oldest first
    std::vector<std::string> shown;   // pseudonyms linked as `appeared`
    std::string kind;
    std::optional<AttributeSet> carries;  // nothing: nobody has looked yet
    bool has_unread_carries = false;      // it says something that this kua doesn't know
    AttributeSet also_carries;            // said of the same bytes where they are another item
    AttributeSet removed;                 // of a derivative: what it was made without
    AttributeSet inherited;  // likewise: what its original carries, unless somebody looked at it
    bool place_is_private = false;
    // Of a testimony: the fact at its front that tells who the source is; empty: none does.
    std::string telling_fact;
    std::string third_parties;  // empty: nothing was said
    std::string hold;           // empty or none: it isn't
};

struct SourceConsent {
    bool is_under_18 = false;
    // Two people who were apart gave this pseudonym: nobody can tell whose consent it is.
    bool is_contested = false;
    std::vector<ConsentStatement> statements;  // in any order
};
using SourceConsents = std::map<std::string, SourceConsent>;  // by pseudonym

struct ConsentQuestion {
    Purpose purpose = Purpose::kKeep;
    std::string recipient;  // empty: nobody is named
    // What a person says to have seen to, which then stands in the journal; empty: nobody was
    // asked.
    std::string condition_met;
};

enum class Ground : std::uint8_t { kConsent, kThirdParty, kHold };  // in this order of precedence

// Why not; the first that fits is what is counted.
struct Refusal {
    Ground ground = Ground::kConsent;
    std::string source;       // pseudonym; empty for the others
    AttributeSet attributes;  // that the source doesn't allow for the purpose
    std::string reason;       // for people, without names of items or places
};

// What a person has to confirm, in the source's words.
struct ConsentCondition {
    std::string source;
    std::string text;
};

enum class ConsentOutcome : std::uint8_t {
    kAllow,
    kAsk,  // if a person says that the conditions hold
    kRefuse,
};

struct ConsentDecision {
    ConsentOutcome outcome = ConsentOutcome::kRefuse;
    std::vector<Refusal> refusals;
    std::vector<ConsentCondition> conditions;  // all that bear on it, confirmed or not
    std::vector<EntryPlace> basis;             // the entries relied on, each once
    std::string giver;                         // under whose consent, if allowed
};

// What has to be allowed for an item to go out: content, and what it `carries`; while nobody has
// looked, all that a thing of its kind may show but for what a derivative was made without.
AttributeSet needed_attributes(const ConsentSubject& subject);

// Whether others may be recognised in it: so it is said, or nobody said that they can't be.
[[nodiscard]] bool may_show_others(const ConsentSubject& subject);

// What the source allows of items that no statement names.
ConsentGrid standing_grid(const SourceConsent& consent);

// The same of a source who is to be seen in it: content and face, in a video also voice.
AttributeSet attributes_of_shown(const ConsentSubject& subject);

// What the source said no to: refused by a statement that stands for this item. Who wasn't asked
// said nothing. A subject of no item asks for what no statement names.
AttributeSet said_no(const SourceConsent& consent, const ConsentSubject& subject, Purpose purpose);

// What people have to see to when it goes out for that purpose, of items that no statement names:
// to whom it may go ("only to N"), from when and until when, and what the source asked for. Each
// once.
std::vector<std::string> standing_terms(const SourceConsent& consent, Purpose purpose);

// Whether the source allows it of this item, and to keep it.
[[nodiscard]] bool allows_cell(const SourceConsent& consent, const ConsentSubject& subject,
                               Purpose purpose, Attribute attribute);

// What the source does not allow of this item for that purpose, whether it is asked for or not.
AttributeSet refused_of(const SourceConsent& consent, const ConsentSubject& subject,
                        Purpose purpose);

ConsentDecision decide(const ConsentQuestion& question, const ConsentSubject& subject,
                       const SourceConsents& consents);

}  // namespace kua::evidence
