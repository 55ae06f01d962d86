// The part of TextOutput that reports on testimonies, transcripts and translations.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output_text.h"
#include "cli/words.h"

namespace kua::cli {
namespace {

std::string kind_in_words(std::string_view kind) {
    std::string words{kind == "unknown" ? std::string_view{"testimony"} : kind};
    for (char& letter : words) {
        letter = letter == '_' ? ' ' : letter;
    }
    return words;
}

std::string_view name_of(TextKind kind) {
    return kind == TextKind::kTranscript ? "transcript" : "translation";
}

std::string fact_or(const std::vector<FactValue>& facts, std::string_view name,
                    const std::string& otherwise) {
    const FactValue* fact = find_fact(facts, name);
    return fact == nullptr ? otherwise : fact->text;
}

// Text of several lines, each behind `front`, the later ones below the first.
void put_lines(Page& all, const std::string& front, const std::string& text) {
    std::string before = front;
    std::size_t from = 0;
    while (from <= text.size()) {
        const std::size_t end = std::min(text.find('\n', from), text.size());
        all.line(before + text.substr(from, end - from));
        before = std::string(front.size(), ' ');
        from = end + 1;
    }
}

std::string times_of(const std::string& start, const std::string& end) {
    return start.empty() ? std::string{} : "  " + start + " to " + end;
}

using SegmentsByTurn = std::map<std::string_view, std::vector<const TextSegment*>>;

SegmentsByTurn by_turn(const SpokenText& text) {
    SegmentsByTurn segments;
    for (const TextSegment& segment : text.segments) {
        segments[segment.turn].push_back(&segment);
    }
    return segments;
}

void put_segment(Page& all, const SpokenText& text, const TextSegment& segment) {
    const std::string language =
        segment.language.empty() ? in_a_row(text.languages) : segment.language;
    put_lines(
        all,
        "    " + std::string{text.kind == TextKind::kTranscript ? "heard " : ""} + language + ": ",
        segment.text);
    for (const UncertainText& words : segment.uncertain) {
        all.line("      not sure of \"" + words.text + '"' +
                 (words.may_be.empty() ? "" : ": " + words.may_be));
    }
}

// A transcript that says what the turn says needs no second showing.
bool repeats(const SpokenText& text, const std::vector<const TextSegment*>& segments,
             const Turn& turn) {
    std::string words;
    bool is_sure = true;
    for (const TextSegment* segment : segments) {
        words += (words.empty() ? "" : " ") + segment->text;
        is_sure = is_sure && segment->uncertain.empty();
    }
    return text.kind == TextKind::kTranscript && is_sure && words == turn.text;
}

void put_turn(Page& all, const Turn& turn) {
    const std::string languages = in_a_row(turn.languages);
    all.line(turn.number + "  " + turn.role + "  " + turn.speaker + times_of(turn.start, turn.end) +
             (languages.empty() ? "" : "  " + languages) +
             (turn.carries.empty() ? "" : "  [" + in_a_row(turn.carries) + "]"));
    put_lines(all, "    ", turn.text);
}

// The turns of an account, each with what lies over it.
void put_turns(Page& all, const std::vector<Turn>& turns, const std::vector<SpokenText>& texts) {
    std::vector<SegmentsByTurn> segments;
    segments.reserve(texts.size());
    for (const SpokenText& text : texts) {
        segments.push_back(by_turn(text));
    }
    for (const Turn& turn : turns) {
        put_turn(all, turn);
        for (std::size_t i = 0; i < texts.size(); ++i) {
            const auto found = segments[i].find(turn.number);
            if (found == segments[i].end() || repeats(texts[i], found->second, turn)) {
                continue;
            }
            for (const TextSegment* segment : found->second) {
                put_segment(all, texts[i], *segment);
            }
        }
        all.blank();
    }
}

// A recording that has no testimony.
void put_text_alone(Page& all, const SpokenText& text) {
    for (const TextSegment& segment : text.segments) {
        all.line(segment.turn + "." + std::to_string(segment.part) + "  " + segment.speaker +
                 times_of(segment.start, segment.end));
        put_segment(all, text, segment);
    }
    all.blank();
}

constexpr std::size_t kFactWidth = 16;

void put_account(Page& all, const TestimonyAccount& account, const std::vector<SpokenText>& texts) {
    all.field("taken down",
              "entered " + readable_minute(account.time) + " (claimed) by " + account.author_name,
              kFactWidth);
    for (const FactValue& fact : account.facts) {
        all.field(fact.name, fact.text, kFactWidth);
    }
    for (const SpokenText& text : texts) {
        all.field(name_of(text.kind),
                  in_a_row(text.languages) + ", " + fact_or(text.facts, "status", "draft") +
                      ", by " + fact_or(text.facts, "author_of", "unknown") +
                      " (credit: " + fact_or(text.facts, "credit", "none") + "), entered " +
                      readable_minute(text.time) + " by " + text.author_name,
                  kFactWidth);
    }
    all.blank();
    put_turns(all, account.turns, texts);
}

}  // namespace

void TextOutput::testimony_added(const TestimonyReport& report) {
    std::vector<AddedItem> items = {report.item};
    if (report.recording) {
        items.push_back(*report.recording);
    }
    warn_of_damage(items);
    if (!report.recorded) {
        note("this testimony is here already, as " + report.item.short_id);
        return;
    }
    if (!quiet()) {
        Page all;
        all.line("added " + report.item.short_id + ": " + kind_in_words(report.kind) + " of " +
                 report.source + ", " + grouped(report.turns) +
                 (report.turns == 1 ? " turn" : " turns") +
                 (report.recording ? ", 1 recording" : "") +
                 stored_anew(report.item.damaged_copies));
        if (report.recording) {
            all.line("recording " + report.recording->short_id +
                     stored_anew(report.recording->damaged_copies));
        }
        if (report.consent_level) {
            all.line("consent of " + report.source + ": level " +
                     std::to_string(*report.consent_level));
        }
        print(all);
    }
    if (!report.not_inspected.empty()) {
        note("the recording is in, but not inspected: " + why_not_inspected(report.not_inspected));
    }
    if (report.sealed_case) {
        note("case " + report.case_id.substr(0, 8) + " is sealed here: it cannot be read here");
    }
    if (!report.not_asked.empty()) {
        note(report.not_asked + ": nobody asked yet, kept but not shown outside");
    }
    note_taken_back(report.taken_back, report.taken_back_of);
    if (report.consent_left_out) {
        note("the text allows what " + report.source +
             " took back and doesn't say when that was told (held): its consent_level was not"
             " entered. If they allow it again: kua consent give " +
             report.source);
    }
}

void TextOutput::text_added(const TextReport& report) {
    const std::string name{name_of(report.kind)};
    if (!report.recorded) {
        note("this " + name + " is here already; nothing was entered");
        return;
    }
    if (!report.misplaced.empty()) {
        constexpr std::size_t kMostNamed = 5;
        const std::vector<std::string> first{
            report.misplaced.begin(),
            report.misplaced.begin() +
                static_cast<std::ptrdiff_t>(std::min(report.misplaced.size(), kMostNamed))};
        warning("by its time it belongs to another turn: " + in_a_row(first) +
                (report.misplaced.size() > kMostNamed
                     ? " and " + grouped(report.misplaced.size() - kMostNamed) + " more"
                     : "") +
                "; is the number or the time wrong?");
    }
    if (quiet()) {
        return;
    }
    Page all;
    all.line(name + " in " + in_a_row(report.languages) + " added to " + report.short_item + ": " +
             grouped(report.segments) + (report.segments == 1 ? " segment" : " segments") +
             " over " + grouped(report.turns) + (report.turns == 1 ? " turn" : " turns") +
             (report.uncertain == 0 ? "" : ", " + grouped(report.uncertain) + " marked uncertain"));
    print(all);
}

void TextOutput::testimony(const TestimonyView& view) {
    Page all = page();
    all.heading(view.item.short_id + "  " + view.item.name);
    bool has_turns = false;
    for (const TestimonyAccount& account : view.accounts) {
        // What others took down stands there, too; texts lie over the first.
        const bool is_first = !has_turns && !account.turns.empty();
        put_account(all, account, is_first ? view.texts : std::vector<SpokenText>{});
        has_turns = has_turns || is_first;
    }
    if (!has_turns) {
        for (const SpokenText& text : view.texts) {
            put_text_alone(all, text);
        }
    }
    print(all);
}

}  // namespace kua::cli
