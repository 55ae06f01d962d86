#include "cli/shell_words.h"

#include <optional>
#include <tuple>

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"

namespace kua::cli {
namespace {

using Words = std::vector<std::string>;

std::optional<std::string> complaint(std::string_view line) {
    try {
        split_words(line);
        return std::nullopt;
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::kUsage);
        return error.what();
    }
}

TEST_CASE("words are split as a POSIX shell splits them", "[cli]") {
    CHECK(split_words("list --json") == Words{"list", "--json"});
    CHECK(split_words("  add\ta  b ") == Words{"add", "a", "b"});
    CHECK(split_words("add 'two words'") == Words{"add", "two words"});
    CHECK(split_words("add \"it's\" 'say \"hm\"'") == Words{"add", "it's", "say \"hm\""});
    CHECK(split_words("add two\\ words") == Words{"add", "two words"});
    CHECK(split_words("a\\\\b '\\' \"\\\\\" \"\\\"\"") == Words{"a\\b", "\\", "\\", "\""});
    CHECK(split_words("a\"b c\"'d e'f") == Words{"ab cd ef"});
    CHECK(split_words("describe x --note ''") == Words{"describe", "x", "--note", ""});
    CHECK(split_words("case create \"Жаңаөзен \xff\"") == Words{"case", "create", "Жаңаөзен \xff"});
}

TEST_CASE("nothing else has a meaning in a line", "[cli]") {
    CHECK(split_words("a $HOME ~/x *.jpg ; | & > <") ==
          Words{"a", "$HOME", "~/x", "*.jpg", ";", "|", "&", ">", "<"});
    CHECK(split_words("a `b` $(c) # d") == Words{"a", "`b`", "$(c)", "#", "d"});
}

TEST_CASE("a backslash that escapes nothing stays", "[cli]") {
    CHECK(split_words("\"a\\nb\"") == Words{"a\\nb"});
    CHECK(split_words("a\\\\") == Words{"a\\"});
}

TEST_CASE("empty lines and comments have no words", "[cli]") {
    CHECK(split_words("").empty());
    CHECK(split_words(" \t ").empty());
    CHECK(split_words("# list").empty());
    CHECK(split_words("  #list 'x").empty());
}

TEST_CASE("what is unfinished is named", "[cli]") {
    CHECK(complaint("add 'x").value().find("single quote") != std::string::npos);
    CHECK(complaint("add \"x").value().find("double quote") != std::string::npos);
    // libedit 3.1 reads on behind the end of such a line.
    for (const char* line : {"add x\\", "\\", "add \"x\\", "add 'x\\", "add x\\\\\\"}) {
        INFO(line);
        CHECK(complaint(line).value().find("backslash") != std::string::npos);
    }
    CHECK(complaint(std::string_view{"a\0b", 3}).value().find("zero byte") != std::string::npos);
}

TEST_CASE("the word before the cursor is known in any quotes", "[cli]") {
    const auto split = [](std::string_view text) {
        const UnfinishedWords words = split_unfinished(text);
        return std::tuple{words.before, words.current, words.quote};
    };
    CHECK(split("") == std::tuple{Words{}, "", '\0'});
    CHECK(split("li") == std::tuple{Words{}, "li", '\0'});
    CHECK(split("list ") == std::tuple{Words{"list"}, "", '\0'});
    CHECK(split("show 'two wo") == std::tuple{Words{"show"}, "two wo", '\''});
    CHECK(split("show \"two wo") == std::tuple{Words{"show"}, "two wo", '"'});
    CHECK(split("show two\\ wo") == std::tuple{Words{"show"}, "two wo", '\0'});
    CHECK(split("show 'a' b") == std::tuple{Words{"show", "a"}, "b", '\0'});
}

TEST_CASE("what Tab adds is read back as it was meant", "[cli]") {
    for (const std::string name : {"two words.jpg", "it's \"odd\"", "a\\b", "$x;*", "Жаңаөзен"}) {
        for (const char quote : {'\0', '\'', '"'}) {
            const std::string open = quote == '\0' ? "" : std::string(1, quote);
            INFO(name << " in " << open);
            CHECK(split_words("show " + open + quoted_rest(name, quote) + open) ==
                  Words{"show", name});
        }
    }
}

}  // namespace
}  // namespace kua::cli
