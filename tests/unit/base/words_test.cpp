#include "vault/base/words.h"

#include <catch2/catch_test_macros.hpp>

using kua::base::fold_text;
using kua::base::split_words;

TEST_CASE("words: Kazakh, Russian and Latin letters meet however they were typed") {
    CHECK(fold_text("Көктұз") == "коктуз");
    CHECK(fold_text("АЛАҢ алаң алан") == "алан алан алан");
    CHECK(fold_text("ёлка ЁЛКА елка") == "елка елка елка");
    CHECK(fold_text("жүрек қалған һәм іс") == "журек калган хам ис");
    CHECK(fold_text("Straße ISTANBUL ıĞ") == "strasse istanbul ig");
    CHECK(fold_text("Żółć naïve") == "zołc naive");
}

TEST_CASE("words: composed and decomposed names are the same") {
    CHECK(fold_text("\u0439") == fold_text("\u0438\u0306"));
    CHECK(fold_text("caf\u00e9") == fold_text("cafe\u0301"));
    CHECK(fold_text("\u0451") == fold_text("\u0435\u0308"));
}

TEST_CASE("words: letters and digits stand together, all else parts them") {
    CHECK(fold_text("IMG_0412.jpg") == "img 0412 jpg");
    CHECK(fold_text("№ 2 аурухана") == "2 аурухана");
    CHECK(fold_text("  --- ").empty());
    CHECK(fold_text("").empty());
    CHECK(fold_text("q-order") == "q order");
    CHECK(fold_text("سوق 東京") == "سوق 東京");
}

TEST_CASE("words: where they stand is told in bytes of the text") {
    const std::string_view text = "«алаң», 15:04";
    const auto words = split_words(text);
    REQUIRE(words.size() == 3);
    CHECK(text.substr(words[0].begin, words[0].end - words[0].begin) == "алаң");
    CHECK(words[1].folded == "15");
    CHECK(text.substr(words[2].begin) == "04");
}

TEST_CASE("words: bytes that are no text hurt nothing") {
    CHECK(fold_text(std::string_view{"ab\xff\xfe"
                                     "cd\xd0",
                                     7}) == "ab cd");
    CHECK(fold_text("\u0301\u0301a") == "a");
    CHECK(fold_text(std::string(100'000, 'a')) == std::string(256, 'a'));
    CHECK(split_words(std::string(1000, '\xcc')).empty());
}
