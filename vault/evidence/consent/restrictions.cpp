#include "vault/evidence/consent/restrictions.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "vault/evidence/consent/consents.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/members.h"
#include "vault/evidence/pseudonym.h"
#include "vault/evidence/standing_facts.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::string_view kLinked = "item.linked";
constexpr std::string_view kAppeared = "appeared";
constexpr const char* kWhy = "said before in entries of a removed member that count no more";

// What stands of a thing with those entries and without; nothing if it isn't there then.
struct TwoReadings {
    std::optional<base::Json> now;
    std::optional<base::Json> rest;
};

// Of an item, with those entries or without.
struct ItemReading {
    ConsentSubject subject;
    AttributeSet needed;  // but for what a private place adds
    bool says_third_party = false;
};

// What is to be said of an item: the strictest of all that those entries said of its bytes.
struct Restriction {
    std::string hold;
    std::string third_parties;
    bool is_private = false;
    bool is_video = false;
    AttributeSet more;  // that it carries
    bool is_with_third_party = false;

    [[nodiscard]] bool says_anything() const {
        return !hold.empty() || !third_parties.empty() || is_private || is_video || more.any();
    }
};

bool says_third_party(const base::Json& facts) {
    const base::Json* carries = base::find_member(facts, "carries");
    return carries != nullptr && carries->is_array() &&
           std::find(carries->begin(), carries->end(), "third_party") != carries->end();
}

ItemReading read_item(ConsentSubject subject, const base::Json& facts) {
    ItemReading reading{std::move(subject), {}, says_third_party(facts)};
    ConsentSubject without_place = reading.subject;
    without_place.place_is_private = false;
    reading.needed = needed_attributes(without_place);
    return reading;
}

bool holds(const ConsentSubject& item) {
    return !item.hold.empty() && item.hold != "none";
}

void add_stricter(Restriction& restriction, const ItemReading& now, const ItemReading& rest) {
    if (holds(now.subject) && !holds(rest.subject)) {
        restriction.hold = now.subject.hold == "legal" ? "legal" : "source_safety";
    }
    if (may_show_others(now.subject) && !may_show_others(rest.subject)) {
        const bool is_said = now.subject.third_parties == "identifiable" ||
                             restriction.third_parties == "identifiable";
        restriction.third_parties = is_said ? "identifiable" : "unknown";
    }
    restriction.is_private =
        restriction.is_private || (now.subject.place_is_private && !rest.subject.place_is_private);
    // Of who is to be heard in it the voice is asked for, too.
    restriction.is_video =
        restriction.is_video || (now.subject.kind == "video" && rest.subject.kind != "video");
    restriction.more |= now.needed & ~rest.needed;
    restriction.is_with_third_party = restriction.is_with_third_party || now.says_third_party;
}

// All that anybody says; of what nobody has looked at without those entries, all it may show.
base::Json carried_words(const Restriction& restriction, const ItemReading& rest) {
    base::Json words = base::Json::array();
    for (const Attribute attribute : kAllAttributes) {
        if ((restriction.more | rest.needed).test(index_of(attribute))) {
            words.push_back(std::string{name_of(attribute)});
        }
    }
    if (restriction.is_with_third_party || rest.says_third_party) {
        words.push_back("third_party");
    }
    return words;
}

std::vector<journal::Fact> facts_of(const Restriction& restriction, const ItemReading& rest) {
    std::vector<journal::Fact> facts;
    if (!restriction.hold.empty()) {
        facts.push_back({"hold", restriction.hold});
    }
    if (!restriction.third_parties.empty()) {
        facts.push_back({"third_parties", restriction.third_parties});
    }
    if (restriction.is_private) {
        facts.push_back({"place_is_private", "yes"});
    }
    if (restriction.is_video) {
        facts.push_back({"kind", "video"});
    }
    if (restriction.is_video || restriction.more.any()) {
        facts.push_back({"carries", carried_words(restriction, rest)});
    }
    return facts;
}

class Restrictions {
public:
    Restrictions(store::Connection& catalog, const std::string& case_id, const std::string& author,
                 std::uint64_t last_seq)
        : catalog_(catalog),
          case_id_(case_id),
          author_(author),
          last_seq_(last_seq),
          owner_(owner_of(catalog, case_id)) {}

    RepeatedRestrictions run(std::size_t most) {
        most_ = most;
        for (const auto& [type, thing] : list_said()) {
            if (is_full()) {
                ++repeated_.left_out;
                continue;
            }
            try {
                repeat(type, thing);
            } catch (const Error& error) {
                // The author may have made facts that can't be read; they keep nobody in the case.
                if (error.code() != ErrorCode::kDamaged) {
                    throw;
                }
                ++repeated_.left_out;
            }
        }
        say_of_items();
        repeated_.things = {things_.begin(), things_.end()};
        return std::move(repeated_);
    }

private:
    // Which types of entries the author wrote about what, after the last one that counts. Oldest
    // first: what came before the laptop was lost isn't crowded out by what came behind.
    std::vector<std::pair<std::string, std::string>> list_said() {
        store::Rows rows = catalog_.query(
            "SELECT replace(type, 'source.added', 'source.described') AS kind, item FROM entry"
            " WHERE case_id = ?1 AND author = ?2 AND seq > ?3 AND item <> '' AND type IN"
            " ('item.added', 'item.described', 'item.linked', 'source.added', 'source.described')"
            " GROUP BY kind, item ORDER BY MIN(seq)",
            journal::blob_of(case_id_), journal::blob_of(author_), last_seq_);
        std::vector<std::pair<std::string, std::string>> said;
        while (rows.next()) {
            said.emplace_back(rows.text(0), rows.text(1));
        }
        return said;
    }

    void repeat(const std::string& type, const std::string& thing) {
        if (type == kItemKind.added) {
            repeat_of_bytes(thing);
        } else if (type == kItemKind.described) {
            repeat_of_item(thing);
        } else if (type == kLinked) {
            repeat_links(thing);
        } else if (is_pseudonym(thing)) {
            repeat_of_source(thing);
        }
    }

    bool is_full() const { return repeated_.drafts.size() + restricted_.size() >= most_; }

    bool is_set_aside(const journal::Entry& entry) const {
        return entry.header.author == author_ && entry.header.seq > last_seq_;
    }

    TwoReadings read(const std::string& thing, const ThingKind& kind) {
        std::vector<journal::Entry> entries = describing_entries(catalog_, case_id_, thing, kind);
        TwoReadings readings;
        readings.now = stand(entries);
        std::erase_if(entries, [this](const auto& entry) { return is_set_aside(entry); });
        readings.rest = stand(entries);
        return readings;
    }

    std::optional<base::Json> stand(const std::vector<journal::Entry>& entries) const {
        const std::optional<std::string> facts = standing_facts(entries, owner_);
        return facts ? std::optional{parse_facts(*facts)} : std::nullopt;
    }

    void repeat_of_item(const std::string& item) {
        const TwoReadings readings = read(item, kItemKind);
        if (readings.now && readings.rest) {  // else it goes with those entries
            restrict_item(item, read_item(subject_of_facts(*readings.now), *readings.now));
        }
    }

    // What was said of bytes that are an item of others, too, counts there: see consents.cpp.
    void repeat_of_bytes(const std::string& item) {
        const std::optional<base::Json> added = read(item, kItemKind).now;
        const std::optional<std::string> other = added ? other_of_bytes(item) : std::nullopt;
        const ItemReading* const rest = other ? without(*other) : nullptr;
        if (rest == nullptr) {
            return;
        }
        ConsentSubject now = subject_of_facts(*added);
        now.kind = rest->subject.kind;
        now.removed.reset();
        if (base::find_member(*added, "carries") == nullptr) {
            now.carries = AttributeSet{};
        }
        if (base::find_member(*added, "third_parties") == nullptr) {
            now.third_parties = "none";
        }
        restrict_item(*other, read_item(std::move(now), *added));
    }

    // Asked once for all items that claim the same digest.
    std::optional<std::string> other_of_bytes(const std::string& item) {
        store::Rows rows =
            catalog_.query("SELECT digest FROM item WHERE case_id = ?1 AND item = ?2",
                           journal::blob_of(case_id_), item);
        if (!rows.next()) {
            return std::nullopt;
        }
        const base::ByteView blob = rows.blob(0);
        base::Bytes digest{blob.begin(), blob.end()};
        const auto known = others_of_digests_.find(digest);
        if (known != others_of_digests_.end()) {
            return known->second;
        }
        store::Rows others = catalog_.query(
            "SELECT item.item FROM item INDEXED BY item_by_digest JOIN entry INDEXED BY"
            " entry_of_item ON entry.case_id = item.case_id AND entry.item = item.item"
            " AND entry.type = 'item.added' WHERE item.case_id = ?1 AND item.digest = ?2"
            " AND (entry.author <> ?3 OR entry.seq <= ?4) ORDER BY item.item LIMIT 1",
            journal::blob_of(case_id_), digest, journal::blob_of(author_), last_seq_);
        const auto other =
            others.next() ? std::optional{std::string{others.text(0)}} : std::nullopt;
        return others_of_digests_.emplace(std::move(digest), other).first->second;
    }

    // What stands of an item without those entries, read once; null if it goes with them.
    const ItemReading* without(const std::string& item) {
        const auto known = without_.find(item);
        if (known != without_.end()) {
            return known->second ? &*known->second : nullptr;
        }
        std::optional<ItemReading> reading;
        if (const std::optional<base::Json> rest = read(item, kItemKind).rest) {
            reading = read_item(subject_of_facts(*rest), *rest);
        }
        const auto& kept = without_.emplace(item, std::move(reading)).first->second;
        return kept ? &*kept : nullptr;
    }

    void restrict_item(const std::string& item, const ItemReading& now) {
        const ItemReading* const rest = without(item);
        Restriction restriction;
        const auto known = restricted_.find(item);
        if (known != restricted_.end()) {
            restriction = known->second;
        }
        add_stricter(restriction, now, *rest);
        if (restriction.says_anything()) {
            restricted_[item] = std::move(restriction);
        }
    }

    void say_of_items() {
        for (const auto& [item, restriction] : restricted_) {
            std::vector<journal::Fact> facts = facts_of(restriction, *without(item));
            facts.push_back({"item", item});
            say(kItemKind.described, item, std::move(facts));
        }
    }

    // Also of one who is known without those entries, but was added by none of the others.
    void repeat_of_source(const std::string& source) {
        const TwoReadings readings = read(source, kSourceKind);
        const bool is_restricted = readings.now && is_under_18(*readings.now) &&
                                   !(readings.rest && is_under_18(*readings.rest));
        if (is_restricted && readings.rest) {
            say_under_18(source);
        } else if (is_restricted && is_known_otherwise(source)) {
            add_source(source);
        }
    }

    void say_under_18(const std::string& source) {
        say(kSourceKind.described, source, {{"age_group", "under_18"}, {"pseudonym", source}});
    }

    bool is_known_otherwise(const std::string& source) {
        static constexpr std::string_view kKnown =
            "SELECT EXISTS (SELECT 1 FROM entry INDEXED BY entry_of_item WHERE case_id = ?1"
            " AND item = ?2 AND (author <> ?3 OR seq <= ?4)) OR EXISTS (SELECT 1 FROM item"
            " INDEXED BY item_by_source WHERE case_id = ?1 AND source = ?2 AND author <> ?3)";
        const auto known = catalog_.query_integer(kKnown, journal::blob_of(case_id_), source,
                                                  journal::blob_of(author_), last_seq_);
        return known.value_or(0) != 0;
    }

    // Who is to be seen in an item must be asked, and the pseudonym must not become another's.
    void repeat_links(const std::string& source) {
        if (!is_pseudonym(source)) {
            return;
        }
        std::map<std::string, bool> is_said_by_others;  // by item
        for (const journal::Entry& entry :
             entries_of_item(catalog_, case_id_, source, std::array{kLinked})) {
            if (journal::fact_text(entry, "relation") == kAppeared) {
                bool& is_said = is_said_by_others[journal::fact_text(entry, "target")];
                is_said = is_said || !is_set_aside(entry);
            }
        }
        for (const auto& [target, is_said] : is_said_by_others) {
            if (is_full()) {
                ++repeated_.left_out;
                continue;
            }
            const ThingKind* kind = is_said ? nullptr : kind_of_id(target);
            if (kind == nullptr || kind->name != kItemKind.name || without(target) == nullptr) {
                continue;
            }
            add_source(source);
            say(kLinked, target,
                {{"subject", source},
                 {"relation", std::string{kAppeared}},
                 {"target", target},
                 {"certainty", "unknown"}});
        }
    }

    void add_source(const std::string& source) {
        if (!added_.insert(source).second) {
            return;
        }
        const TwoReadings readings = read(source, kSourceKind);
        if (!readings.rest) {
            say(kSourceKind.added, source, {{"pseudonym", source}});
            if (readings.now && is_under_18(*readings.now)) {
                say_under_18(source);  // others may have described them meanwhile
            }
        }
    }

    void say(std::string_view type, const std::string& thing, std::vector<journal::Fact> facts) {
        facts.push_back({"comment", kWhy});
        repeated_.drafts.push_back({std::string{type}, std::move(facts)});
        things_.insert(thing);
    }

    store::Connection& catalog_;
    const std::string& case_id_;
    const std::string& author_;
    std::uint64_t last_seq_;
    std::string owner_;
    std::size_t most_ = 0;         // entries
    std::set<std::string> added_;  // sources that are there without those entries, or by these
    std::map<std::string, Restriction> restricted_;  // by item
    std::map<std::string, std::optional<ItemReading>> without_;
    std::map<base::Bytes, std::optional<std::string>> others_of_digests_;
    std::set<std::string> things_;
    RepeatedRestrictions repeated_;
};

}  // namespace

RepeatedRestrictions repeat_restrictions(store::Connection& catalog, const std::string& case_id,
                                         const std::string& author, std::uint64_t last_seq,
                                         std::size_t most) {
    return Restrictions{catalog, case_id, author, last_seq}.run(most);
}

}  // namespace kua::evidence
