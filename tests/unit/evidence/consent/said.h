// Statements as authors write them, and what follows from them, for tests of decisions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "vault/evidence/consent/decision.h"

namespace kua::testing {

using evidence::AttributeSet;
using evidence::ConsentOutcome;
using evidence::ConsentStatement;
using evidence::ConsentSubject;
using evidence::Purpose;
using evidence::SourceConsents;
using evidence::StatementContext;

inline const std::string kPhoto = "i-0123456789abcdef";
inline const std::string kOther = "i-fedcba9876543210";

// Statements as one author writes them, one after the other.
struct Said {
    explicit Said(std::string who) : author(std::move(who)) {}

    ConsentStatement give(const base::Json& facts) { return say("consent.given", facts); }
    ConsentStatement withdraw(const base::Json& facts) { return say("consent.withdrawn", facts); }
    ConsentStatement level(const std::string& source, unsigned level,
                           const std::vector<std::string>& ticked = {}) {
        return give({{"source", source},
                     {"how_informed", "explained_orally"},
                     {"level", level},
                     {"ticked", ticked}});
    }
    ConsentStatement say(std::string_view type, const base::Json& facts) {
        std::optional<ConsentStatement> statement = evidence::read_statement(type, facts, context);
        REQUIRE(statement);
        statement->place = {++lamport, author, ++seq, seen};
        return *std::move(statement);
    }

    std::string author;
    StatementContext context{};
    std::uint64_t lamport = 0;
    std::uint64_t seq = 0;
    std::map<std::string, std::uint64_t> seen;
};

inline ConsentSubject photo(const std::string& giver, const AttributeSet& carries) {
    ConsentSubject subject;
    subject.item = kPhoto;
    subject.lineage = {kPhoto};
    subject.givers = {giver};
    subject.kind = "photo";
    subject.carries = carries;
    subject.third_parties = "none";
    return subject;
}

inline SourceConsents of(const std::string& source, std::vector<ConsentStatement> statements) {
    SourceConsents consents;
    consents[source].statements = std::move(statements);
    return consents;
}

inline ConsentOutcome ask(Purpose purpose, const ConsentSubject& subject,
                          const SourceConsents& consents,
                          const std::string& recipient = "somebody") {
    return evidence::decide({purpose, recipient, ""}, subject, consents).outcome;
}

}  // namespace kua::testing
