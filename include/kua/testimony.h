// Testimonies turn by turn, and the transcripts and translations laid over them and over
// recordings. Fact names are those of docs/glossary.md. Implemented in vault/vault_testimony.cpp.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "kua/item.h"

namespace kua {

// Times are those in the recording, HH:MM:SS.mmm; empty where none was given. All texts are those
// of whoever wrote them down: escape before showing.
struct Turn {
    std::string number;  // "0007"
    std::string role;    // question, answer, interpreter or remark
    std::string speaker;
    std::string start;
    std::string end;
    std::vector<std::string> languages;
    std::vector<std::string> carries;  // attributes of the source and third_party; empty: content
    std::string text;
};

struct UncertainText {
    std::string text;    // as heard
    std::string may_be;  // empty: nothing was said
};

struct TextSegment {
    std::string turn;  // "0010"
    unsigned part = 1;
    std::string text;
    std::string start;
    std::string end;
    std::string speaker;
    std::string language;
    std::vector<UncertainText> uncertain;
};

enum class TextKind : std::uint8_t { kTranscript, kTranslation };

// A transcript or a translation as one author brought it.
struct SpokenText {
    TextKind kind = TextKind::kTranscript;
    std::vector<FactValue> facts;  // language, author_of, credit, status, ...; not the segments
    std::vector<std::string> languages;
    std::vector<TextSegment> segments;  // by turn and part
    std::string time;                   // claimed
    std::string author;                 // fingerprint of who entered it
    std::string author_name;
};

// What one member took down of it.
struct TestimonyAccount {
    std::vector<FactValue> facts;  // not the turns
    std::vector<Turn> turns;
    std::string time;    // claimed
    std::string author;  // fingerprint of who entered it
    std::string author_name;
};

struct TestimonyView {
    ItemSummary item;
    // Oldest first: texts lie over the first one that has turns. None for a clip that has a
    // transcript only.
    std::vector<TestimonyAccount> accounts;
    std::vector<SpokenText> texts;  // oldest first
};

// A testimony that is typed in, one answer after the other. Empty: left out.
struct TypedTestimony {
    std::string source;         // a pseudonym
    bool new_source = false;    // somebody who is to get one: for check_typed() only
    std::string place;          // where it was told
    std::string held;           // when, as EDTF; else now
    std::string first_account;  // yes or no
    std::string consent;        // a level, and perhaps how that was explained: "2 read_aloud"
    std::string note;           // one line about it
    std::string text;           // what was told; may be missing if there is a recording
};

struct TestimonyRequest {
    std::filesystem::path file;                      // docs/formats.md, "Texts that people write"
    std::optional<TypedTestimony> typed;             // instead of the file
    std::optional<std::filesystem::path> recording;  // added beside it
    std::string case_name;                           // empty: the current case
    GivenFacts facts;  // of the items; they go before what the file says
    // Asked what the recording says about itself; outlives the call. Without one nothing is asked.
    MediaInspector* inspector = nullptr;
};

struct TestimonyReport {
    AddedItem item;        // of a text that was here already its id and digest
    bool recorded = true;  // false: exactly this was recorded before, and nothing was entered
    std::string source;    // pseudonym
    std::string kind;      // first_account, interview, ...
    std::size_t turns = 0;
    std::optional<AddedItem> recording;
    std::vector<NotInspected> not_inspected;  // the recording
    std::optional<unsigned> consent_level;    // that the file gave and that was entered
    bool sealed_case = false;
    std::string case_id;
    std::string not_asked;  // the source, if nothing is known of its consent
    // What the source took back, as in AddReport. A text that doesn't tell when it was said doesn't
    // bring that back: of it no consent is entered then.
    std::vector<std::string> taken_back;
    std::vector<std::string> taken_back_of;
    bool consent_left_out = false;
};

struct TextRequest {
    TextKind kind = TextKind::kTranscript;
    std::string item;            // a testimony or a recording, as people name it
    std::filesystem::path file;  // WebVTT or SubRip
    std::string case_name;
    GivenFacts facts;  // they go before what the file says
};

struct TextReport {
    TextKind kind = TextKind::kTranscript;
    std::string item;
    std::string short_item;
    std::vector<std::string> languages;
    std::size_t segments = 0;
    std::size_t turns = 0;      // that they lie over
    std::size_t uncertain = 0;  // segments with words nobody is sure of
    bool recorded = true;       // false: exactly this is here already
    // Names of segments ("0010.2") that lie, by their time, in another turn.
    std::vector<std::string> misplaced;
};

}  // namespace kua
