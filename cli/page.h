// Text for people, line by line. Everything that goes in is escaped here, so that no name, note or
// message can reach a terminal unescaped, whoever wrote the command.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "kua/search.h"

namespace kua::cli {

// Rows of cells, aligned by the columns they take. The last column isn't padded. A case may have a
// hundred thousand rows: a table is one text and some numbers.
class Table {
public:
    // `columns` of which those in `right` (counted from 0) are aligned to the right.
    explicit Table(std::size_t columns, const std::vector<std::size_t>& right = {});
    // Missing cells at the end are empty.
    void add(std::initializer_list<std::string_view> cells);
    bool empty() const noexcept { return cells_.empty(); }

private:
    friend class Page;
    struct Cell {
        std::size_t begin = 0;  // in shown_
        std::size_t end = 0;
        std::size_t width = 0;
    };
    std::string_view shown(const Cell& cell) const;

    std::string shown_;        // of all cells, escaped
    std::vector<Cell> cells_;  // row by row
    std::vector<bool> right_;
};

class Page {
public:
    // Headings are bold if `bold`, that is, on a terminal.
    explicit Page(bool bold = false) noexcept : bold_(bold) {}

    void line(std::string_view text);
    // A message of the library, in which paths and names are escaped already: a backslash stays
    // one, everything else is escaped all the same.
    void message(std::string_view prefix, std::string_view message);
    void heading(std::string_view text);
    void blank();
    // "  label     value": the label padded to `label_width` columns.
    void field(std::string_view label, std::string_view value, std::size_t label_width = 10);
    // "  label     text", in which everything of `marked` stands out: bold on a terminal, else
    // between brackets.
    void excerpt(std::string_view label, std::string_view text,
                 const std::vector<TextRange>& marked, std::size_t label_width);
    // Each row after `indent` spaces; the first row is a heading if `headed`. Columns that are
    // empty in every row (but the heading) are left out.
    void table(const Table& table, bool headed, std::size_t indent = 0);

    const std::string& text() const noexcept { return text_; }

private:
    void row(const Table& table, std::size_t first_cell, const std::vector<std::size_t>& widths,
             std::size_t indent);

    std::string text_;
    bool bold_;
};

}  // namespace kua::cli
