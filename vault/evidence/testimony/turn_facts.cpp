#include "vault/evidence/testimony/turn_facts.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "kua/error.h"
#include "vault/base/parse.h"
#include "vault/base/utf8.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/standing_facts.h"
#include "vault/format/timecode.h"

namespace kua::evidence {
namespace {

constexpr std::string_view kTurnPrefix = "turn_";
constexpr std::string_view kSegmentPrefix = "segment_";
constexpr unsigned kMaxParts = 9999;

// Mistakes are named as on a command line; here there are no options but lines.
template <class Check>
auto at_line(std::size_t line, Check&& check) {
    try {
        return check();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kUsage) {
            throw;
        }
        std::string text = error.what();
        text.erase(0, text.starts_with("--") ? 2 : 0);
        format::refuse_line(line, text);
    }
}

std::vector<std::string> words_in(const base::Json& json, std::string_view name) {
    std::vector<std::string> texts;
    if (const base::Json* list = base::find_member(json, name); list && list->is_array()) {
        for (const base::Json& one : *list) {
            if (one.is_string()) {
                texts.push_back(one.get<std::string>());
            }
        }
    }
    return texts;
}

std::optional<std::string_view> behind(std::string_view text, std::string_view prefix) {
    return text.starts_with(prefix) ? std::optional{text.substr(prefix.size())} : std::nullopt;
}

// "0010" and more digits if there are more; not 0.
std::optional<std::size_t> parse_turn(std::string_view text) {
    constexpr std::size_t kWidth = 4;
    if (text.size() < kWidth || !std::all_of(text.begin(), text.end(), base::is_ascii_digit)) {
        return std::nullopt;
    }
    const std::size_t digit = std::min(text.find_first_not_of('0'), text.size() - 1);
    const auto number = base::parse_unsigned(text.substr(digit), format::kMaxCues);
    const bool is_right = number && *number > 0 && format::turn_number(*number) == text;
    return is_right ? std::optional{static_cast<std::size_t>(*number)} : std::nullopt;
}

std::optional<SegmentPlace> parse_place(std::string_view text, char separator) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const auto turn = parse_turn(text.substr(0, at));
    const auto part = base::parse_unsigned(text.substr(at + 1), kMaxParts);
    return turn && part && *part > 0 ? std::optional{SegmentPlace{*turn, unsigned(*part)}}
                                     : std::nullopt;
}

void put_range(base::Json& json, const format::TimeRange& range) {
    json["start"] = format::write_timecode(range.start_ms);
    json["end"] = format::write_timecode(range.end_ms);
}

Turn read_turn(std::string_view number, const base::Json& json) {
    return {.number = std::string{number},
            .role = text_among(json, "role"),
            .speaker = text_among(json, "speaker"),
            .start = text_among(json, "start"),
            .end = text_among(json, "end"),
            .languages = words_in(json, "language"),
            .carries = words_in(json, "carries"),
            .text = text_among(json, "text")};
}

TextSegment read_segment(const SegmentPlace& place, const base::Json& json) {
    TextSegment segment{.turn = format::turn_number(place.turn),
                        .part = place.part,
                        .text = text_among(json, "text"),
                        .start = text_among(json, "start"),
                        .end = text_among(json, "end"),
                        .speaker = text_among(json, "speaker"),
                        .language = text_among(json, "language"),
                        .uncertain = {}};
    if (const base::Json* list = base::find_member(json, "uncertain"); list && list->is_array()) {
        for (const base::Json& one : *list) {
            if (one.is_object()) {
                segment.uncertain.push_back({text_among(one, "text"), text_among(one, "may_be")});
            }
        }
    }
    return segment;
}

// "[unsure]" is a text wherever no list is asked for.
bool takes_list(const std::string& name, std::span<const FactRule> rules) {
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [&](const FactRule& one) { return one.name == name; });
    return rule != rules.end() &&
           (rule->shape == FactShape::kWords || rule->shape == FactShape::kTexts ||
            rule->shape == FactShape::kLanguages || rule->shape == FactShape::kTags);
}

// The turns by when they are said, and which there are at all.
class TurnTimes {
public:
    explicit TurnTimes(const std::vector<Turn>& turns) {
        for (const Turn& turn : turns) {
            const auto number = parse_turn(turn.number);
            const auto start = format::parse_timecode(turn.start);
            const auto end = format::parse_timecode(turn.end);
            if (number) {
                numbers_.insert(*number);
            }
            if (number && start && end) {
                by_start_[*start] = {*end, *number};
            }
        }
    }

    bool empty() const noexcept { return numbers_.empty(); }
    bool has(std::size_t turn) const { return numbers_.contains(turn); }
    std::size_t count() const noexcept { return numbers_.size(); }

    // The one in whose time `ms` lies.
    std::optional<std::size_t> at(std::uint64_t ms) const {
        auto after = by_start_.upper_bound(ms);
        if (after == by_start_.begin()) {
            return std::nullopt;
        }
        const auto& [end, turn] = std::prev(after)->second;
        return ms <= end ? std::optional{turn} : std::nullopt;
    }

private:
    std::set<std::size_t> numbers_;
    std::map<std::uint64_t, std::pair<std::uint64_t, std::size_t>> by_start_;
};

SegmentPlace place_by_time(const format::Cue& cue, const TurnTimes& turns,
                           const std::optional<SegmentPlace>& before) {
    const auto turn = turns.at(cue.range.start_ms);
    if (!turn) {
        format::refuse_line(cue.line, "no turn of this testimony is said at " +
                                          format::write_timecode(cue.range.start_ms) +
                                          "; name the turn in the line above: 0010.1");
    }
    return {*turn, before && before->turn == *turn ? before->part + 1 : 1};
}

}  // namespace

GivenFacts facts_of_front(const std::vector<format::FrontFact>& front,
                          std::span<const FactRule> rules) {
    GivenFacts given;
    for (const format::FrontFact& fact : front) {
        const bool is_known = std::any_of(rules.begin(), rules.end(), [&](const FactRule& rule) {
            return rule.name == fact.key;
        });
        if (!is_known) {
            format::refuse_line(fact.line, "no fact called " + base::quoted(fact.key) + " here");
        }
        if (format::is_empty(fact)) {
            continue;  // a line of a form
        }
        const std::vector<std::string> values =
            fact.is_list && !takes_list(fact.key, rules) ? std::vector{fact.text} : fact.values;
        at_line(fact.line, [&] { return check_given_facts({{fact.key, values}}, rules); });
        given[fact.key] = values;
    }
    return given;
}

std::vector<journal::Fact> turn_facts(const std::vector<format::TestimonyTurn>& turns) {
    std::vector<journal::Fact> facts;
    for (const format::TestimonyTurn& turn : turns) {
        GivenFacts given{{"role", {turn.role}}};
        if (!turn.languages.empty()) {
            given["language"] = turn.languages;
        }
        if (!turn.carries.empty()) {
            given["carries"] = turn.carries;
        }
        base::Json json = base::Json::object();
        for (journal::Fact& fact :
             at_line(turn.line, [&] { return check_given_facts(given, turn_fact_rules()); })) {
            json[fact.name] = std::move(fact.value);
        }
        json["speaker"] = turn.speaker;
        json["text"] = turn.text;
        if (turn.range) {
            put_range(json, *turn.range);
        }
        facts.push_back(
            {std::string{kTurnPrefix} + format::turn_number(facts.size() + 1), std::move(json)});
    }
    return facts;
}

std::vector<Turn> read_turns(const std::vector<journal::Fact>& facts) {
    std::map<std::size_t, Turn> turns;
    for (const journal::Fact& fact : facts) {
        const auto number = behind(fact.name, kTurnPrefix);
        const auto parsed = number ? parse_turn(*number) : std::nullopt;
        if (parsed && fact.value.is_object()) {
            turns.emplace(*parsed, read_turn(*number, fact.value));
        }
    }
    std::vector<Turn> all;
    all.reserve(turns.size());
    for (auto& [number, turn] : turns) {
        all.push_back(std::move(turn));
    }
    return all;
}

std::vector<TextSegment> read_segments(const std::vector<journal::Fact>& facts) {
    std::map<SegmentPlace, TextSegment> segments;
    for (const journal::Fact& fact : facts) {
        const auto name = behind(fact.name, kSegmentPrefix);
        const auto place = name ? parse_place(*name, '_') : std::nullopt;
        if (place && fact.value.is_object()) {
            segments.emplace(*place, read_segment(*place, fact.value));
        }
    }
    std::vector<TextSegment> all;
    all.reserve(segments.size());
    for (auto& [place, segment] : segments) {
        all.push_back(std::move(segment));
    }
    return all;
}

std::string segment_name(const SegmentPlace& place) {
    return format::turn_number(place.turn) + '.' + std::to_string(place.part);
}

std::vector<journal::Fact> segment_facts(const std::vector<format::Cue>& cues,
                                         const std::vector<SegmentPlace>& places) {
    std::vector<journal::Fact> facts;
    for (std::size_t i = 0; i < cues.size(); ++i) {
        const format::Cue& cue = cues[i];
        const SegmentPlace& place = places.at(i);
        base::Json json = {{"turn", format::turn_number(place.turn)}, {"text", cue.text}};
        put_range(json, cue.range);
        if (!cue.speaker.empty()) {
            json["speaker"] = cue.speaker;
        }
        if (!cue.language.empty()) {
            json["language"] = cue.language;
        }
        for (const format::UncertainWords& words : cue.uncertain) {
            base::Json one = {{"text", words.text}};
            if (!words.may_be.empty()) {
                one["may_be"] = words.may_be;
            }
            json["uncertain"].push_back(std::move(one));
        }
        facts.push_back({std::string{kSegmentPrefix} + format::turn_number(place.turn) + '_' +
                             std::to_string(place.part),
                         std::move(json)});
    }
    return facts;
}

std::vector<SegmentPlace> place_segments(const std::vector<format::Cue>& cues,
                                         const std::vector<Turn>& turns, bool is_sealed) {
    const TurnTimes times{turns};
    std::vector<SegmentPlace> places;
    for (const format::Cue& cue : cues) {
        const std::optional<SegmentPlace> named = parse_place(cue.id, '.');
        if (!named && is_sealed) {
            format::refuse_line(cue.line,
                                "the case is sealed here, so each text has to name its"
                                " turn and part in the line above: 0010.1");
        }
        const auto before = places.empty() ? std::nullopt : std::optional{places.back()};
        const SegmentPlace place = named           ? *named
                                   : times.empty() ? SegmentPlace{places.size() + 1, 1}
                                                   : place_by_time(cue, times, before);
        if (!times.empty() && !times.has(place.turn)) {
            throw Error{ErrorCode::kFailed, "segment " + segment_name(place) +
                                                ": this testimony has " +
                                                std::to_string(times.count()) + " turns"};
        }
        if (before && place <= *before) {
            format::refuse_line(
                cue.line, "segment " + segment_name(place) + " follows " + segment_name(*before));
        }
        places.push_back(place);
    }
    return places;
}

std::vector<std::string> misplaced_segments(const std::vector<format::Cue>& cues,
                                            const std::vector<SegmentPlace>& places,
                                            const std::vector<Turn>& turns) {
    const TurnTimes times{turns};
    std::vector<std::string> names;
    for (std::size_t i = 0; i < cues.size(); ++i) {
        if (!parse_place(cues[i].id, '.')) {
            continue;  // placed by its time
        }
        const format::TimeRange& range = cues[i].range;
        // One turn ends where the next begins: what begins in time may end a little later.
        const auto by_time = times.at(range.start_ms + (range.end_ms - range.start_ms) / 2);
        if (by_time && *by_time != places.at(i).turn) {
            names.push_back(segment_name(places[i]));
        }
    }
    return names;
}

}  // namespace kua::evidence
