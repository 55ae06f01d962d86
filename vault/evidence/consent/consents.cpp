#include "vault/evidence/consent/consents.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "vault/base/hex.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/members.h"
#include "vault/evidence/pseudonym.h"
#include "vault/evidence/standing_facts.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kMaxLineage = 16;  // derivatives of derivatives; more is a mistake, or worse

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

// What is there but can't be read counts as `if_odd`, so that it only ever refuses.
std::string text_or(const base::Json& facts, std::string_view name, const char* if_odd) {
    const base::Json* value = base::find_member(facts, name);
    return value != nullptr && !value->is_string() ? if_odd : text_among(facts, name);
}

// What was said of other people and of holding it back, wherever the same bytes are an item: the
// strictest of it counts.
void read_restrictions(ConsentSubject& subject, const base::Json& facts) {
    const std::string others = text_or(facts, "third_parties", "unknown");
    const bool is_lax = others == "none" || others == "not_identifiable";
    if (subject.third_parties.empty() || (!others.empty() && !is_lax)) {
        subject.third_parties = others;
    }
    if (subject.hold.empty() || subject.hold == "none") {
        subject.hold = text_or(facts, "hold", "a reason that this kua can't read");
    }
}

bool is_private(const base::Json& facts) {
    const std::string said = text_or(facts, "place_is_private", "yes");
    return !said.empty() && said != "no" && said != "unknown";
}

// Of another item of the same bytes: what it shows, this one shows, too.
void read_elsewhere(ConsentSubject& subject, const base::Json& facts) {
    if (const base::Json* carries = base::find_member(facts, "carries")) {
        const AttributeWords words = read_attributes(*carries);
        subject.also_carries |= words.set;
        subject.has_unread_carries = subject.has_unread_carries || words.has_others;
    }
}

void read_facts(ConsentSubject& subject, const base::Json& facts) {
    subject.kind = text_among(facts, "kind");
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

// What authors say of having seen others' journals, as far as it can be believed: nothing of those
// who are doubted, nor more than there is.
class Believed {
public:
    Believed(store::Connection& catalog, const std::string& case_id) {
        store::Rows logs =
            catalog.query("SELECT author, size FROM log WHERE case_id = ?1 ORDER BY author",
                          journal::blob_of(case_id));
        while (logs.next()) {
            sizes_[base::encode_hex(logs.blob(0))] = static_cast<std::uint64_t>(logs.integer(1));
        }
        store::Rows doubted =
            catalog.query("SELECT author FROM doubted_author WHERE case_id = ?1 ORDER BY author",
                          journal::blob_of(case_id));
        while (doubted.next()) {
            doubted_.insert(base::encode_hex(doubted.blob(0)));
        }
    }

    void trim(EntryPlace& place) const {
        if (doubted_.contains(place.author)) {
            place.seen.clear();
        }
        std::erase_if(place.seen, [this](const auto& claim) {
            const auto size = sizes_.find(claim.first);
            return size == sizes_.end() || claim.second > size->second;
        });
    }

private:
    std::map<std::string, std::uint64_t> sizes_;
    std::set<std::string> doubted_;
};

// A sealed case can't tell that a text was added before, and enters what it says of consent once
// more. Said by the same bytes in the same words it is no newer answer: it brings nothing back that
// was taken back.
class Texts {
public:
    Texts(store::Connection& catalog, const std::string& case_id)
        : catalog_(catalog), case_id_(journal::blob_of(case_id)) {}

    // Whether the bytes that these facts rely on have said exactly this before. Asked in order.
    bool say_again(base::Json facts) {
        const std::string evidence = text_among(facts, "evidence");
        const std::string item = evidence.substr(0, evidence.find(' '));
        if (!item.starts_with("i-")) {
            return false;
        }
        store::Rows rows = catalog_.query(
            "SELECT digest FROM item WHERE case_id = ?1 AND item = ?2", case_id_, item);
        if (!rows.next()) {
            return false;
        }
        facts["evidence"] = base::encode_hex(rows.blob(0)) + evidence.substr(item.size());
        return !said_.insert(facts.dump()).second;
    }

private:
    store::Connection& catalog_;
    base::Bytes case_id_;
    std::set<std::string> said_;  // all facts, with the digest of the bytes
};

// That the age is unknown says nothing of it: who was said to be under 18 is, until somebody says
// that they are not.
bool was_said_under_18(store::Connection& catalog, const std::string& case_id,
                       const std::string& source) {
    bool is_said = false;
    for (const journal::Entry& entry : describing_entries(catalog, case_id, source, kSourceKind)) {
        const base::Json* age = journal::find_fact(entry, "age_group");
        if (age != nullptr && *age != "unknown") {
            is_said = is_under_18({{"age_group", *age}});
        }
    }
    return is_said;
}

}  // namespace

std::vector<ConsentStatement> list_statements(store::Connection& catalog,
                                              const std::string& case_id,
                                              const std::string& source) {
    const std::string owner = owner_of(catalog, case_id);
    const Believed believed{catalog, case_id};
    store::Rows rows = catalog.query(
        "SELECT lamport, author, seq, consent.type, is_whole, seen, facts, IFNULL(time, '')"
        " FROM consent LEFT JOIN entry USING (case_id, lamport, author, seq)"
        " WHERE case_id = ?1 AND source = ?2 ORDER BY lamport, author, seq",
        journal::blob_of(case_id), source);
    Texts texts{catalog, case_id};
    std::vector<ConsentStatement> statements;
    while (rows.next()) {
        EntryPlace place = read_place(rows);
        believed.trim(place);
        const StatementContext context{place.author == owner, rows.integer(4) == 1,
                                       std::string{rows.text(7)}};
        base::Json facts = parse_facts(rows.text(6));
        std::optional<ConsentStatement> statement = read_statement(rows.text(3), facts, context);
        if (statement && !statement->is_withdrawal && texts.say_again(std::move(facts))) {
            continue;
        }
        if (statement) {
            statement->place = std::move(place);
            statements.push_back(*std::move(statement));
        }
    }
    date_by_what_was_known(statements);
    return statements;
}

ConsentSubject subject_of_facts(const base::Json& facts) {
    ConsentSubject subject;
    read_restrictions(subject, facts);
    subject.place_is_private = is_private(facts);
    read_facts(subject, facts);
    return subject;
}

bool is_under_18(const base::Json& facts) {
    const std::string age = text_or(facts, "age_group", "under_18");
    return !age.empty() && age != "unknown" && age != "adult";
}

bool is_contested(store::Connection& catalog, const std::string& case_id,
                  const std::string& source) {
    return catalog
               .query_integer(
                   "SELECT COUNT(DISTINCT author) FROM entry INDEXED BY entry_of_item"
                   " WHERE case_id = ?1 AND item = ?2 AND type = 'source.added'",
                   journal::blob_of(case_id), source)
               .value_or(0) > 1;
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
        const base::Json facts = parse_facts(rows.text(0));
        consent.is_under_18 = is_under_18(facts) || (text_among(facts, "age_group") == "unknown" &&
                                                     was_said_under_18(catalog_, case_id_, source));
    }
    consent.is_contested = is_contested(catalog_, case_id_, source);
    return known_.emplace(giver, std::move(consent)).first->second;
}

ConsentSubject Consents::subject(const std::string& item) {
    ConsentSubject subject;
    subject.item = item;
    std::optional<Described> itself;
    std::set<std::string> passed;
    OnTheWay way;
    std::string at = item;
    while (!at.empty()) {
        if (passed.size() == kMaxLineage || !passed.insert(at).second) {
            subject.is_lineage_cut = true;
            break;
        }
        const std::vector<Described> same = items_of_bytes(at);
        subject.lineage.push_back(at);
        if (same.empty()) {
            break;
        }
        // On the original it holds a copy back, too.
        ConsentSubject of_this;
        for (const Described& each : same) {
            read_restrictions(of_this, each.facts);
            subject.place_is_private = subject.place_is_private || is_private(each.facts);
            if (each.item != at) {
                subject.lineage.push_back(each.item);
            }
        }
        if (at == item) {
            itself = same.front();
            subject.third_parties = of_this.third_parties;
            read_facts(subject, itself->facts);
            subject.telling_fact = telling_fact_of(subject);
            for (const Described& each : std::span{same}.subspan(1)) {
                read_elsewhere(subject, each.facts);
            }
        } else {
            inherit(subject, same, way, of_this.third_parties);
        }
        if (const base::Json* removed =
                base::find_member(same.front().facts, "attributes_removed")) {
            way.removed |= read_attributes(*removed).set;
        }
        if (subject.hold.empty() || subject.hold == "none") {
            subject.hold = of_this.hold;
        }
        at = text_among(same.front().facts, "derived_from");
        if (at.empty()) {
            add_givers(subject, same.front());
        }
    }
    if (subject.givers.empty() && itself) {
        add_givers(subject, *itself);  // what it was made of isn't here
    }
    add_shown(subject);
    return subject;
}

// What the original shows, its copy shows, too, but for what it was made without and unless
// somebody has said what the copy shows, or a copy between the two.
void Consents::inherit(ConsentSubject& subject, const std::vector<Described>& original,
                       OnTheWay& way, const std::string& third_parties) {
    bool shows_others = third_parties == "identifiable";
    bool is_described = false;
    const bool is_copy_described = subject.carries || way.is_described;
    for (const Described& each : original) {
        const base::Json* carries = base::find_member(each.facts, "carries");
        if (carries == nullptr) {
            continue;
        }
        const AttributeWords words = read_attributes(*carries);
        is_described = true;
        shows_others = shows_others || words.has_third_party;
        if (!is_copy_described) {
            subject.inherited |= words.set & ~way.removed;
            subject.has_unread_carries = subject.has_unread_carries || words.has_others;
        }
    }
    if (shows_others && subject.third_parties.empty() && !way.are_others_told) {
        subject.third_parties = "identifiable";
    }
    way.is_described = way.is_described || is_described;
    way.are_others_told =
        way.are_others_told || (!third_parties.empty() && third_parties != "unknown");
}

bool Consents::may_not_keep(const std::string& source, const std::string& item) {
    const ConsentSubject about = subject(item);
    const bool refuses = std::ranges::any_of(about.givers, [&](const std::string& giver) {
        return source_of_giver(giver) == source &&
               refused_of(of_giver(giver), about, Purpose::kKeep).any();
    });
    // Another giver may still allow it.
    return refuses && decide({Purpose::kKeep, {}, {}}, item).outcome == ConsentOutcome::kRefuse;
}

// What a testimony says at its front that made it carry a name.
std::string Consents::telling_fact_of(const ConsentSubject& subject) {
    if (subject.kind != "testimony" || !subject.carries ||
        !subject.carries->test(index_of(Attribute::kName))) {
        return {};
    }
    constexpr std::array<std::string_view, 1> kRecorded = {"testimony.recorded"};
    for (const journal::Entry& entry :
         entries_of_item(catalog_, case_id_, subject.item, kRecorded)) {
        const std::string contact = journal::fact_text(entry, "next_contact");
        if (journal::find_fact(entry, "held_place") != nullptr) {
            return "held_place";
        }
        if (contact.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string::npos) {
            return "next_contact";
        }
    }
    return {};
}

// The item itself first, if it is here at all.
std::vector<Consents::Described> Consents::items_of_bytes(const std::string& item) {
    std::vector<Described> all;
    store::Rows rows = catalog_.query(
        "SELECT other.item, facts, other.author, other.arrivals FROM item AS one JOIN item AS "
        "other INDEXED BY item_by_digest"
        " ON other.case_id = one.case_id AND other.digest = one.digest"
        " JOIN item_facts ON item_facts.case_id = other.case_id AND item_facts.item = other.item"
        " WHERE one.case_id = ?1 AND one.item = ?2 ORDER BY other.item <> one.item, other.item",
        journal::blob_of(case_id_), item);
    while (rows.next()) {
        all.push_back({std::string{rows.text(0)}, parse_facts(rows.text(1)),
                       base::encode_hex(rows.blob(2)), rows.integer(3) == 1});
    }
    return all;
}

// Who is linked to any of these items as to be seen or heard in it.
void Consents::add_shown(ConsentSubject& subject) {
    std::set<std::string> shown;
    for (const std::string& item : subject.lineage) {
        store::Rows rows = catalog_.query(
            "SELECT subject FROM link INDEXED BY link_to WHERE case_id = ?1 AND target = ?2"
            " AND relation = 'appeared' ORDER BY subject",
            journal::blob_of(case_id_), item);
        while (rows.next()) {
            if (is_pseudonym(rows.text(0))) {
                shown.emplace(rows.text(0));
            }
        }
    }
    subject.shown.assign(shown.begin(), shown.end());
}

void Consents::add_givers(ConsentSubject& subject, const Described& original) {
    // Of the first arrival, what was said of it later counts; who made it is whoever added it.
    const std::string source = text_among(original.facts, "source");
    const auto add = [&subject](std::string giver) {
        if (std::find(subject.givers.begin(), subject.givers.end(), giver) ==
            subject.givers.end()) {
            subject.givers.push_back(std::move(giver));
        }
    };
    if (original.came_once) {  // as most did: there is nothing else to read
        add(name_of_giver(source, original.author));
        return;
    }
    for (const journal::Entry& entry : arrivals_of(catalog_, case_id_, original.item)) {
        const bool is_first = entry.header.type == kItemKind.added;
        if (is_first) {
            add(name_of_giver(source, entry.header.author));
        } else if (journal::find_fact(entry, "source") != nullptr) {
            // Else it changed hands outside of kua; nobody gave it anew.
            add(name_of_giver(journal::fact_text(entry, "source"), entry.header.author));
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
