#include "vault/evidence/consent/cell_answer.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace kua::evidence {

bool was_said_before(const ConsentStatement& late, const ConsentStatement& one, bool is_refusal) {
    const std::optional<std::int64_t>& when_s = is_refusal ? one.refused_s : one.said_s;
    return late.said_s && when_s && *late.said_s < *when_s;
}

CellAnswer::CellAnswer(const SourceConsent* consent, const ConsentSubject& subject, Purpose purpose,
                       Attribute attribute)
    : purpose_(purpose), attribute_(attribute) {
    const std::vector<const ConsentStatement*> newest =
        consent == nullptr ? std::vector<const ConsentStatement*>{} : covering(*consent, subject);
    is_covered_ = !newest.empty();
    for (const ConsentStatement* one : newest) {
        const bool is_superseded = std::ranges::any_of(
            newest, [&](const ConsentStatement* other) { return supersedes(*other, *one); });
        if (!is_superseded) {
            standing_.push_back(one);
        }
    }
}

// That nobody was asked lifts no refusal. Two that claim to know each other can't both: they stand
// side by side.
bool CellAnswer::supersedes(const ConsentStatement& other, const ConsentStatement& one) const {
    return (other.is_answer || allowed_by(one)) && other.place.knows(one.place) &&
           !one.place.knows(other.place) && !was_said_before(other, one, !allowed_by(one));
}

// Of each author what can count: answers, and those that are none.
std::vector<const ConsentStatement*> CellAnswer::covering(const SourceConsent& consent,
                                                          const ConsentSubject& subject) const {
    std::map<std::pair<std::string_view, bool>, std::vector<const ConsentStatement*>> by_author;
    for (const ConsentStatement& one : consent.statements) {
        const bool covers = subject.lineage.empty()
                                ? one.covers("", purpose_, attribute_)
                                : std::any_of(subject.lineage.begin(), subject.lineage.end(),
                                              [&](const std::string& item) {
                                                  return one.covers(item, purpose_, attribute_);
                                              });
        if (covers) {
            by_author[{one.place.author, one.is_answer}].push_back(&one);
        }
    }
    std::vector<const ConsentStatement*> all;
    for (auto& [author, statements] : by_author) {
        std::ranges::move(newest_of(std::move(statements)), std::back_inserter(all));
    }
    return all;
}

// Of one author the newest, and those before it that were said later than all that came after
// them. What has no date supersedes all before it.
std::vector<const ConsentStatement*> CellAnswer::newest_of(
    std::vector<const ConsentStatement*> all) const {
    std::ranges::sort(all, [](const ConsentStatement* one, const ConsentStatement* other) {
        return one->place.seq > other->place.seq;
    });
    std::vector<const ConsentStatement*> newest;
    const ConsentStatement* latest = nullptr;  // said last, of those
    for (const ConsentStatement* one : all) {
        if (latest == nullptr || was_said_before(*latest, *one, !allowed_by(*one))) {
            newest.push_back(one);
            if (latest == nullptr || (one->said_s && *latest->said_s < *one->said_s)) {
                latest = one;
            }
        }
        if (!one->said_s) {
            break;
        }
    }
    return newest;
}

bool CellAnswer::allows() const {
    if (!is_covered_) {
        return grid_of_level(kLevelNotAsked, {}).allows(purpose_, attribute_);
    }
    return !standing_.empty() && std::all_of(standing_.begin(), standing_.end(),
                                             [this](const auto* one) { return allowed_by(*one); });
}

bool CellAnswer::is_refused() const {
    return std::ranges::any_of(standing_, [this](const ConsentStatement* statement) {
        return statement->is_answer && !allowed_by(*statement);
    });
}

bool CellAnswer::is_unasked() const {
    return !is_covered_ || (!standing_.empty() && !is_refused());
}

}  // namespace kua::evidence
