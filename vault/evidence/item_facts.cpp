#include "vault/evidence/item_facts.h"

#include <algorithm>
#include <span>

#include "vault/base/check.h"
#include "vault/base/parse.h"
#include "vault/base/utf8.h"
#include "vault/evidence/consent/terms.h"
#include "vault/evidence/pseudonym.h"
#include "vault/evidence/standing_facts.h"
#include "vault/evidence/vocabulary.h"
#include "vault/format/duration.h"
#include "vault/format/edtf.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kMaxTextBytes = std::size_t{64} << 10;
constexpr std::size_t kMaxListed = 100;
constexpr std::uint64_t kMaxNumber = 1'000'000'000;
constexpr std::uint64_t kMaxMetres = 40'000'000;  // once around the earth

// As the command line calls it: what may be given several times is singular there.
std::string option_of(std::string_view name) {
    for (const std::string_view list :
         {"purposes", "attributes", "recipients", "questions", "languages", "count_claims"}) {
        if (name == list) {
            return "--" + std::string{name.substr(0, name.size() - 1)};
        }
    }
    std::string option = "--" + std::string{name};
    std::replace(option.begin(), option.end(), '_', '-');
    return option;
}

[[noreturn]] void refuse(std::string_view name, const std::string& why) {
    throw Error{ErrorCode::kUsage, option_of(name) + ": " + why};
}

std::string joined(std::span<const std::string_view> words) {
    std::string all;
    for (const std::string_view word : words) {
        all += (all.empty() ? "" : ", ") + std::string{word};
    }
    return all;
}

void check_text(std::string_view name, const std::string& value) {
    if (value.empty()) {
        refuse(name, "nothing given");
    }
    if (value.size() > kMaxTextBytes) {
        refuse(name, "too long for one fact (64 KiB)");
    }
    if (!base::is_valid_utf8(value)) {
        refuse(name, "not UTF-8 text");
    }
}

void check_word(const FactRule& rule, const std::string& value) {
    if (std::find(rule.words.begin(), rule.words.end(), value) == rule.words.end()) {
        refuse(rule.name, base::quoted(value) + " is none of: " + joined(rule.words));
    }
}

bool is_language_tag(std::string_view tag) {
    const auto parts = base::split(tag, '-', 8);
    if (!parts || parts->front().size() < 2) {
        return false;
    }
    return std::all_of(parts->begin(), parts->end(), [](std::string_view part) {
        return !part.empty() && part.size() <= 8 &&
               std::all_of(part.begin(), part.end(), base::is_ascii_alphanumeric);
    });
}

// Digits, at most one point, at most 9 decimals; within +-limit. Kept as text: what was read off a
// map or a device is quoted with its own precision.
bool is_degrees(std::string_view value, std::uint64_t limit) {
    if (value.starts_with('-')) {
        value.remove_prefix(1);
    }
    const std::size_t point = value.find('.');
    const std::string_view whole = value.substr(0, point);
    const auto degrees = base::parse_unsigned(whole, limit);
    if (!degrees) {
        return false;
    }
    if (point == std::string_view::npos) {
        return true;
    }
    const std::string_view decimals = value.substr(point + 1);
    const bool digits = !decimals.empty() && decimals.size() <= 9 &&
                        std::all_of(decimals.begin(), decimals.end(), base::is_ascii_digit);
    const bool beyond = *degrees == limit && decimals.find_first_not_of('0') != decimals.npos;
    return digits && !beyond;
}

bool is_media_type(std::string_view value) {
    const auto parts = base::split(value, '/', 2);
    return value.size() <= 127 && parts && parts->size() == 2 &&
           std::all_of(parts->begin(), parts->end(), [](std::string_view part) {
               return !part.empty() && std::all_of(part.begin(), part.end(), [](char letter) {
                   return base::is_ascii_alphanumeric(letter) ||
                          std::string_view{"!#$&-^_.+"}.find(letter) != std::string_view::npos;
               });
           });
}

void check_thing(const FactRule& rule, const std::string& value) {
    const ThingKind* kind = kind_of_id(value);
    if (kind == nullptr ||
        std::find(rule.words.begin(), rule.words.end(), kind->name) == rule.words.end()) {
        refuse(rule.name, base::quoted(value) + " is the id of no " + joined(rule.words));
    }
}

// "kk=Көктұз"
std::pair<std::string, std::string> name_in_language(std::string_view fact,
                                                     const std::string& value) {
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos || equals + 1 == value.size() ||
        !is_language_tag(std::string_view{value}.substr(0, equals))) {
        refuse(fact, base::quoted(value) + " has no language in front; write kk=NAME, ru=NAME");
    }
    return {value.substr(0, equals), value.substr(equals + 1)};
}

// "killed;16;notice;2017-11-24": what was counted, how many are said, who says so, as of when. A
// claim is kept as it was made; kua adds none to another.
base::Json claim_of(std::string_view fact, const std::string& value) {
    constexpr std::size_t kParts = 4;
    const auto parts = base::split(value, ';', kParts);
    if (!parts || parts->size() < 3 || parts->front().empty() || parts->at(1).empty()) {
        refuse(fact, base::quoted(value) +
                         " is no claim; write UNIT;HOW MANY;WHO SAYS SO;AS OF, such as"
                         " killed;16;notice;2017-11-24");
    }
    base::Json claim = base::Json::object();
    claim["unit"] = parts->at(0);
    claim["claim"] = parts->at(1);
    claim["source"] = parts->at(2);
    if (parts->size() == kParts && !parts->back().empty()) {
        claim["as_of"] = format::parse_edtf(parts->back()).text;
    }
    return claim;
}

void check_degrees(const FactRule& rule, const std::string& value) {
    const std::uint64_t limit = rule.shape == FactShape::kDegrees90 ? 90 : 180;
    if (!is_degrees(value, limit)) {
        refuse(rule.name, base::quoted(value) + " is not decimal degrees; write 42.1012");
    }
}

void check_length_of_time(const FactRule& rule, const std::string& value) {
    if (format::parse_duration(value) < 0 && rule.shape == FactShape::kTolerance) {
        refuse(rule.name, "it is so much either way, and never negative; write PT1H");
    }
}

void check_single(const FactRule& rule, const std::string& value) {
    check_text(rule.name, value);
    switch (rule.shape) {
        case FactShape::kText:
        case FactShape::kTexts:
        case FactShape::kTags:
            return;
        case FactShape::kWord:
        case FactShape::kWords:
            return check_word(rule, value);
        case FactShape::kDate:
            format::parse_edtf(value);
            return;
        case FactShape::kDuration:
        case FactShape::kTolerance:
            return check_length_of_time(rule, value);
        case FactShape::kDegrees90:
        case FactShape::kDegrees180:
            check_degrees(rule, value);
            return;
        case FactShape::kMetres:
            if (!base::parse_unsigned(value, kMaxMetres)) {
                refuse(rule.name, base::quoted(value) + " is not a whole number of metres");
            }
            return;
        case FactShape::kLanguages:
            if (!is_language_tag(value)) {
                refuse(rule.name, base::quoted(value) + " is not a language tag; write kk, ru, en");
            }
            return;
        case FactShape::kSource:
            if (!is_source_name(value)) {
                refuse(rule.name,
                       "a source is named by a pseudonym such as P-07, or self, public, "
                       "unknown; never by a name");
            }
            return;
        case FactShape::kMediaType:
            if (!is_media_type(value)) {
                refuse(rule.name, base::quoted(value) + " is not a media type; write image/jpeg");
            }
            return;
        case FactShape::kPseudonym:
            if (!is_pseudonym(value)) {
                refuse(rule.name, base::quoted(value) + " is no pseudonym; write P-07");
            }
            return;
        case FactShape::kLevel:
            if (!base::parse_unsigned(value, kMaxLevel)) {
                refuse(rule.name, base::quoted(value) + " is no level; they go from 0 to 5");
            }
            return;
        case FactShape::kNumber:
            if (!base::parse_unsigned(value, kMaxNumber)) {
                refuse(rule.name, base::quoted(value) + " is not a whole number");
            }
            return;
        case FactShape::kThing:
            check_thing(rule, value);
            return;
        case FactShape::kNames:
            name_in_language(rule.name, value);
            return;
        case FactShape::kClaims:
            claim_of(rule.name, value);
            return;
    }
    KUA_CHECK(false);
}

bool is_list(FactShape shape) {
    return shape == FactShape::kWords || shape == FactShape::kTexts ||
           shape == FactShape::kLanguages || shape == FactShape::kTags ||
           shape == FactShape::kNames || shape == FactShape::kClaims;
}

base::Json value_of(const FactRule& rule, const std::vector<std::string>& values) {
    for (const std::string& value : values) {
        check_single(rule, value);
    }
    if (rule.shape == FactShape::kNames) {
        base::Json names = base::Json::object();
        for (const std::string& value : values) {
            const auto [language, name] = name_in_language(rule.name, value);
            names[language] = name;
        }
        return names;
    }
    if (rule.shape == FactShape::kClaims) {
        base::Json claims = base::Json::array();
        for (const std::string& value : values) {
            claims.push_back(claim_of(rule.name, value));
        }
        return claims;
    }
    if (is_list(rule.shape)) {
        return base::Json(values);
    }
    if (rule.shape == FactShape::kMetres) {
        return *base::parse_unsigned(values.front(), kMaxMetres);
    }
    if (rule.shape == FactShape::kNumber) {
        return *base::parse_unsigned(values.front(), kMaxNumber);
    }
    if (rule.shape == FactShape::kLevel) {
        return *base::parse_unsigned(values.front(), kMaxLevel);
    }
    return values.front();
}

const FactRule* find_rule(std::span<const FactRule> rules, std::string_view name) {
    const auto found = std::find_if(rules.begin(), rules.end(),
                                    [name](const FactRule& rule) { return rule.name == name; });
    return found == rules.end() ? nullptr : &*found;
}

}  // namespace

std::vector<journal::Fact> check_given_facts(const GivenFacts& given,
                                             std::span<const FactRule> rules) {
    for (const auto& [name, values] : given) {
        const FactRule* rule = find_rule(rules, name);
        if (rule == nullptr) {
            throw Error{ErrorCode::kUsage, "no fact here is called " + base::quoted(name)};
        }
        if (values.empty() || values.size() > (is_list(rule->shape) ? kMaxListed : 1)) {
            refuse(name, values.empty() ? "nothing given" : "given more often than it can be");
        }
    }
    std::vector<journal::Fact> facts;
    for (const FactRule& rule : rules) {
        const auto found = given.find(std::string{rule.name});
        if (found == given.end()) {
            continue;
        }
        facts.push_back({found->first, value_of(rule, found->second)});
        if (rule.name == "captured") {
            facts.push_back({"captured_day",
                             format::coarsen_to_day(format::parse_edtf(found->second.front()))});
        }
    }
    return facts;
}

namespace {

bool is_object_of_texts(const base::Json& value) {
    return value.is_object() && std::all_of(value.begin(), value.end(),
                                            [](const base::Json& one) { return one.is_string(); });
}

}  // namespace

std::string text_of_value(const base::Json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (is_object_of_texts(value)) {
        std::string all;
        for (const auto& [name, one] : value.items()) {
            all += all.empty() ? "" : ", ";
            all += name + ": " + one.get<std::string>();
        }
        return all;
    }
    if (value.is_array() && !value.empty() &&
        std::all_of(value.begin(), value.end(), is_object_of_texts)) {
        std::string all;
        for (const base::Json& one : value) {
            all += (all.empty() ? "" : "; ") + text_of_value(one);
        }
        return all;
    }
    const bool texts =
        value.is_array() && std::all_of(value.begin(), value.end(),
                                        [](const base::Json& one) { return one.is_string(); });
    if (!texts) {
        return base::write_json(value);
    }
    std::string all;
    for (const base::Json& one : value) {
        all += (all.empty() ? "" : ", ") + one.get<std::string>();
    }
    return all;
}

FactValue to_fact_value(const journal::Fact& fact) {
    return {fact.name, base::write_json(fact.value), text_of_value(fact.value)};
}

}  // namespace kua::evidence
