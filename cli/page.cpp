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

void Table::add(std::vector<std::string> cells) {
    cells.resize(right_.size());
    std::vector<Cell> row;
    row.reserve(cells.size());
    for (const std::string& cell : cells) {
        std::string shown = escape_for_display(cell);
        const std::size_t width = display_width(shown);
        row.push_back({std::move(shown), width});
    }
    rows_.push_back(std::move(row));
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

void Page::table(const Table& table, bool headed, std::size_t indent) {
    const std::size_t columns = table.right_.size();
    std::vector<std::size_t> widths(columns, 0);
    std::vector<bool> used(columns, false);
    for (std::size_t r = 0; r < table.rows_.size(); ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
            widths[c] = std::max(widths[c], table.rows_[r][c].width);
            used[c] = used[c] || ((r > 0 || !headed) && table.rows_[r][c].width > 0);
        }
    }
    for (std::size_t r = 0; r < table.rows_.size(); ++r) {
        std::string row;
        std::size_t pending = indent;  // spaces before the next cell, dropped at the end of a row
        for (std::size_t c = 0; c < columns; ++c) {
            if (!used[c]) {
                continue;
            }
            const Table::Cell& cell = table.rows_[r][c];
            const std::size_t missing = widths[c] - cell.width;
            if (cell.width > 0) {
                row.append(pending + (table.right_[c] ? missing : 0), ' ');
                row += cell.shown;
                pending = table.right_[c] ? 0 : missing;
            } else {
                pending += missing;
            }
            pending += 2;
        }
        text_ += headed && r == 0 && bold_ ? kBold : "";
        text_ += row;
        text_ += headed && r == 0 && bold_ ? kPlain : "";
        text_ += '\n';
    }
}

}  // namespace kua::cli
