#include "cli/completion.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

namespace kua::cli {
namespace {

using Words = std::vector<std::string>;

// A small program of the same shape.
struct Prompt {
    CLI::App app{"", "kua"};
    std::string text;
    std::vector<std::string> many;
    bool flag = false;

    Prompt() {
        app.fallthrough();
        app.add_option("--case", text)->option_text("NAME");
        app.add_flag("--json", flag);
        CLI::App* show = app.add_subcommand("show");
        show->add_option("ITEM", text);
        show->add_option("--to", text)->option_text("FILE");
        CLI::App* link = app.add_subcommand("link");
        link->add_option("A", text);
        link->add_option("RELATION", text);
        link->add_option("B", text);
        CLI::App* list = app.add_subcommand("list");
        list->add_option("ITEM", many);
        list->add_option("--kdf-memory", text)->group("");
        CLI::App* group = app.add_subcommand("contact");
        group->add_subcommand("add")->add_option("NAME", text);
        group->add_subcommand("show")->add_option("NAME", text);
    }

    static Words names(Nameable kind, std::string_view) {
        switch (kind) {
            case Nameable::kItem:
                return {"i-7k2m9", "i-7k3aa", "two words.jpg"};
            case Nameable::kCase:
                return {"KT-17"};
            case Nameable::kContact:
                return {"Mara", "Map", "evil\x1b[2J"};
            case Nameable::kFile:
                return {"in/"};
            case Nameable::kAnything:
                return {"P-07", "Жана", "Жанар"};
            default:
                return {};
        }
    }
    Completion tab(std::string_view before_cursor) {
        return complete_line(before_cursor, app, names);
    }
};

TEST_CASE("Tab completes commands and subcommands", "[cli]") {
    Prompt prompt;
    CHECK(prompt.tab("sh").insert == "ow ");
    CHECK(prompt.tab("kua sh").insert == "ow ");
    CHECK(prompt.tab("contact s").insert == "how ");
    CHECK(prompt.tab("l").insert == "i");
    CHECK(prompt.tab("li").choices == Words{"link", "list"});
    CHECK(prompt.tab("contact ").choices == Words{"add", "show"});
    CHECK(prompt.tab("nothing").insert.empty());
    CHECK(prompt.tab("nothing ").choices.empty());
}

TEST_CASE("Tab completes options, but for those that no help names", "[cli]") {
    Prompt prompt;
    CHECK(prompt.tab("show --t").insert == "o ");
    CHECK(prompt.tab("show --j").insert == "son ");
    CHECK(prompt.tab("list --kdf").insert.empty());
    CHECK(prompt.tab("list -- --j").insert.empty());
    CHECK(prompt.tab("show --ca").insert == "se ");
    CHECK(prompt.tab("contact show --ca").insert.empty());  // its case would say nothing
}

TEST_CASE("Tab completes what the vault has, by the place where it is typed", "[cli]") {
    Prompt prompt;
    CHECK(prompt.tab("show i-7k2").insert == "m9 ");
    CHECK(prompt.tab("show i").insert == "-7k");
    CHECK(prompt.tab("list i-7k2m9 i-7k3").insert == "aa ");
    CHECK(prompt.tab("list --case K").insert == "T-17 ");
    CHECK(prompt.tab("--case KT-17 show i-7k2").insert == "m9 ");
    CHECK(prompt.tab("show --json i-7k2").insert == "m9 ");
    CHECK(prompt.tab("show --to i").insert == "n/");
    CHECK(prompt.tab("contact show Mar").insert == "a ");
    CHECK(prompt.tab("contact add Mar").insert.empty());  // a new name
    CHECK(prompt.tab("link P").insert == "-07 ");
    CHECK(prompt.tab("link P-07 P").insert.empty());
    CHECK(prompt.tab("link P-07 witness P").insert == "-07 ");
}

TEST_CASE("Tab quotes what needs it", "[cli]") {
    Prompt prompt;
    CHECK(prompt.tab("show t").insert == "wo\\ words.jpg ");
    CHECK(prompt.tab("show 'two w").insert == "ords.jpg' ");
    CHECK(prompt.tab("show \"t").insert == "wo words.jpg\" ");
}

TEST_CASE("Tab offers nothing that would drive the terminal, and cuts no character", "[cli]") {
    Prompt prompt;
    CHECK(prompt.tab("contact show ").choices == Words{"Map", "Mara"});
    CHECK(prompt.tab("contact show e").insert.empty());
    CHECK(prompt.tab("link Ж").insert == "ана");
}

}  // namespace
}  // namespace kua::cli
