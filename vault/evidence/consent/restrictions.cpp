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

// Each may be one of very many that claim the same digest.
constexpr std::size_t kMostBytes = 200;
constexpr std::string_view kLinked = "item.linked";
constexpr std::string_view kAppeared = "appeared";
constexpr const char* kWhy = "said before in entries of a removed member that count no more";

// What stands of a thing with those entries and without; nothing if it isn't there then.
struct TwoReadings {
    std::optional<base::Json> now;
    std::optional<base::Json> rest;
};

// What is said of one thing at once.
struct Said {
    std::vector<journal::Fact> facts;
    void add(const char* name, base::Json value) { facts.push_back({name, std::move(value)}); }
};

bool holds(const ConsentSubject& item) {
    return !item.hold.empty() && item.hold != "none";
}

void compare_holds(const ConsentSubject& now, const ConsentSubject& rest, Said& said) {
    if (holds(now) && !holds(rest)) {
        said.add("hold", now.hold == "legal" ? "legal" : "source_safety");
    }
}

void compare_others(const ConsentSubject& now, const ConsentSubject& rest, Said& said) {
    if (may_show_others(now) && !may_show_others(rest)) {
        said.add("third_parties", now.third_parties == "identifiable" ? "identifiable" : "unknown");
    }
}

void compare_places(const ConsentSubject& now, const ConsentSubject& rest, Said& said) {
    if (now.place_is_private && !rest.place_is_private) {
        said.add("place_is_private", "yes");
    }
}

bool says_third_party(const base::Json& facts) {
    const base::Json* carries = base::find_member(facts, "carries");
    return carries != nullptr && carries->is_array() &&
           std::find(carries->begin(), carries->end(), "third_party") != carries->end();
}

// All that either says; of what nobody has looked at without those entries, all it may show.
void compare_carried(const TwoReadings& item, ConsentSubject now, ConsentSubject rest, Said& said) {
    now.place_is_private = false;
    rest.place_is_private = false;
    const AttributeSet needed = needed_attributes(now);
    const AttributeSet without = needed_attributes(rest);
    if ((needed & ~without).none()) {
        return;
    }
    base::Json words = base::Json::array();
    for (const Attribute attribute : kAllAttributes) {
        if ((needed | without).test(index_of(attribute))) {
            words.push_back(std::string{name_of(attribute)});
        }
    }
    if (says_third_party(*item.now) || says_third_party(*item.rest)) {
        words.push_back("third_party");
    }
    said.add("carries", std::move(words));
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
        repeated_.things = {things_.begin(), things_.end()};
        return std::move(repeated_);
    }

private:
    // Which types of entries the author wrote about what, after the last one that counts.
    std::vector<std::pair<std::string, std::string>> list_said() {
        store::Rows rows = catalog_.query(
            "SELECT DISTINCT replace(type, 'source.added', 'source.described'), item FROM entry"
            " WHERE case_id = ?1 AND author = ?2 AND seq > ?3 AND type IN ('item.added',"
            " 'item.described', 'item.linked', 'source.added', 'source.described') ORDER BY 1, 2",
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

    bool is_full() const { return repeated_.drafts.size() >= most_; }

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
            compare(item, readings, subject_of_facts(*readings.now));
        }
    }

    // What was said of bytes that are an item of others, too, counts there: see consents.cpp.
    void repeat_of_bytes(const std::string& item) {
        if (++bytes_looked_at_ > kMostBytes) {
            ++repeated_.left_out;
            return;
        }
        const TwoReadings added = read(item, kItemKind);
        const std::optional<std::string> other = other_of_bytes(item);
        if (!added.now || added.rest || !other) {
            return;
        }
        const TwoReadings readings{added.now, read(*other, kItemKind).rest};
        if (!readings.rest) {
            return;
        }
        ConsentSubject now = subject_of_facts(*readings.now);
        now.kind = subject_of_facts(*readings.rest).kind;
        now.removed.reset();
        if (base::find_member(*added.now, "carries") == nullptr) {
            now.carries = AttributeSet{};
        }
        if (base::find_member(*added.now, "third_parties") == nullptr) {
            now.third_parties = "none";
        }
        compare(*other, readings, now);
    }

    std::optional<std::string> other_of_bytes(const std::string& item) {
        store::Rows rows = catalog_.query(
            "SELECT other.item FROM item AS one JOIN item AS other INDEXED BY item_by_digest"
            " ON other.case_id = one.case_id AND other.digest = one.digest"
            " JOIN entry INDEXED BY entry_of_item ON entry.case_id = other.case_id"
            " AND entry.item = other.item AND entry.type = 'item.added'"
            " WHERE one.case_id = ?1 AND one.item = ?2 AND other.item <> one.item"
            " AND (entry.author <> ?3 OR entry.seq <= ?4) ORDER BY other.item LIMIT 1",
            journal::blob_of(case_id_), item, journal::blob_of(author_), last_seq_);
        return rows.next() ? std::optional{std::string{rows.text(0)}} : std::nullopt;
    }

    void compare(const std::string& item, const TwoReadings& readings, const ConsentSubject& now) {
        const ConsentSubject rest = subject_of_facts(*readings.rest);
        Said said;
        compare_holds(now, rest, said);
        compare_others(now, rest, said);
        compare_places(now, rest, said);
        compare_carried(readings, now, rest, said);
        if (!said.facts.empty()) {
            said.add("item", item);
            say(kItemKind.described, item, std::move(said));
        }
    }

    // Also of one who is known without those entries, but was added by none of the others.
    void repeat_of_source(const std::string& source) {
        const TwoReadings readings = read(source, kSourceKind);
        const bool is_restricted = readings.now && is_under_18(*readings.now) &&
                                   !(readings.rest && is_under_18(*readings.rest));
        if (is_restricted && readings.rest) {
            Said said;
            said.add("age_group", "under_18");
            said.add("pseudonym", source);
            say(kSourceKind.described, source, std::move(said));
        } else if (is_restricted && is_known_otherwise(source)) {
            add_source(source);
        }
    }

    bool is_known_otherwise(const std::string& source) {
        return catalog_
                   .query_integer(
                       "SELECT EXISTS (SELECT 1 FROM entry INDEXED BY entry_of_item WHERE case_id "
                       "= ?1"
                       " AND item = ?2 AND (author <> ?3 OR seq <= ?4)) OR EXISTS (SELECT 1 FROM "
                       "item"
                       " INDEXED BY item_by_source WHERE case_id = ?1 AND source = ?2 AND author "
                       "<> ?3)",
                       journal::blob_of(case_id_), source, journal::blob_of(author_), last_seq_)
                   .value_or(0) != 0;
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
            if (kind == nullptr || kind->name != kItemKind.name || !read(target, kItemKind).rest) {
                continue;
            }
            add_source(source);
            Said said;
            said.add("subject", source);
            said.add("relation", std::string{kAppeared});
            said.add("target", target);
            said.add("certainty", "unknown");
            say(kLinked, target, std::move(said));
        }
    }

    void add_source(const std::string& source) {
        if (!added_.insert(source).second) {
            return;
        }
        const TwoReadings readings = read(source, kSourceKind);
        if (!readings.rest) {
            Said said;
            said.add("pseudonym", source);
            if (readings.now && is_under_18(*readings.now)) {
                said.add("age_group", "under_18");
            }
            say(kSourceKind.added, source, std::move(said));
        }
    }

    void say(std::string_view type, const std::string& thing, Said said) {
        said.add("comment", kWhy);
        repeated_.drafts.push_back({std::string{type}, std::move(said.facts)});
        things_.insert(thing);
    }

    store::Connection& catalog_;
    const std::string& case_id_;
    const std::string& author_;
    std::uint64_t last_seq_;
    std::string owner_;
    std::size_t bytes_looked_at_ = 0;
    std::size_t most_ = 0;         // entries
    std::set<std::string> added_;  // sources that are there without those entries, or by these
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
