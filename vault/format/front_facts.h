// `key: value`, one per line: facts at the front of texts that people write by hand (testimonies,
// transcripts). Values are text; lists are written [a, b]; quotation marks around a value are left
// out. A subset of YAML: no nesting, no escapes, no comments.
// Source: docs/formats.md, "Texts that people write".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kua::format {

struct FrontFact {
    std::string key;  // lower-case letters, digits, `_`
    std::vector<std::string> values;
    bool is_list = false;
    std::size_t line = 0;   // from 1
    std::string text = {};  // the value as written; parse_front_fact() fills it in
};

// Throws kFailed, naming the line, for anything else than a fact.
FrontFact parse_front_fact(std::string_view text, std::size_t line);

// Whether it says nothing, as a line of a form that nobody filled in.
bool is_empty(const FrontFact& fact);

// A text made of one or more values of that form, as parse_front_fact() reads it. kFailed if a
// value can't be written so: it has a line feed, or both marks and quotation marks.
std::string write_front_fact(const FrontFact& fact);

// "line 31: " and why, kFailed: what is wrong with a text that somebody wrote.
[[noreturn]] void refuse_line(std::size_t line, const std::string& why);

// `text` without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);

// All lines of a text that an editor of any system has saved: a byte order mark, CR LF and a last
// line without LF are fine. kFailed if it isn't UTF-8, has a NUL, or more than `max_lines` lines.
std::vector<std::string_view> lines_of_text(std::string_view text, std::size_t max_lines);

}  // namespace kua::format
