#include "cli/page.h"

#include <algorithm>

#include "kua/text.h"

namespace kua::cli {
namespace {

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kPlain = "\x1b[0m";

}  // namespace

Table::Table(std::size_t columns, const std::vector<std::size_t>& right) : right_(columns, false) {
    for (const std::size_t column : right) {
        right_.at(column) = true;
    }
}

void Table::add(std::initializer_list<std::string_view> cells) {
    for (const std::string_view cell : cells) {
        const std::string shown = escape_for_display(cell);
        cells_.push_back({shown_.size(), shown_.size() + shown.size(), display_width(shown)});
        shown_ += shown;
    }
    cells_.resize(cells_.size() + right_.size() - cells.size());
}

std::string_view Table::shown(const Cell& cell) const {
    return std::string_view{shown_}.substr(cell.begin, cell.end - cell.begin);
}

void Page::line(std::string_view text) {
    text_ += escape_for_display(text);
    text_ += '\n';
}

void Page::message(std::string_view prefix, std::string_view message) {
    text_ += escape_for_display(prefix);
    // A backslash is no part of another UTF-8 character, so the pieces between are whole.
    for (std::size_t at = message.find('\\'); at != std::string_view::npos;
         at = message.find('\\')) {
        text_ += escape_for_display(message.substr(0, at));
        text_ += '\\';
        message.remove_prefix(at + 1);
    }
    text_ += escape_for_display(message);
    text_ += '\n';
}

void Page::heading(std::string_view text) {
    text_ += bold_ ? kBold : "";
    text_ += escape_for_display(text);
    text_ += bold_ ? kPlain : "";
    text_ += '\n';
}

void Page::blank() {
    text_ += '\n';
}

void Page::field(std::string_view label, std::string_view value, std::size_t label_width) {
    std::string shown = escape_for_display(label);
    const std::size_t width = display_width(shown);
    shown.append(label_width > width ? label_width - width : 1, ' ');
    text_ += "  " + shown + escape_for_display(value) + "\n";
}

void Page::excerpt(std::string_view label, std::string_view text,
                   const std::vector<TextRange>& marked, std::size_t label_width) {
    field(label, "", label_width);
    text_.pop_back();
    std::size_t at = 0;
    for (const TextRange& range : marked) {
        if (range.begin < at || range.end > text.size()) {
            continue;
        }
        text_ += escape_for_display(text.substr(at, range.begin - at));
        text_ += bold_ ? kBold : "[";
        text_ += escape_for_display(text.substr(range.begin, range.end - range.begin));
        text_ += bold_ ? kPlain : "]";
        at = range.end;
    }
    text_ += escape_for_display(text.substr(at)) + "\n";
}

void Page::table(const Table& table, bool headed, std::size_t indent) {
    const std::size_t columns = table.right_.size();
    std::vector<std::size_t> widths(columns, 0);
    std::vector<bool> used(columns, false);
    for (std::size_t i = 0; i < table.cells_.size(); ++i) {
        const std::size_t width = table.cells_[i].width;
        widths[i % columns] = std::max(widths[i % columns], width);
        used[i % columns] = used[i % columns] || ((i >= columns || !headed) && width > 0);
    }
    for (std::size_t c = 0; c < columns; ++c) {
        widths[c] = used[c] ? widths[c] : 0;
    }
    for (std::size_t first = 0; first < table.cells_.size(); first += columns) {
        const bool is_heading = headed && first == 0;
        text_ += is_heading && bold_ ? kBold : "";
        row(table, first, widths, indent);
        text_ += is_heading && bold_ ? kPlain : "";
        text_ += '\n';
    }
}

// A column of width 0 is left out, whatever its heading says.
void Page::row(const Table& table, std::size_t first_cell, const std::vector<std::size_t>& widths,
               std::size_t indent) {
    std::size_t pending = indent;  // spaces before the next cell, dropped at the end of a row
    for (std::size_t c = 0; c < widths.size(); ++c) {
        if (widths[c] == 0) {
            continue;
        }
        const Table::Cell& cell = table.cells_[first_cell + c];
        const std::size_t missing = widths[c] - cell.width;
        if (cell.width > 0) {
            text_.append(pending + (table.right_[c] ? missing : 0), ' ');
            text_ += table.shown(cell);
            pending = table.right_[c] ? 0 : missing;
        } else {
            pending += missing;
        }
        pending += 2;
    }
}

}  // namespace kua::cli
