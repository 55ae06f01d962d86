// The part of JsonOutput that reports on testimonies, transcripts and translations.
#include <string>
#include <vector>

#include "cli/output_json.h"
#include "cli/output_json_values.h"

namespace kua::cli {
namespace {

const char* word_for(TextKind kind) {
    return kind == TextKind::kTranscript ? "transcript" : "translation";
}

Json value_of(const Turn& turn) {
    return {{"turn", turn.number},           {"role", turn.role},
            {"speaker", turn.speaker},       {"start", text_or_null(turn.start)},
            {"end", text_or_null(turn.end)}, {"language", turn.languages},
            {"carries", turn.carries},       {"text", turn.text}};
}

Json value_of(const TestimonyAccount& account) {
    Json turns = Json::array();
    for (const Turn& turn : account.turns) {
        turns.push_back(value_of(turn));
    }
    return {{"facts", kua::cli::value_of(account.facts)},
            {"entered_claimed", account.time},
            {"entered_by", account.author},
            {"entered_by_name", text_or_null(account.author_name)},
            {"turns", turns}};
}

Json value_of(const UncertainText& words) {
    return {{"text", words.text}, {"may_be", text_or_null(words.may_be)}};
}

Json value_of(const TextSegment& segment) {
    Json uncertain = Json::array();
    for (const UncertainText& words : segment.uncertain) {
        uncertain.push_back(value_of(words));
    }
    return {{"turn", segment.turn},
            {"part", segment.part},
            {"start", text_or_null(segment.start)},
            {"end", text_or_null(segment.end)},
            {"speaker", text_or_null(segment.speaker)},
            {"language", text_or_null(segment.language)},
            {"text", segment.text},
            {"uncertain", uncertain}};
}

Json value_of(const SpokenText& text) {
    Json segments = Json::array();
    for (const TextSegment& segment : text.segments) {
        segments.push_back(value_of(segment));
    }
    return {{"kind", word_for(text.kind)},
            {"facts", kua::cli::value_of(text.facts)},
            {"entered_claimed", text.time},
            {"entered_by", text.author},
            {"entered_by_name", text_or_null(text.author_name)},
            {"segments", segments}};
}

}  // namespace

void JsonOutput::testimony_added(const TestimonyReport& report) {
    print(document(
        {{"case_id", report.case_id},
         {"sealed_case", report.sealed_case},
         {"recorded", report.recorded},
         {"item", kua::cli::value_of(report.item)},
         {"recording", report.recording ? kua::cli::value_of(*report.recording) : Json(nullptr)},
         {"not_inspected", array_of(report.not_inspected)},
         {"source", report.source},
         {"testimony_kind", report.kind},
         {"turns", report.turns},
         {"consent_level", report.consent_level ? Json(*report.consent_level) : Json(nullptr)},
         {"not_asked", text_or_null(report.not_asked)},
         {"taken_back", report.taken_back},
         {"taken_back_of", report.taken_back_of},
         {"consent_left_out", report.consent_left_out}}));
}

void JsonOutput::text_added(const TextReport& report) {
    print(document({{"kind", word_for(report.kind)},
                    {"recorded", report.recorded},
                    {"item", report.item},
                    {"short_item", report.short_item},
                    {"language", report.languages},
                    {"segments", report.segments},
                    {"turns", report.turns},
                    {"uncertain", report.uncertain},
                    {"misplaced", report.misplaced}}));
}

void JsonOutput::testimony(const TestimonyView& view) {
    Json accounts = Json::array();
    for (const TestimonyAccount& account : view.accounts) {
        accounts.push_back(value_of(account));
    }
    Json texts = Json::array();
    for (const SpokenText& text : view.texts) {
        texts.push_back(value_of(text));
    }
    print(document(
        {{"item", kua::cli::value_of(view.item)}, {"accounts", accounts}, {"texts", texts}}));
}

}  // namespace kua::cli
