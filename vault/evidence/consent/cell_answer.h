// What one source says to one purpose and attribute of an item: which of all that was entered
// stands. Source: docs/consent.md, "Which entry counts".
#pragma once

#include <vector>

#include "vault/evidence/consent/decision.h"

namespace kua::evidence {

// Whether `late`, which was entered after `one`, is an old answer: what it says was said before
// what `one` says, or refuses. Not told of what has no date.
[[nodiscard]] bool was_said_before(const ConsentStatement& late, const ConsentStatement& one,
                                   bool is_refusal);

// What a cell comes down to: the statements that nobody superseded who knew of them. Nothing
// supersedes what was said later than that. `consent` must outlive it.
class CellAnswer {
public:
    // No consent: nothing was said.
    CellAnswer(const SourceConsent* consent, const ConsentSubject& subject, Purpose purpose,
               Attribute attribute);

    // Nothing said is level 0. Of those who did not know of each other, a refusal wins.
    [[nodiscard]] bool allows() const;
    // Whether somebody answered that it isn't allowed; who wasn't asked did not.
    [[nodiscard]] bool is_refused() const;
    // Whether all that stands is that nobody asked, if anything was said at all.
    [[nodiscard]] bool is_unasked() const;

    const std::vector<const ConsentStatement*>& standing() const { return standing_; }

private:
    [[nodiscard]] bool allowed_by(const ConsentStatement& statement) const {
        return statement.allowed.allows(purpose_, attribute_);
    }
    std::vector<const ConsentStatement*> covering(const SourceConsent& consent,
                                                  const ConsentSubject& subject) const;
    std::vector<const ConsentStatement*> newest_of(std::vector<const ConsentStatement*> all) const;
    bool supersedes(const ConsentStatement& other, const ConsentStatement& one) const;

    Purpose purpose_;
    Attribute attribute_;
    bool is_covered_ = false;
    std::vector<const ConsentStatement*> standing_;
};

}  // namespace kua::evidence
