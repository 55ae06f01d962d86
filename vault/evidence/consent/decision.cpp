#include "vault/evidence/consent/decision.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "vault/evidence/consent/cell_answer.h"

namespace kua::evidence {
namespace {

// Those of whom consent isn't asked, and those who can't be asked.
constexpr std::string_view kPublicSource = "public";

AttributeSet usual_attributes(std::string_view kind) {
    using enum Attribute;
    if (kind == "photo") {
        return set_of({kContent, kTime, kPlace, kFace});
    }
    if (kind == "video") {
        return set_of({kContent, kTime, kPlace, kFace, kVoice});
    }
    if (kind == "audio") {
        return set_of({kContent, kTime, kVoice});
    }
    if (kind == "document") {
        return set_of({kContent, kTime, kName});
    }
    if (kind == "text" || kind == "testimony") {
        return set_of({kContent, kTime});
    }
    return AttributeSet{}.set();
}

// `also`: what it carries as another item.
AttributeSet needed_of(const ConsentSubject& subject, const AttributeSet& also) {
    AttributeSet needed = usual_attributes(subject.kind) & ~subject.removed;
    if (subject.has_unread_carries) {
        needed.set();
    } else if (subject.carries) {
        needed = *subject.carries;
    }
    needed |= also;
    needed.set(index_of(Attribute::kContent));  // whatever else it doesn't show
    if (subject.place_is_private && needed.test(index_of(Attribute::kPlace))) {
        needed.set(index_of(Attribute::kName));
    }
    return needed;
}

bool leaves_the_team(Purpose purpose) {
    return purpose != Purpose::kKeep && purpose != Purpose::kTeam;
}

bool is_for_strangers(Purpose purpose) {
    return purpose == Purpose::kPartner || purpose == Purpose::kPublish;
}

// Of a child, whatever was ticked.
bool is_kept_from_strangers(const SourceConsent& consent, Purpose purpose, Attribute attribute) {
    const bool identifies = attribute == Attribute::kVoice || attribute == Attribute::kFace ||
                            attribute == Attribute::kName;
    return consent.is_under_18 && identifies && is_for_strangers(purpose);
}

bool may_be_kept(const SourceConsent* consent, const ConsentSubject& subject, Attribute attribute) {
    return CellAnswer{consent, subject, Purpose::kKeep, attribute}.allows();
}

// What one source says to the question.
class SourceAnswer {
public:
    SourceAnswer(std::string source, const ConsentQuestion& question)
        : source_(std::move(source)), question_(question) {}

    void ask(const ConsentSubject& subject, const SourceConsents& consents,
             const AttributeSet& needed) {
        if (source_ == kPublicSource) {
            return;
        }
        const auto found = consents.find(source_);
        const SourceConsent* consent = found == consents.end() ? nullptr : &found->second;
        if (consent != nullptr && consent->is_contested && leaves_the_team(question_.purpose)) {
            is_contested_ = true;
            return;
        }
        for (const Attribute attribute : kAllAttributes) {
            if (needed.test(index_of(attribute))) {
                ask_cell(subject, consent, attribute);
            }
        }
    }

    bool refuses() const {
        return refused_.any() || unasked_.any() || kept_.any() || unkept_.any() || is_for_others_ ||
               is_contested_;
    }
    AttributeSet refused() const { return refused_ | unasked_; }

    // `why_asked`: why all that is asked for, as why_needed() says it.
    std::vector<Refusal> refusals(const std::string& why_asked) const {
        std::vector<Refusal> all;
        const std::string purpose{name_of(question_.purpose)};
        const std::string source = source_of_giver(source_);
        const std::string who = source == "self" ? "whoever made it" : source;
        if (refused_.any()) {
            all.push_back({Ground::kConsent, source, refused_,
                           who + " does not allow " + words_of(refused_) + " for " + purpose +
                               (unasked_.any() ? "" : why_asked)});
        }
        if (unasked_.any()) {
            all.push_back({Ground::kConsent, source, unasked_,
                           (source == "unknown" ? "its source is unknown, so nobody allowed "
                                                : who + " has not been asked yet about ") +
                               words_of(unasked_) + " for " + purpose + why_asked});
        }
        if (kept_.any()) {
            all.push_back({Ground::kConsent, source, kept_,
                           source + " is under 18: " + words_of(kept_) + " never goes out for " +
                               purpose + ", whatever was allowed"});
        }
        if (unkept_.any()) {
            all.push_back({Ground::kConsent, source, unkept_,
                           who + " does not allow " + words_of(unkept_) +
                               " for keep, so it goes out for nothing else"});
        }
        if (is_contested_) {
            all.push_back({Ground::kConsent,
                           source,
                           {},
                           source + " was given to two people apart, so nobody can tell whose"
                                    " consent counts; give one of them another pseudonym"});
        }
        if (is_for_others_) {
            all.push_back(
                {Ground::kConsent,
                 source,
                 {},
                 who + " allows " + purpose + " to others than " +
                     (question_.recipient.empty() ? "one who isn't named" : "this recipient")});
        }
        return all;
    }

    const std::vector<ConsentCondition>& conditions() const { return conditions_; }
    const std::vector<EntryPlace>& basis() const { return basis_; }

private:
    void ask_cell(const ConsentSubject& subject, const SourceConsent* consent,
                  Attribute attribute) {
        const CellAnswer answer{consent, subject, question_.purpose, attribute};
        if (question_.purpose != Purpose::kKeep && !may_be_kept(consent, subject, attribute)) {
            unkept_.set(index_of(attribute));
            return;
        }
        if (consent != nullptr && is_kept_from_strangers(*consent, question_.purpose, attribute)) {
            kept_.set(index_of(attribute));
            return;
        }
        if (!answer.allows()) {
            const bool is_unasked = source_ == "unknown" || answer.is_unasked();
            (is_unasked ? unasked_ : refused_).set(index_of(attribute));
            return;
        }
        for (const ConsentStatement* statement : answer.standing()) {
            rely_on(*statement);
        }
    }

    void rely_on(const ConsentStatement& statement) {
        const bool is_known =
            std::any_of(basis_.begin(), basis_.end(), [&statement](const EntryPlace& place) {
                return place.author == statement.place.author && place.seq == statement.place.seq;
            });
        if (is_known) {
            return;
        }
        basis_.push_back(statement.place);
        const auto& allowed = statement.recipients;
        if (question_.purpose == Purpose::kKeep) {
            return;  // a copy of one's own
        }
        if (!allowed.empty() &&
            std::find(allowed.begin(), allowed.end(), question_.recipient) == allowed.end()) {
            is_for_others_ = true;
        }
        add_condition("", statement.conditions);
        add_condition("not before ", statement.not_before);
        add_condition("until ", statement.expires);
    }

    void add_condition(const std::string& word, const std::string& text) {
        if (!text.empty()) {
            conditions_.push_back({source_of_giver(source_), word + text});
        }
    }

    std::string source_;
    const ConsentQuestion& question_;
    AttributeSet refused_;
    AttributeSet unasked_;
    AttributeSet kept_;    // of somebody under 18
    AttributeSet unkept_;  // refused even for keep
    bool is_for_others_ = false;
    bool is_contested_ = false;
    std::vector<ConsentCondition> conditions_;
    std::vector<EntryPlace> basis_;
};

// Why what is refused is asked for at all, where that isn't plain; begins with "; ".
std::string why_needed(const ConsentSubject& subject, const AttributeSet& refused) {
    std::string why;
    const bool is_name_said = subject.carries && subject.carries->test(index_of(Attribute::kName));
    if (subject.has_unread_carries) {
        why += "; it shows more than this kua can read, so all is asked for";
    } else if ((refused & subject.inherited & ~needed_of(subject, subject.also_carries)).any()) {
        why +=
            "; what it was made from shows that, and nobody has said what it shows itself: kua"
            " describe ITEM --carries content,...";
    } else if ((refused & ~needed_of(subject, {})).any()) {
        why += "; the same bytes are here as another item, of which that was said";
    } else if (!subject.carries && !refused.test(index_of(Attribute::kContent))) {
        why +=
            "; nobody has said what it shows, so it may show that: kua describe ITEM --carries"
            " content,...";
    } else if (refused.test(index_of(Attribute::kName)) && subject.place_is_private &&
               !is_name_said) {
        why += "; the place it shows is private, so it tells who it is of (place_is_private)";
    } else if (refused.test(index_of(Attribute::kName)) && !subject.telling_fact.empty()) {
        why += "; the text says " + subject.telling_fact + ", which may tell who that is";
    }
    return why;
}

std::vector<Refusal> other_refusals(const ConsentQuestion& question,
                                    const ConsentSubject& subject) {
    std::vector<Refusal> all;
    if (is_for_strangers(question.purpose) && may_show_others(subject)) {
        all.push_back({Ground::kThirdParty,
                       "",
                       {},
                       subject.third_parties == "identifiable"
                           ? "other people can be recognised in it"
                           : "nobody has looked whether other people can be recognised in it: kua"
                             " describe ITEM --third-parties WORD"});
    }
    if (subject.is_lineage_cut && question.purpose != Purpose::kKeep) {
        all.push_back({Ground::kHold,
                       "",
                       {},
                       "it is a copy of copies, of more than kua follows or of itself, so nobody"
                       " knows whose consent it needs: only for keep"});
    }
    if (!subject.hold.empty() && subject.hold != "none" && leaves_the_team(question.purpose)) {
        all.push_back(
            {Ground::kHold, "", {}, "on hold (" + subject.hold + "): only for keep and team"});
    }
    return all;
}

void rely_on(ConsentDecision& decision, const SourceAnswer& answer) {
    decision.conditions.insert(decision.conditions.end(), answer.conditions().begin(),
                               answer.conditions().end());
    decision.basis.insert(decision.basis.end(), answer.basis().begin(), answer.basis().end());
}

// One giver who allows is enough; of those who refuse, the first one's reasons are told.
void ask_givers(ConsentDecision& decision, const ConsentQuestion& question,
                const ConsentSubject& subject, const SourceConsents& consents) {
    std::vector<Refusal> first;
    std::optional<SourceAnswer> best;  // with the fewest conditions to be confirmed
    const std::vector<std::string> givers =
        subject.givers.empty() ? std::vector<std::string>{"unknown"} : subject.givers;
    const bool is_of_somebody = std::any_of(givers.begin(), givers.end(), [](const auto& giver) {
        return giver != kPublicSource && giver != "unknown";
    });
    for (const std::string& giver : givers) {
        if (is_of_somebody && (giver == kPublicSource || giver == "unknown")) {
            continue;  // that it came in again takes nothing from whoever is known to have given it
        }
        SourceAnswer answer{giver, question};
        answer.ask(subject, consents, needed_attributes(subject));
        if (answer.refuses()) {
            if (first.empty()) {
                first = answer.refusals(why_needed(subject, answer.refused()));
            }
        } else if (!best || answer.conditions().size() < best->conditions().size()) {
            decision.giver = giver;
            best.emplace(std::move(answer));
        }
    }
    if (best) {
        rely_on(decision, *best);
    } else {
        decision.refusals = std::move(first);
    }
}

void ask_shown(ConsentDecision& decision, const ConsentQuestion& question,
               const ConsentSubject& subject, const SourceConsents& consents) {
    const AttributeSet needed = attributes_of_shown(subject);
    for (const std::string& source : subject.shown) {
        SourceAnswer answer{source, question};
        answer.ask(subject, consents, needed);
        const std::vector<Refusal> refusals = answer.refusals("");
        decision.refusals.insert(decision.refusals.end(), refusals.begin(), refusals.end());
        rely_on(decision, answer);
    }
}

}  // namespace

bool allows_cell(const SourceConsent& consent, const ConsentSubject& subject, Purpose purpose,
                 Attribute attribute) {
    return may_be_kept(&consent, subject, attribute) &&
           CellAnswer{&consent, subject, purpose, attribute}.allows();
}

AttributeSet refused_of(const SourceConsent& consent, const ConsentSubject& subject,
                        Purpose purpose) {
    AttributeSet refused;
    for (const Attribute attribute : kAllAttributes) {
        refused.set(index_of(attribute), !allows_cell(consent, subject, purpose, attribute));
    }
    return refused;
}

bool may_show_others(const ConsentSubject& subject) {
    const std::string& others = subject.third_parties;
    if (others.empty()) {
        return subject.kind == "photo" || subject.kind == "video";
    }
    return others != "none" && others != "not_identifiable";
}

AttributeSet needed_attributes(const ConsentSubject& subject) {
    return needed_of(subject, subject.also_carries | subject.inherited);
}

AttributeSet attributes_of_shown(const ConsentSubject& subject) {
    AttributeSet needed = set_of({Attribute::kContent, Attribute::kFace});
    needed.set(index_of(Attribute::kVoice), subject.kind == "video");
    return needed & ~subject.removed;
}

AttributeSet said_no(const SourceConsent& consent, const ConsentSubject& subject, Purpose purpose) {
    AttributeSet no;
    for (const Attribute attribute : kAllAttributes) {
        const CellAnswer answer{&consent, subject, purpose, attribute};
        no.set(index_of(attribute), answer.is_refused());
    }
    return no;
}

ConsentGrid standing_grid(const SourceConsent& consent) {
    const ConsentSubject any;
    ConsentGrid grid;
    for (const Purpose purpose : kAllPurposes) {
        AttributeSet allowed;
        for (const Attribute attribute : kAllAttributes) {
            const bool is_kept = is_kept_from_strangers(consent, purpose, attribute) ||
                                 (consent.is_contested && leaves_the_team(purpose));
            const CellAnswer answer{&consent, any, purpose, attribute};
            allowed.set(index_of(attribute),
                        !is_kept && may_be_kept(&consent, any, attribute) && answer.allows());
        }
        grid.allow(purpose, allowed);
    }
    return grid;
}

std::vector<std::string> standing_terms(const SourceConsent& consent, Purpose purpose) {
    const ConsentSubject any;
    std::vector<std::string> terms;
    const auto add = [&terms](const std::string& term) {
        if (std::find(terms.begin(), terms.end(), term) == terms.end()) {
            terms.push_back(term);
        }
    };
    for (const Attribute attribute : kAllAttributes) {
        const CellAnswer answer{&consent, any, purpose, attribute};
        if (purpose == Purpose::kKeep || !answer.allows()) {
            continue;
        }
        for (const ConsentStatement* statement : answer.standing()) {
            for (const std::string& recipient : statement->recipients) {
                add("only to " + recipient);
            }
            for (const auto& [before, text] : {std::pair{"not before ", statement->not_before},
                                               {"until ", statement->expires},
                                               {"asks: ", statement->conditions}}) {
                if (!text.empty()) {
                    add(before + text);
                }
            }
        }
    }
    return terms;
}

ConsentDecision decide(const ConsentQuestion& question, const ConsentSubject& subject,
                       const SourceConsents& consents) {
    ConsentDecision decision;
    ask_givers(decision, question, subject, consents);
    ask_shown(decision, question, subject, consents);
    const std::vector<Refusal> others = other_refusals(question, subject);
    decision.refusals.insert(decision.refusals.end(), others.begin(), others.end());
    if (!decision.refusals.empty()) {
        decision.outcome = ConsentOutcome::kRefuse;
        decision.giver.clear();
    } else if (!decision.conditions.empty() && question.condition_met.empty()) {
        decision.outcome = ConsentOutcome::kAsk;
    } else {
        decision.outcome = ConsentOutcome::kAllow;
    }
    return decision;
}

}  // namespace kua::evidence
