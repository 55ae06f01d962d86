#include "vault/format/testimony_text.h"

#include <algorithm>
#include <set>

#include "kua/error.h"
#include "vault/base/parse.h"

namespace kua::format {
namespace {

constexpr std::size_t kMaxLines = 1'000'000;
constexpr std::string_view kFence = "---";
constexpr std::string_view kTurnMark = "### ";
constexpr std::size_t kMaxWords = 16;

std::optional<TimeRange> parse_range(std::string_view word) {
    const std::size_t dash = word.find('-');
    if (dash == std::string_view::npos) {
        return std::nullopt;
    }
    const auto start = parse_timecode(word.substr(0, dash));
    const auto end = parse_timecode(word.substr(dash + 1));
    return start && end ? std::optional{TimeRange{*start, *end}} : std::nullopt;
}

std::vector<std::string> split_words(std::string_view text, char separator) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        const std::string_view word = trimmed(text.substr(0, end));
        if (!word.empty()) {
            words.emplace_back(word);
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

class TestimonyReader {
public:
    explicit TestimonyReader(std::string_view text) : lines_(lines_of_text(text, kMaxLines)) {}

    TestimonyText run() {
        read_front();
        for (; at_ < lines_.size(); ++at_) {
            read_line(lines_[at_]);
        }
        finish_turn();
        if (testimony_.turns.empty()) {
            refuse_line(lines_.size(), "no turn; one begins with a line like ### 0001 answer P-07");
        }
        return std::move(testimony_);
    }

private:
    void read_front() {
        if (lines_.empty() || trimmed(lines_.front()) != kFence) {
            refuse_line(1, "a testimony begins with a line --- and `format: kua-testimony/1`");
        }
        std::set<std::string> keys;
        bool has_format = false;
        for (at_ = 1; at_ < lines_.size() && trimmed(lines_[at_]) != kFence; ++at_) {
            if (trimmed(lines_[at_]).empty()) {
                continue;
            }
            FrontFact fact = parse_front_fact(lines_[at_], at_ + 1);
            if (!keys.insert(fact.key).second) {
                refuse_line(at_ + 1, fact.key + " is there twice");
            }
            if (fact.key != "format") {
                testimony_.facts.push_back(std::move(fact));
                continue;
            }
            if (fact.values != std::vector{std::string{kTestimonyFormat}}) {
                refuse_line(at_ + 1, "this kua reads kua-testimony/1");
            }
            has_format = true;
        }
        if (at_ == lines_.size()) {
            refuse_line(at_, "the facts at the front end with a line ---");
        }
        if (!has_format) {
            refuse_line(at_ + 1, "`format: kua-testimony/1` is missing above");
        }
        ++at_;
    }

    void read_line(std::string_view line) {
        if (line.starts_with(kTurnMark)) {
            finish_turn();
            begin_turn(line.substr(kTurnMark.size()));
        } else if (!testimony_.turns.empty()) {
            body_ += std::string{line} + '\n';
        } else if (!trimmed(line).empty() && !line.starts_with('#')) {
            refuse_line(at_ + 1,
                        "text before the first turn; a turn begins with a line like"
                        " ### 0001 answer P-07");
        }
    }

    void begin_turn(std::string_view heading) {
        TestimonyTurn turn;
        turn.line = at_ + 1;
        const std::size_t bracket = heading.find('[');
        if (bracket != std::string_view::npos) {
            const std::string_view list = trimmed(heading.substr(bracket));
            if (list.size() < 2 || list.back() != ']') {
                refuse_line(turn.line, "what a turn carries stands in brackets: [place]");
            }
            turn.carries = split_words(list.substr(1, list.size() - 2), ',');
            heading = heading.substr(0, bracket);
        }
        const std::vector<std::string> words = split_words(heading, ' ');
        if (words.size() < 3 || words.size() > kMaxWords) {
            refuse_line(turn.line, "a turn is: ### NUMBER ROLE SPEAKER [START-END] [LANGUAGE]");
        }
        const std::string expected = turn_number(testimony_.turns.size() + 1);
        if (words[0] != expected) {
            const bool is_number =
                std::all_of(words[0].begin(), words[0].end(), base::is_ascii_digit);
            const std::string before = turn_number(testimony_.turns.size());
            refuse_line(turn.line, (is_number ? "turn " + words[0] : std::string{"this turn"}) +
                                       (testimony_.turns.empty() ? " is the first; it must be 0001"
                                                                 : " follows " + before));
        }
        turn.role = words[1];
        turn.speaker = words[2];
        read_rest(turn, words);
        check_order(turn);
        testimony_.turns.push_back(std::move(turn));
    }

    // Behind the speaker: a time, then languages; each at most once, either may be missing.
    static void read_rest(TestimonyTurn& turn, const std::vector<std::string>& words) {
        std::size_t at = 3;
        if (at < words.size() && base::is_ascii_digit(words[at].front())) {
            turn.range = parse_range(words[at]);
            at += turn.range ? 1U : 0U;
        }
        if (at < words.size()) {
            turn.languages = split_words(words[at], '+');
            at += turn.languages.empty() ? 0U : 1U;
        }
        const bool has_number =
            std::any_of(turn.languages.begin(), turn.languages.end(),
                        [](const std::string& l) { return base::is_ascii_digit(l.front()); });
        if (at < words.size() || has_number) {
            refuse_line(turn.line,
                        "behind the speaker, one word, stand a time like"
                        " 00:00:27.400-00:00:49.800 and a language like kk or kk+ru, or nothing");
        }
    }

    void check_order(const TestimonyTurn& turn) {
        if (!turn.range) {
            return;
        }
        if (turn.range->end_ms < turn.range->start_ms || turn.range->start_ms < last_end_ms_) {
            refuse_line(turn.line, "its time begins before " + write_timecode(last_end_ms_) +
                                       ", or ends before it begins");
        }
        last_end_ms_ = turn.range->end_ms;
    }

    void finish_turn() {
        if (testimony_.turns.empty()) {
            return;
        }
        TestimonyTurn& turn = testimony_.turns.back();
        const std::size_t begin = body_.find_first_not_of(" \t\r\n");
        if (begin == std::string::npos) {
            refuse_line(turn.line, "this turn has no words");
        }
        // Only whole blank lines are left out at both ends.
        const std::size_t line_before = body_.rfind('\n', begin);
        turn.text = body_.substr(line_before == std::string::npos ? 0 : line_before + 1);
        turn.text.erase(turn.text.find_last_not_of(" \t\r\n") + 1);
        if (turn.text.size() > kMaxTurnBytes) {
            refuse_line(turn.line, "a turn of more than 512 KiB; make several of it");
        }
        body_.clear();
        if (testimony_.turns.size() > kMaxTurns) {
            refuse_line(turn.line, "more than 9,999 turns");
        }
    }

    std::vector<std::string_view> lines_;
    std::size_t at_ = 0;
    std::uint64_t last_end_ms_ = 0;
    std::string body_;
    TestimonyText testimony_;
};

std::string joined_by(const std::vector<std::string>& words, std::string_view separator) {
    std::string all;
    for (const std::string& word : words) {
        all.append(all.empty() ? std::string_view{} : separator).append(word);
    }
    return all;
}

}  // namespace

std::string turn_number(std::size_t number) {
    constexpr std::size_t kWidth = 4;
    const std::string text = std::to_string(number);
    return std::string(kWidth - std::min(kWidth, text.size()), '0') + text;
}

TestimonyText parse_testimony(std::string_view text) {
    if (text.size() > kMaxTestimonyBytes) {
        throw Error{ErrorCode::kFailed, "a testimony of more than 8 MiB"};
    }
    return TestimonyReader{text}.run();
}

std::string write_testimony(const TestimonyText& testimony) {
    std::string text = "---\nformat: " + std::string{kTestimonyFormat} + '\n';
    for (const FrontFact& fact : testimony.facts) {
        text += write_front_fact(fact) + '\n';
    }
    text += "---\n";
    for (std::size_t i = 0; i < testimony.turns.size(); ++i) {
        const TestimonyTurn& turn = testimony.turns[i];
        text += "\n### " + turn_number(i + 1) + ' ' + turn.role + ' ' + turn.speaker;
        if (turn.range) {
            text += ' ' + write_timecode(turn.range->start_ms) + '-' +
                    write_timecode(turn.range->end_ms);
        }
        text += turn.languages.empty() ? "" : ' ' + joined_by(turn.languages, "+");
        text += turn.carries.empty() ? "" : " [" + joined_by(turn.carries, ", ") + ']';
        text += "\n\n" + turn.text + '\n';
    }
    return text;
}

}  // namespace kua::format
