#include "vault/format/captions.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "kua/error.h"
#include "vault/base/parse.h"
#include "vault/base/utf8.h"

namespace kua::format {
namespace {

constexpr std::size_t kMaxCaptionLines = 1'000'000;
constexpr std::string_view kArrow = "-->";
constexpr std::string_view kNote = "NOTE";
constexpr std::string_view kUncertainNote = "kua-uncertain ";

bool is_blank(std::string_view line) {
    return trimmed(line).empty();
}

// "00:00:01.000 --> 00:00:02.000 align:start": what follows the times is left out.
TimeRange parse_times(std::string_view line, std::size_t number) {
    const std::size_t arrow = line.find(kArrow);
    const std::string_view start = trimmed(line.substr(0, arrow));
    std::string_view end = trimmed(line.substr(arrow + kArrow.size()));
    end = end.substr(0, end.find_first_of(" \t"));
    const auto start_ms = parse_timecode(start);
    const auto end_ms = parse_timecode(end);
    if (!start_ms || !end_ms) {
        refuse_line(number, "times are written 00:00:27.400 --> 00:00:49.800");
    }
    if (*end_ms < *start_ms) {
        refuse_line(number, "it ends before it begins");
    }
    return {*start_ms, *end_ms};
}

// The text of a cue, its markup taken apart.
class CueText {
public:
    explicit CueText(Cue& cue) : cue_(cue) {}

    void read(std::string_view text) {
        while (!text.empty()) {
            const std::size_t mark = std::min(text.find_first_of("<&"), text.size());
            put(text.substr(0, mark));
            text.remove_prefix(mark);
            if (!text.empty()) {
                text.remove_prefix(text.front() == '<' ? read_tag(text) : read_entity(text));
            }
        }
        if (is_uncertain_) {
            end_uncertain();
        }
    }

private:
    void put(std::string_view text) {
        cue_.text += text;
        if (is_uncertain_) {
            uncertain_ += text;
        }
    }

    void end_uncertain() {
        is_uncertain_ = false;
        if (!trimmed(uncertain_).empty()) {
            cue_.uncertain.push_back({std::string{trimmed(uncertain_)}, {}});
        }
        uncertain_.clear();
    }

    static bool has_class(std::string_view classes, std::string_view wanted) {
        const std::size_t at = classes.find(wanted);
        const std::size_t end = at + wanted.size();
        return at != std::string_view::npos && (end == classes.size() || classes[end] == '.');
    }

    // Returns its length. What isn't closed is text.
    std::size_t read_tag(std::string_view text) {
        const std::size_t close = is_unclosed_ ? std::string_view::npos : text.find('>');
        is_unclosed_ = close == std::string_view::npos;  // and so is all behind it
        const bool is_tag = close != std::string_view::npos &&
                            (base::is_ascii_alphanumeric(text[1]) || text[1] == '/');
        if (!is_tag) {
            put(text.substr(0, 1));
            return 1;
        }
        const std::string_view tag = text.substr(1, close - 1);
        const std::size_t blank = std::min(tag.find_first_of(" \t\n"), tag.size());
        const std::string_view name = tag.substr(0, blank);
        const std::string_view rest = trimmed(tag.substr(blank));
        if (name == "v" || name.starts_with("v.")) {
            if (!cue_.speaker.empty() && cue_.speaker != rest) {
                refuse_line(cue_.line, "two voices at once; make two of it, one for each");
            }
            cue_.speaker = rest;
        } else if (name == "lang" && cue_.language.empty()) {
            cue_.language = rest;
        } else if (name.starts_with("c.") && has_class(name.substr(1), ".uncertain")) {
            is_uncertain_ = true;
        } else if (name == "/c" && is_uncertain_) {
            end_uncertain();
        }
        return close + 1;
    }

    std::size_t read_entity(std::string_view text) {
        constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kEntities = {
            {{"&amp;", "&"},
             {"&lt;", "<"},
             {"&gt;", ">"},
             {"&nbsp;", " "},
             {"&lrm;", ""},
             {"&rlm;", ""}}};
        for (const auto& [name, value] : kEntities) {
            if (text.starts_with(name)) {
                put(value);
                return name.size();
            }
        }
        put(text.substr(0, 1));
        return 1;
    }

    Cue& cue_;
    bool is_uncertain_ = false;
    bool is_unclosed_ = false;  // no tag ends any more
    std::string uncertain_;
};

class CaptionReader {
public:
    explicit CaptionReader(std::string_view text) : lines_(lines_of_text(text, kMaxCaptionLines)) {}

    Captions run() {
        if (!lines_.empty() && is_header(lines_.front())) {
            while (at_ < lines_.size() && !is_blank(lines_[at_])) {
                ++at_;
            }
        } else if (!begins_as_subrip()) {
            refuse_line(1, "neither WebVTT (its first line is WEBVTT) nor SubRip (.srt)");
        }
        while (at_ < lines_.size()) {
            if (is_blank(lines_[at_])) {
                ++at_;
            } else {
                read_block();
            }
        }
        if (captions_.cues.empty()) {
            refuse_line(lines_.size(), "no text in it");
        }
        add_alternatives();
        return std::move(captions_);
    }

private:
    static bool is_header(std::string_view line) {
        return line == "WEBVTT" || line.starts_with("WEBVTT ") || line.starts_with("WEBVTT\t");
    }

    bool begins_as_subrip() const {
        const auto first = std::find_if_not(lines_.begin(), lines_.end(), is_blank);
        const auto is_times = [this](auto line) {
            return line != lines_.end() && line->find(kArrow) != std::string_view::npos;
        };
        return first != lines_.end() && (is_times(first) || is_times(std::next(first)));
    }

    void read_block() {
        const std::string_view first = lines_[at_];
        if (first == kNote || first.starts_with("NOTE ") || first.starts_with("NOTE\t")) {
            read_note(trimmed(first.substr(kNote.size())));
            return;
        }
        if (first == "STYLE" || first == "REGION") {
            skip_block();
            return;
        }
        Cue cue;
        if (first.find(kArrow) == std::string_view::npos) {
            cue.id = trimmed(first);
            ++at_;
        }
        if (at_ == lines_.size() || lines_[at_].find(kArrow) == std::string_view::npos) {
            refuse_line(at_ + 1, "expected times, 00:00:27.400 --> 00:00:49.800");
        }
        cue.line = at_ + 1;
        cue.range = parse_times(lines_[at_], cue.line);
        ++at_;
        read_text(cue);
    }

    void read_text(Cue& cue) {
        std::string text;
        for (; at_ < lines_.size() && !is_blank(lines_[at_]); ++at_) {
            text.append(text.empty() ? "" : "\n").append(lines_[at_]);
        }
        CueText{cue}.read(text);
        const std::size_t begin = cue.text.find_first_not_of(" \t\n");
        if (begin == std::string::npos) {
            return;  // a pause
        }
        cue.text = cue.text.substr(begin, cue.text.find_last_not_of(" \t\n") - begin + 1);
        if (cue.range.start_ms < last_end_ms_) {
            refuse_line(cue.line, "it begins before " + write_timecode(last_end_ms_) +
                                      ", where the text before it ends");
        }
        last_end_ms_ = cue.range.end_ms;
        if (captions_.cues.size() == kMaxCues) {
            refuse_line(cue.line, "more than 100,000 texts");
        }
        captions_.cues.push_back(std::move(cue));
    }

    void skip_block() {
        while (at_ < lines_.size() && !is_blank(lines_[at_])) {
            ++at_;
        }
    }

    void read_note(std::string_view head) {
        ++at_;
        if (head.starts_with(kUncertainNote)) {
            const std::string id{trimmed(head.substr(kUncertainNote.size()))};
            for (; at_ < lines_.size() && !is_blank(lines_[at_]); ++at_) {
                alternatives_[id].push_back(read_alternative(lines_[at_], at_ + 1));
            }
        } else if (captions_.note_kind.empty() && head.starts_with("kua-")) {
            captions_.note_kind = head;
            read_facts();
        } else {
            skip_block();
        }
    }

    void read_facts() {
        std::set<std::string> keys;
        for (; at_ < lines_.size() && !is_blank(lines_[at_]); ++at_) {
            FrontFact fact = parse_front_fact(lines_[at_], at_ + 1);
            if (!keys.insert(fact.key).second) {
                refuse_line(at_ + 1, fact.key + " is there twice");
            }
            captions_.facts.push_back(std::move(fact));
        }
    }

    // "my mother": what it may be
    static UncertainWords read_alternative(std::string_view line, std::size_t number) {
        const std::size_t end = line.starts_with('"') ? line.find("\":", 1) : std::string::npos;
        if (end == std::string_view::npos) {
            refuse_line(number, "expected \"words\": what they may be");
        }
        return {std::string{line.substr(1, end - 1)}, std::string{trimmed(line.substr(end + 2))}};
    }

    // The first alternative is about the first uncertain words of its cue, and so on.
    void add_alternatives() {
        for (Cue& cue : captions_.cues) {
            const auto found = alternatives_.find(cue.id);
            if (found == alternatives_.end()) {
                continue;
            }
            for (std::size_t i = 0; i < found->second.size(); ++i) {
                if (i < cue.uncertain.size()) {
                    cue.uncertain[i].may_be = found->second[i].may_be;
                } else {
                    cue.uncertain.push_back(found->second[i]);
                }
            }
            alternatives_.erase(found);
        }
        if (!alternatives_.empty()) {
            throw Error{ErrorCode::kFailed, "a note about uncertain words in " +
                                                base::quoted(alternatives_.begin()->first) +
                                                ", which isn't there"};
        }
    }

    std::vector<std::string_view> lines_;
    std::size_t at_ = 0;
    std::uint64_t last_end_ms_ = 0;
    std::map<std::string, std::vector<UncertainWords>> alternatives_;
    Captions captions_;
};

}  // namespace

Captions parse_captions(std::string_view text) {
    if (text.size() > kMaxCaptionBytes) {
        throw Error{ErrorCode::kFailed, "a transcript of more than 8 MiB"};
    }
    return CaptionReader{text}.run();
}

}  // namespace kua::format
