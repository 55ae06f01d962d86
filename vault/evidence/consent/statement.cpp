#include "vault/evidence/consent/statement.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "vault/evidence/item_id.h"
#include "vault/evidence/pseudonym.h"
#include "vault/evidence/standing_facts.h"
#include "vault/format/edtf.h"

namespace kua::evidence {
namespace {

constexpr std::int64_t kBeforeAll = std::numeric_limits<std::int64_t>::min();

// The texts of a list; of a single text, that.
std::vector<std::string> texts_in(const base::Json& value) {
    std::vector<std::string> texts;
    if (value.is_string()) {
        texts.push_back(value.get<std::string>());
    } else if (value.is_array()) {
        for (const base::Json& one : value) {
            if (one.is_string()) {
                texts.push_back(one.get<std::string>());
            }
        }
    }
    return texts;
}

std::vector<std::string> texts_in(const base::Json& facts, std::string_view name) {
    const base::Json* value = base::find_member(facts, name);
    return value != nullptr ? texts_in(*value) : std::vector<std::string>{};
}

bool is_text(const base::Json& value) {
    return value.is_string() && !value.get_ref<const std::string&>().empty();
}

bool is_texts(const base::Json& value) {
    return is_text(value) ||
           (value.is_array() && !value.empty() && std::all_of(value.begin(), value.end(), is_text));
}

// Whether what narrows a statement has the shape that it must have.
bool is_readable(const base::Json& facts) {
    for (const std::string& item : texts_in(facts, "items")) {
        if (!is_item_id(item)) {
            return false;
        }
    }
    for (const std::string_view name : {"items", "recipients"}) {
        const base::Json* value = base::find_member(facts, name);
        if (value != nullptr && !is_texts(*value)) {
            return false;
        }
    }
    for (const std::string_view name : {"conditions", "not_before", "expires"}) {
        const base::Json* value = base::find_member(facts, name);
        if (value != nullptr && !is_text(*value)) {
            return false;
        }
    }
    return true;
}

AttributeSet attributes_in(const std::vector<std::string>& words) {
    AttributeSet set;
    for (const std::string& word : words) {
        if (const std::optional<Attribute> attribute = parse_attribute(word)) {
            set.set(index_of(*attribute));
        }
    }
    return set;
}

AttributeSet every_attribute() {
    return AttributeSet{}.set();
}

ConsentGrid grid_in(const base::Json& grants) {
    ConsentGrid grid;
    if (grants.is_object()) {
        for (const auto& [word, attributes] : grants.items()) {
            if (const std::optional<Purpose> purpose = parse_purpose(word)) {
                grid.allow(*purpose, attributes_in(texts_in(attributes)));
            }
        }
    }
    return grid;
}

void cover_everything(ConsentStatement& statement) {
    for (const Purpose purpose : kAllPurposes) {
        statement.covered.allow(purpose, every_attribute());
    }
}

ConsentGrid both(const ConsentGrid& one, const ConsentGrid& other) {
    ConsentGrid grid;
    for (const Purpose purpose : kAllPurposes) {
        grid.allow(purpose, one.allowed(purpose) & other.allowed(purpose));
    }
    return grid;
}

void read_level(ConsentStatement& statement, const base::Json& facts, const base::Json& level,
                bool is_by_owner) {
    const bool is_number = level.is_number_unsigned() || level.is_number_integer();
    const std::int64_t number = is_number ? level.get<std::int64_t>() : -1;
    statement.level = number >= 0 && number <= std::int64_t{kMaxLevel}
                          ? static_cast<unsigned>(number)
                          : kLevelNotAsked;
    cover_everything(statement);
    // What the entry wrote out of its level may say less than the level, never more.
    const base::Json* grants = base::find_member(facts, "grants");
    statement.allowed = grid_of_level(*statement.level, attributes_in(texts_in(facts, "ticked")));
    if (grants != nullptr) {
        statement.allowed = both(statement.allowed, grid_in(*grants));
    }
    if (statement.source == "unknown") {
        const bool may_raise = is_by_owner && text_among(facts, "how_informed") == "not_possible";
        const unsigned most = may_raise ? kMaxLevelOfUnknown : kLevelNotAsked;
        statement.level = std::min(*statement.level, most);
        statement.allowed = both(statement.allowed, grid_of_level(most, {}));
    }
}

// Whether every word names a purpose or an attribute.
template <class Parse>
bool are_known(const base::Json* value, Parse parse) {
    const std::vector<std::string> words =
        value != nullptr ? texts_in(*value) : std::vector<std::string>{};
    return value != nullptr && is_texts(*value) &&
           std::all_of(words.begin(), words.end(),
                       [&parse](const std::string& word) { return parse(word).has_value(); });
}

// Refuses what it names; where that can't be read, everything.
void read_withdrawal(ConsentStatement& statement, const base::Json& facts) {
    const base::Json* purposes = base::find_member(facts, "purposes");
    const base::Json* attributes = base::find_member(facts, "attributes");
    if (!are_known(purposes, parse_purpose)) {
        cover_everything(statement);
        return;
    }
    const AttributeSet cells = are_known(attributes, parse_attribute)
                                   ? attributes_in(texts_in(*attributes))
                                   : every_attribute();
    for (const std::string& word : texts_in(*purposes)) {
        statement.covered.allow(*parse_purpose(word), cells);
    }
}

void read_cells(ConsentStatement& statement, const base::Json& facts, bool is_whole) {
    const base::Json* decision = base::find_member(facts, "decision");
    const bool allows = text_among(facts, "decision") == "allow";
    if (!is_whole || (decision != nullptr && !allows)) {
        read_withdrawal(statement, facts);
        return;
    }
    const AttributeSet cells = attributes_in(texts_in(facts, "attributes"));
    for (const std::string& word : texts_in(facts, "purposes")) {
        if (const std::optional<Purpose> purpose = parse_purpose(word)) {
            statement.covered.allow(*purpose, cells);
            // Of unknown material nobody can have allowed a thing but by level.
            if (allows && statement.source != "unknown") {
                statement.allowed.allow(*purpose, cells);
            }
        }
    }
}

// What can't be read may be older than anything; so may what a text tells that doesn't say when:
// the same account, changed since, comes in once more.
std::optional<std::int64_t> when_given(const base::Json& facts) {
    if (base::find_member(facts, "given") == nullptr) {
        return text_among(facts, "evidence").starts_with("i-") ? std::optional{kBeforeAll}
                                                               : std::nullopt;
    }
    const std::optional<format::Edtf> given = format::find_edtf(text_among(facts, "given"));
    return given ? given->span.earliest_utc_s().value_or(kBeforeAll) : kBeforeAll;
}

constexpr std::int64_t kSecondsOfADayAnywhere = std::int64_t{36} * 3600;

// A day counts from its beginning: what is said on the same day, wherever on earth that is, and
// entered later is newer. Of more than a day the end counts.
std::optional<std::int64_t> when_refused(const base::Json& facts, bool is_withdrawal) {
    constexpr std::int64_t kSecondsOfAboutADay = 2 * kSecondsOfADayAnywhere;
    const auto said = format::find_edtf(text_among(facts, is_withdrawal ? "withdrawn" : "given"));
    const auto first_s = said ? said->span.earliest_utc_s() : std::nullopt;
    const auto last_s = said ? said->span.latest_utc_s() : std::nullopt;
    return last_s && first_s && *last_s - *first_s <= kSecondsOfAboutADay ? first_s : last_s;
}

std::optional<std::int64_t> when_entered(const std::string& entered) {
    const std::optional<format::Edtf> time = format::find_edtf(entered);
    const auto from_s = time ? time->span.earliest_utc_s() : std::nullopt;
    return from_s ? std::optional{*from_s - kSecondsOfADayAnywhere} : std::nullopt;
}

// Of each author the times that statements tell of. No time is less than any.
class LatestTimes {
public:
    // Those of one author in their order.
    void add(const ConsentStatement& one) {
        BySeq& times = authors_[one.place.author];
        const auto so_far = times.empty() ? std::nullopt : times.rbegin()->second;
        times[one.place.seq] = std::max({so_far, one.said_s, one.refused_s, one.entered_s});
    }

    // The latest that its author knew of.
    std::optional<std::int64_t> known_to(const ConsentStatement& one) const {
        std::optional<std::int64_t> latest;
        for (const auto& [author, times] : authors_) {
            const auto behind = times.upper_bound(one.place.known_of(author));
            const bool is_of_one = one.source != "self" || author == one.place.author;
            if (is_of_one && behind != times.begin()) {
                latest = std::max(latest, std::prev(behind)->second);
            }
        }
        return latest;
    }

private:
    using BySeq = std::map<std::uint64_t, std::optional<std::int64_t>>;
    std::map<std::string, BySeq> authors_;  // the latest of each and those before it
};

// Also if nothing is said.
bool says_one_of(const base::Json& facts, std::string_view name,
                 std::initializer_list<std::string_view> words) {
    const base::Json* value = base::find_member(facts, name);
    return value == nullptr ||
           (value->is_string() && std::find(words.begin(), words.end(),
                                            value->get_ref<const std::string&>()) != words.end());
}

}  // namespace

std::string name_of_giver(const std::string& source, const std::string& author) {
    if (source == "self") {
        return source + "/" + author;
    }
    return is_source_name(source) ? source : "unknown";
}

std::string source_of_giver(const std::string& giver) {
    return giver.substr(0, giver.find('/'));
}

bool EntryPlace::knows(const EntryPlace& other) const {
    return known_of(other.author) >= other.seq;
}

std::uint64_t EntryPlace::known_of(const std::string& of_author) const {
    if (author == of_author) {
        return seq - 1;
    }
    const auto size = seen.find(of_author);
    return size != seen.end() ? size->second : 0;
}

bool ConsentStatement::covers(const std::string& item, Purpose purpose, Attribute attribute) const {
    return covered.allows(purpose, attribute) &&
           (items.empty() || std::find(items.begin(), items.end(), item) != items.end());
}

void date_by_what_was_known(std::vector<ConsentStatement>& all) {
    LatestTimes as_entered;  // all of them: who knows of something may come before it here
    for (const ConsentStatement& one : all) {
        as_entered.add(one);
    }
    LatestTimes as_dated;
    for (ConsentStatement& one : all) {
        if (!one.is_dated) {
            one.refused_s =
                std::max({one.refused_s, as_entered.known_to(one), as_dated.known_to(one)});
            if (one.is_withdrawal) {
                one.said_s = one.refused_s;
            }
        }
        as_dated.add(one);
    }
}

std::string why_nobody_allowed(const base::Json& facts) {
    if (!says_one_of(facts, "voluntary", {"unknown", "yes"})) {
        return "it was not said of free will (voluntary)";
    }
    if (!says_one_of(facts, "understood", {"unknown", "yes"})) {
        return "it was not understood what for (understood)";
    }
    const bool is_unknown = text_among(facts, "source") == "unknown";
    if (!is_unknown && !says_one_of(facts, "given_by", {"self", "guardian", "next_of_kin"})) {
        return "nobody gave it (given_by)";
    }
    const std::string by = text_among(facts, "given_by");
    const bool is_by_another = by == "guardian" || by == "next_of_kin";
    if (!is_unknown && !is_by_another &&
        !says_one_of(facts, "how_informed",
                     {"explained_orally", "read_aloud", "interpreted", "signed_form", "recorded",
                      "message"})) {
        return "the source could not be told (how_informed), and no guardian or next of kin spoke"
               " (given_by)";
    }
    return {};
}

std::optional<ConsentStatement> read_statement(std::string_view entry_type, const base::Json& facts,
                                               const StatementContext& context) {
    const bool is_withdrawal = entry_type == "consent.withdrawn";
    if ((!is_withdrawal && entry_type != "consent.given") || !facts.is_object()) {
        return std::nullopt;
    }
    ConsentStatement statement;
    statement.source = text_among(facts, "source");
    if (statement.source.empty()) {
        return std::nullopt;
    }
    statement.is_withdrawal = is_withdrawal;
    statement.items = texts_in(facts, "items");
    statement.recipients = texts_in(facts, "recipients");
    statement.conditions = text_among(facts, "conditions");
    statement.not_before = text_among(facts, "not_before");
    statement.expires = text_among(facts, "expires");
    statement.entered_s = when_entered(context.entered);
    statement.refused_s = when_refused(facts, is_withdrawal);
    statement.is_dated = statement.refused_s.has_value();
    if (!statement.is_dated) {
        statement.refused_s = statement.entered_s;
    }
    statement.said_s = is_withdrawal ? statement.refused_s : when_given(facts);
    const base::Json* level = base::find_member(facts, "level");
    if (is_withdrawal) {
        read_withdrawal(statement, facts);
    } else if (level != nullptr) {
        read_level(statement, facts, *level, context.is_by_owner);
    } else {
        read_cells(statement, facts, context.is_whole);
    }
    if (statement.allowed != ConsentGrid{} && !why_nobody_allowed(facts).empty()) {
        statement.is_answer = false;
        statement.allowed = both(statement.allowed, grid_of_level(kLevelNotAsked, {}));
    }
    statement.is_answer = statement.is_answer && statement.level != kLevelNotAsked;
    if (!context.is_whole || !is_readable(facts)) {
        statement.allowed = {};
        statement.items.clear();
        statement.is_answer = statement.level != kLevelNotAsked;
    }
    return statement.covered == ConsentGrid{} ? std::nullopt : std::optional{std::move(statement)};
}

}  // namespace kua::evidence
