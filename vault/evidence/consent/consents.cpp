#include "vault/evidence/consent/consents.h"

#include <algorithm>
#include <utility>

#include "vault/base/hex.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/members.h"
#include "vault/evidence/standing_facts.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kMaxLineage = 16;  // derivatives of derivatives; more is a mistake, or worse

std::string text_of(const base::Json& facts, std::string_view name) {
    const base::Json* value = base::find_member(facts, name);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
}

// Of a list of words, those that name attributes; whether there was anything else is told beside.
struct AttributeWords {
    AttributeSet set;
    bool has_third_party = false;
    bool has_others = false;
};

AttributeWords read_attributes(const base::Json& value) {
    AttributeWords words;
    words.has_others = !value.is_array();
    for (const base::Json& one : value) {
        const std::string word = one.is_string() ? one.get<std::string>() : std::string{};
        if (const std::optional<Attribute> attribute = parse_attribute(word)) {
            words.set.set(index_of(*attribute));
        } else if (word == "third_party") {
            words.has_third_party = true;
        } else {
            words.has_others = true;
        }
    }
    return words;
}

void read_facts(ConsentSubject& subject, const base::Json& facts) {
    subject.kind = text_of(facts, "kind");
    subject.third_parties = text_of(facts, "third_parties");
    subject.place_is_private = text_of(facts, "place_is_private") == "yes";
    if (const base::Json* carries = base::find_member(facts, "carries")) {
        const AttributeWords words = read_attributes(*carries);
        subject.carries = words.set;
        subject.has_unread_carries = words.has_others;
        const bool nobody_said =
            subject.third_parties.empty() || subject.third_parties == "unknown";
        if (words.has_third_party && nobody_said) {
            subject.third_parties = "identifiable";
        }
    }
    if (const base::Json* removed = base::find_member(facts, "attributes_removed")) {
        subject.removed = read_attributes(*removed).set;
    }
}

EntryPlace read_place(const store::Rows& rows) {
    EntryPlace place;
    place.lamport = static_cast<std::uint64_t>(rows.integer(0));
    place.author = base::encode_hex(rows.blob(1));
    place.seq = static_cast<std::uint64_t>(rows.integer(2));
    const base::Json sizes = base::parse_json(rows.text(5));
    for (const auto& [author, size] : sizes.items()) {
        place.seen[author] = size.is_number_unsigned() ? size.get<std::uint64_t>() : 0;
    }
    return place;
}

}  // namespace

std::vector<ConsentStatement> list_statements(store::Connection& catalog,
                                              const std::string& case_id,
                                              const std::string& source) {
    const std::string owner = owner_of(catalog, case_id);
    store::Rows rows = catalog.query(
        "SELECT lamport, author, seq, type, is_whole, seen, facts FROM consent"
        " WHERE case_id = ?1 AND source = ?2 ORDER BY lamport, author, seq",
        journal::blob_of(case_id), source);
    std::vector<ConsentStatement> statements;
    while (rows.next()) {
        EntryPlace place = read_place(rows);
        const StatementContext context{place.author == owner, rows.integer(4) == 1};
        std::optional<ConsentStatement> statement =
            read_statement(rows.text(3), parse_facts(rows.text(6)), context);
        if (statement) {
            statement->place = std::move(place);
            statements.push_back(*std::move(statement));
        }
    }
    return statements;
}

Consents::Consents(store::Connection& catalog, std::string case_id)
    : catalog_(catalog), case_id_(std::move(case_id)) {}

const SourceConsent& Consents::of_giver(const std::string& giver) {
    const auto found = known_.find(giver);
    if (found != known_.end()) {
        return found->second;
    }
    SourceConsent consent;
    const std::string source = source_of_giver(giver);
    consent.statements = list_statements(catalog_, case_id_, source);
    if (source == "self") {
        std::erase_if(consent.statements, [&giver](const ConsentStatement& statement) {
            return name_of_giver(statement.source, statement.place.author) != giver;
        });
    }
    store::Rows rows = catalog_.query("SELECT facts FROM thing WHERE case_id = ?1 AND thing = ?2",
                                      journal::blob_of(case_id_), source);
    if (rows.next()) {
        consent.is_under_18 = text_of(parse_facts(rows.text(0)), "age_group") == "under_18";
    }
    return known_.emplace(giver, std::move(consent)).first->second;
}

ConsentSubject Consents::subject(const std::string& item) {
    ConsentSubject subject;
    subject.item = item;
    std::string at = item;
    while (!at.empty() && subject.lineage.size() < kMaxLineage &&
           std::find(subject.lineage.begin(), subject.lineage.end(), at) == subject.lineage.end()) {
        subject.lineage.push_back(at);
        base::Json facts = base::Json::object();
        {
            store::Rows rows =
                catalog_.query("SELECT facts FROM item_facts WHERE case_id = ?1 AND item = ?2",
                               journal::blob_of(case_id_), at);
            if (!rows.next()) {
                break;
            }
            facts = parse_facts(rows.text(0));
        }
        if (at == item) {
            read_facts(subject, facts);
        }
        if (subject.hold.empty() || subject.hold == "none") {
            subject.hold = text_of(facts, "hold");  // on the original it holds the copy back, too
        }
        at = text_of(facts, "derived_from");
        if (at.empty()) {
            add_givers(subject, facts);
        }
    }
    return subject;
}

void Consents::add_givers(ConsentSubject& subject, const base::Json& facts) {
    for (const journal::Entry& entry : arrivals_of(catalog_, case_id_, subject.lineage.back())) {
        // Of the first arrival, what was said of it later counts; who made it is whoever added it.
        const bool is_first = entry.header.type == kItemKind.added;
        std::string giver =
            name_of_giver(is_first ? text_of(facts, "source") : journal::fact_text(entry, "source"),
                          entry.header.author);
        auto& givers = subject.givers;
        if (std::find(givers.begin(), givers.end(), giver) == givers.end()) {
            givers.push_back(std::move(giver));
        }
    }
}

ConsentDecision Consents::decide(const ConsentQuestion& question, const std::string& item) {
    const ConsentSubject about = subject(item);
    for (const std::string& giver : about.givers) {
        static_cast<void>(of_giver(giver));
    }
    static_cast<void>(of_giver("unknown"));
    for (const std::string& shown : about.shown) {
        static_cast<void>(of_giver(shown));
    }
    return evidence::decide(question, about, known_);
}

}  // namespace kua::evidence
