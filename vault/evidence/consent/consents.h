// What an open case knows about consent, read from the catalog for one question after another.
#pragma once

#include <string>
#include <vector>

#include "vault/evidence/consent/decision.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

// Every statement about `source`, in the order (lamport, author). Those about `self` are of many
// people, each of whom speaks for what they made.
std::vector<ConsentStatement> list_statements(store::Connection& catalog,
                                              const std::string& case_id,
                                              const std::string& source);

// Whether two people who were apart gave that pseudonym to a source.
[[nodiscard]] bool is_contested(store::Connection& catalog, const std::string& case_id,
                                const std::string& source);

// What is said of one item is to be protected in it, without what is said of others.
ConsentSubject subject_of_facts(const base::Json& facts);
// By the facts of a source.
[[nodiscard]] bool is_under_18(const base::Json& facts);

// Answers questions about the items of one case; keeps what it has read about sources. Open cases
// only. The connection must outlive it; one thread.
class Consents {
public:
    Consents(store::Connection& catalog, std::string case_id);

    // kDamaged if the catalog can't be read. An item that isn't known here came from `unknown`.
    ConsentDecision decide(const ConsentQuestion& question, const std::string& item);

    // Whether `source` gave that item, be it as one of several, and doesn't allow to keep it.
    [[nodiscard]] bool may_not_keep(const std::string& source, const std::string& item);

    ConsentSubject subject(const std::string& item);
    const SourceConsent& of_giver(const std::string& giver);

private:
    // An item, and what stands of it.
    struct Described {
        std::string item;
        base::Json facts;
        std::string author;  // who added it
        bool came_once = false;
    };
    std::vector<Described> items_of_bytes(const std::string& item);
    // Of the copies between an item and its original.
    struct OnTheWay {
        AttributeSet removed;
        bool is_described = false;     // somebody has said what one of them carries
        bool are_others_told = false;  // and whether others can be recognised
    };
    static void inherit(ConsentSubject& subject, const std::vector<Described>& original,
                        OnTheWay& way, const std::string& third_parties);
    std::string telling_fact_of(const ConsentSubject& subject);
    void add_givers(ConsentSubject& subject, const Described& original);
    void add_shown(ConsentSubject& subject);

    store::Connection& catalog_;
    std::string case_id_;
    SourceConsents known_;
};

}  // namespace kua::evidence
