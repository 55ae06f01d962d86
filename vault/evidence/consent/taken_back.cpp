#include "vault/evidence/consent/taken_back.h"

#include <algorithm>
#include <set>

#include "vault/evidence/consent/cell_answer.h"

namespace kua::evidence {
namespace {

ConsentSubject one_item(const std::string& item) {
    ConsentSubject subject;
    subject.lineage = {item};
    return subject;
}

AttributeSet standing_no(const SourceConsent& consent, const ConsentSubject& subject,
                         Purpose purpose) {
    AttributeSet no;
    for (const Attribute attribute : kAllAttributes) {
        const CellAnswer answer{&consent, subject, purpose, attribute};
        no.set(index_of(attribute),
               std::ranges::any_of(answer.standing(), [](const ConsentStatement* statement) {
                   return statement->takes_back();
               }));
    }
    return no;
}

PurposeSet purposes_of_no(const SourceConsent& consent, const ConsentSubject& subject) {
    PurposeSet purposes;
    for (const Purpose purpose : kAllPurposes) {
        purposes.set(index_of(purpose), standing_no(consent, subject, purpose).any());
    }
    return purposes;
}

}  // namespace

TakenBack taken_back_by(const SourceConsent& consent) {
    TakenBack taken;
    taken.purposes = purposes_of_no(consent, {});
    std::set<std::string> named;
    for (const ConsentStatement& one : consent.statements) {
        if (one.takes_back()) {
            named.insert(one.items.begin(), one.items.end());
        }
    }
    for (const std::string& item : named) {
        if ((purposes_of_no(consent, one_item(item)) & ~taken.purposes).any()) {
            taken.items.push_back(item);
        }
    }
    return taken;
}

PurposeSet against_what_is_taken_back(const SourceConsent& consent,
                                      const ConsentStatement& statement) {
    std::vector<ConsentSubject> subjects{{}};
    for (const std::string& item : statement.items) {
        subjects.push_back(one_item(item));
    }
    PurposeSet purposes;
    for (const ConsentSubject& subject : subjects) {
        for (const Purpose purpose : kAllPurposes) {
            if ((statement.allowed.allowed(purpose) & standing_no(consent, subject, purpose))
                    .any()) {
                purposes.set(index_of(purpose));
            }
        }
    }
    return purposes;
}

std::vector<std::string> purpose_names(const PurposeSet& purposes) {
    std::vector<std::string> names;
    for (const Purpose purpose : kAllPurposes) {
        if (purposes.test(index_of(purpose))) {
            names.emplace_back(name_of(purpose));
        }
    }
    return names;
}

}  // namespace kua::evidence
