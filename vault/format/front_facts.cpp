#include "vault/format/front_facts.h"

#include <algorithm>

#include "kua/error.h"
#include "vault/base/parse.h"
#include "vault/base/utf8.h"

namespace kua::format {
namespace {

constexpr std::size_t kMaxValues = 100;

bool is_key(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return base::is_ascii_lower(c) || base::is_ascii_digit(c) || c == '_';
    });
}

std::string unquoted(std::string_view value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
    }
    return std::string{value};
}

// Commas between quotation marks part nothing. One more than there may be is enough.
std::vector<std::string> list_values(std::string_view list) {
    std::vector<std::string> values;
    while (!trimmed(list).empty() && values.size() <= kMaxValues) {
        list = list.substr(list.find_first_not_of(" \t\r"));
        const std::size_t quote = list.front() == '"' ? list.find('"', 1) : std::string_view::npos;
        const std::size_t from = quote == std::string_view::npos ? 0 : quote;
        const std::size_t comma = std::min(list.find(',', from), list.size());
        values.push_back(unquoted(trimmed(list.substr(0, comma))));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return values;
}

bool needs_quotes(std::string_view value) {
    return value.empty() || trimmed(value) != value ||
           value.find_first_of("[],\"") != std::string_view::npos;
}

std::string quoted_value(const std::string& value) {
    const bool has_marks = value.find_first_of("\"\n\r") != std::string::npos;
    if (has_marks) {
        throw Error{ErrorCode::kFailed,
                    "a value with quotation marks or several lines can't be"
                    " written at the front of a text"};
    }
    return needs_quotes(value) ? '"' + value + '"' : value;
}

}  // namespace

void refuse_line(std::size_t line, const std::string& why) {
    throw Error{ErrorCode::kFailed, "line " + std::to_string(line) + ": " + why};
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r";
    const std::size_t begin = text.find_first_not_of(kBlank);
    return begin == std::string_view::npos
               ? std::string_view{}
               : text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

FrontFact parse_front_fact(std::string_view text, std::size_t line) {
    const std::size_t colon = text.find(':');
    FrontFact fact;
    fact.line = line;
    if (colon == std::string_view::npos || !is_key(text.substr(0, colon))) {
        refuse_line(line, "expected `name: value`");
    }
    fact.key = text.substr(0, colon);
    std::string_view value = trimmed(text.substr(colon + 1));
    fact.text = value;
    fact.is_list = value.size() >= 2 && value.front() == '[' && value.back() == ']';
    if (!fact.is_list) {
        fact.values.push_back(unquoted(value));
        return fact;
    }
    fact.values = list_values(value.substr(1, value.size() - 2));
    if (fact.values.size() > kMaxValues) {
        refuse_line(line, "more than 100 values in a list");
    }
    return fact;
}

bool is_empty(const FrontFact& fact) {
    return std::all_of(fact.values.begin(), fact.values.end(),
                       [](const std::string& value) { return value.empty(); });
}

std::string write_front_fact(const FrontFact& fact) {
    std::string all;
    for (const std::string& value : fact.values) {
        all += (all.empty() ? "" : ", ") + quoted_value(value);
    }
    return fact.key + ": " + (fact.is_list ? '[' + all + ']' : all);
}

std::vector<std::string_view> lines_of_text(std::string_view text, std::size_t max_lines) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) {
        text.remove_prefix(kByteOrderMark.size());
    }
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        if (lines.size() == max_lines) {
            throw Error{ErrorCode::kFailed,
                        "a text of more than " + std::to_string(max_lines) + " lines"};
        }
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line = line.substr(0, line.find_last_not_of('\r') + 1);
        lines.push_back(line);
        if (!base::is_valid_utf8(line) || line.find('\0') != std::string_view::npos) {
            refuse_line(lines.size(), "not UTF-8 text; save it as UTF-8");
        }
    }
    return lines;
}

}  // namespace kua::format
