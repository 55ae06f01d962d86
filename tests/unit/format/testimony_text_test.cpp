#include "vault/format/testimony_text.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/vectors.h"

namespace kua::format {
namespace {

using testing::code_of;
using testing::message_of;

const std::string kFront = "---\nformat: kua-testimony/1\nsource: P-07\n---\n";

std::string why(const std::string& text) {
    CHECK(code_of([&] { parse_testimony(text); }) == ErrorCode::kFailed);
    return message_of([&] { parse_testimony(text); });
}

TEST_CASE("the sample testimony is read turn by turn", "[testimony]") {
    const auto path = testing::repository_directory() / "tests/sample-case/testimony-P-07.md";
    const std::string written{base::text_of(testing::read_vector(path))};
    const TestimonyText read = parse_testimony(written);
    REQUIRE(read.turns.size() == 12);
    CHECK(read.facts.size() == 20);
    CHECK(read.facts[0].key == "testimony_kind");
    CHECK(read.turns[0].role == "question");
    CHECK(read.turns[0].speaker == "Rosa");
    CHECK(read.turns[1].range == TimeRange{12'000, 20'500});
    CHECK(read.turns[5].carries == std::vector<std::string>{"place"});
    CHECK(read.turns[11].languages == std::vector<std::string>{"kk", "ru"});
    CHECK(read.turns[11].text.ends_with("Пусть тогда и это прочтут."));
    // Written again it says the same.
    const TestimonyText again = parse_testimony(write_testimony(read));
    REQUIRE(again.turns.size() == 12);
    CHECK(write_testimony(again) == write_testimony(read));
    CHECK(again.turns[7].text == read.turns[7].text);
}

TEST_CASE("texts that editors of other systems save are read", "[testimony]") {
    const TestimonyText read = parse_testimony(
        "\xEF\xBB\xBF---\r\nformat: kua-testimony/1\r\n\r\n---\r\n# Title\r\n\r\n"
        "### 0001 answer P-07\r\n\r\none\r\n\r\ntwo");
    REQUIRE(read.turns.size() == 1);
    CHECK(read.turns[0].text == "one\n\ntwo");
    CHECK_FALSE(read.turns[0].range);
    CHECK(read.turns[0].languages.empty());
}

TEST_CASE("what isn't written as a testimony is refused with its line", "[testimony]") {
    CHECK(why("") == "line 1: a testimony begins with a line --- and `format: kua-testimony/1`");
    CHECK(why("---\nsource: P-07\n---\n").starts_with("line 3: `format: kua-testimony/1`"));
    CHECK(why("---\nformat: kua-testimony/2\n---\n").starts_with("line 2: this kua reads"));
    CHECK(why("---\nformat: kua-testimony/1\n") ==
          "line 2: the facts at the front end with a line ---");
    CHECK(why(kFront).find("no turn") != std::string::npos);
    CHECK(why(kFront + "words\n").starts_with("line 5: text before the first turn"));
    CHECK(why(kFront + "### 0001 answer P-07\n\n").starts_with("line 5: this turn has no words"));
    CHECK(why(kFront + "### 0002 answer P-07\nx\n") ==
          "line 5: turn 0002 is the first; it must be"
          " 0001");
    CHECK(why(kFront + "### 0001 answer P-07\nx\n### 0003 answer P-07\ny\n") ==
          "line 7: turn 0003 follows 0001");
    CHECK(why(kFront + "### 0001 answer\nx\n").starts_with("line 5: a turn is"));
    CHECK(why(kFront + "### 0001 answer P-07 0:00-0:01\nx\n").find("behind the speaker") !=
          std::string::npos);
    CHECK(why(kFront + "### 0001 answer P-07 kk ru\nx\n").find("behind the speaker") !=
          std::string::npos);
    CHECK(why(kFront + "### 0001 answer P-07 [place\nx\n").find("in brackets") !=
          std::string::npos);
    CHECK(why(kFront + "### 0001 answer P-07 00:00:02.000-00:00:01.000\nx\n")
              .find("ends before it begins") != std::string::npos);
    CHECK(why(kFront + "### 0001 answer P-07 00:00:00.000-00:00:05.000\nx\n"
                       "### 0002 answer P-07 00:00:04.999-00:00:06.000\ny\n")
              .starts_with("line 7: its time begins before 00:00:05.000"));
    CHECK(why("---\nformat: kua-testimony/1\nrisk: low\nrisk: high\n---\n") ==
          "line 4: risk is there twice");
    CHECK(why("---\nRisk: low\n---\n").starts_with("line 2: expected"));
    CHECK(why(kFront + "### 0001 answer P-07\n\xFF\n") ==
          "line 6: not UTF-8 text; save it as UTF-8");
}

TEST_CASE("the words of a turn keep their shape", "[testimony]") {
    const TestimonyText read =
        parse_testimony(kFront + "### 0001 answer P-07\n\n  \n    verse\n  two  \n\n");
    CHECK(read.turns.at(0).text == "    verse\n  two");
    CHECK(parse_testimony(write_testimony(read)).turns.at(0).text == read.turns[0].text);
    CHECK(why(kFront + "### 0001 answer P-07\n" + std::string(kMaxTurnBytes + 1, 'x'))
              .find("512 KiB") != std::string::npos);
}

TEST_CASE("carriage returns at the ends of lines are no words", "[testimony]") {
    const std::string text =
        "---\r\r\nformat: kua-testimony/1\r \r\nnote: x \r \r\n---\r\r\n"
        "### 0001 answer P-07 kk\r \r\n\r\r\none\r\r\ntwo\rthree\r \r\n";
    const TestimonyText read = parse_testimony(text);
    CHECK(read.facts.at(0).values == std::vector<std::string>{"x"});
    CHECK(read.turns.at(0).languages == std::vector<std::string>{"kk"});
    CHECK(read.turns[0].text == "one\ntwo\rthree");
    const std::string written = write_testimony(read);
    CHECK(write_testimony(parse_testimony(written)) == written);
    CHECK(why(kFront + "### 0001 answer P-07\n\r \r\n").find("no words") != std::string::npos);
}

TEST_CASE("languages of a turn are no numbers, and not nothing", "[testimony]") {
    for (const std::string wrong : {"+5", "kk+5", "+", "00:00:01.000-00:00:02.000 +7"}) {
        INFO(wrong);
        CHECK(why(kFront + "### 0001 answer P-07 " + wrong + "\nx\n").find("behind the speaker") !=
              std::string::npos);
    }
}

TEST_CASE("facts at the front are texts and lists", "[testimony]") {
    CHECK(parse_front_fact("note: \"a: b\"", 1).values == std::vector<std::string>{"a: b"});
    const FrontFact list = parse_front_fact("language: [kk, \"ru\" ]", 7);
    CHECK(list.is_list);
    CHECK(list.line == 7);
    CHECK(list.values == std::vector<std::string>{"kk", "ru"});
    CHECK(parse_front_fact("language: []", 1).values.empty());
    CHECK(parse_front_fact("note:", 1).values == std::vector<std::string>{""});
    const FrontFact quoted = parse_front_fact("recipients: [\"Commission, Geneva\", B]", 1);
    CHECK(quoted.values == std::vector<std::string>{"Commission, Geneva", "B"});
    CHECK(parse_front_fact(write_front_fact(quoted), 1).values == quoted.values);
    CHECK(parse_front_fact("note: [unsure]", 1).text == "[unsure]");
    CHECK(write_front_fact(list) == "language: [kk, ru]");
    CHECK(write_front_fact({"note", {"a, b"}, false, 0}) == "note: \"a, b\"");
    CHECK(code_of([] { write_front_fact({"note", {"a\nb"}, false, 0}); }) == ErrorCode::kFailed);
}

TEST_CASE("timecodes are read and written", "[testimony]") {
    CHECK(parse_timecode("00:01:27.100") == 87'100);
    CHECK(parse_timecode("01:27.100") == 87'100);
    CHECK(parse_timecode("00:01:27,100") == 87'100);
    CHECK(parse_timecode("99:59:59.999") == kMaxTimecodeMs);
    CHECK(write_timecode(kMaxTimecodeMs) == "99:59:59.999");
    for (const char* wrong : {"", "1:27.100", "00:60:00.000", "00:00:60.000", "00:00:00", "00:00",
                              "00:00:00.00", "100:00:00.000", "0a:00:00.000", "-0:00:00.000"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_timecode(wrong));
    }
}

}  // namespace
}  // namespace kua::format
