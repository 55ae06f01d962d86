#include "cli/page.h"

#include <catch2/catch_test_macros.hpp>

using kua::cli::Page;
using kua::cli::Table;

TEST_CASE("nothing that drives a terminal gets through a page", "[cli]") {
    const std::string hostile = "a\x1b[2J\n\xe2\x80\xae\xff";
    const std::string shown = "a\\x1b[2J\\x0a\\u{202e}\\xff";
    Page page;
    page.line(hostile);
    page.heading(hostile);
    page.field(hostile, hostile);
    page.message(hostile, hostile);
    Table table{2};
    table.add({hostile, hostile});
    page.table(table, /*headed=*/false);
    CHECK(page.text() == shown + "\n" + shown + "\n  " + shown + " " + shown + "\n" + shown +
                             shown + "\n" + shown + "  " + shown + "\n");
}

TEST_CASE("a message that is escaped already isn't escaped again", "[cli]") {
    Page page;
    page.message("kua: ", "no file \\x1b[2J in C:\\photos\x1b");
    CHECK(page.text() == "kua: no file \\x1b[2J in C:\\photos\\x1b\n");
}

TEST_CASE("columns line up by the columns they take", "[cli]") {
    Table table{3, {1}};
    table.add({"id", "size", "name"});
    table.add({"写真", "7", "алаң"});
    table.add({"a", "1,234", "b"});
    Page page;
    page.table(table, /*headed=*/true);
    CHECK(page.text() ==
          "id     size  name\n"
          "写真      7  алаң\n"
          "a     1,234  b\n");
}

TEST_CASE("a column that is empty but for its heading is left out", "[cli]") {
    Table table{3};
    table.add({"id", "case", "name"});
    table.add({"a", "", "b"});
    Page page;
    page.table(table, /*headed=*/true);
    CHECK(page.text() == "id  name\na   b\n");
}

TEST_CASE("no row ends with spaces", "[cli]") {
    Table table{2};
    table.add({"long", "x"});
    table.add({"a", ""});
    Page page;
    page.table(table, /*headed=*/false);
    CHECK(page.text() == "long  x\na\n");
}
