#include "vault/format/captions.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/vectors.h"

namespace kua::format {
namespace {

using testing::code_of;
using testing::message_of;

Captions sample(const std::string& name) {
    const auto path = testing::repository_directory() / "tests/sample-case" / name;
    return parse_captions(base::text_of(testing::read_vector(path)));
}

std::string why(const std::string& text) {
    CHECK(code_of([&] { parse_captions(text); }) == ErrorCode::kFailed);
    return message_of([&] { parse_captions(text); });
}

TEST_CASE("the sample transcript and translation are read", "[captions]") {
    const Captions transcript = sample("testimony-P-07.kk-ru.vtt");
    CHECK(transcript.note_kind == "kua-transcript/1");
    REQUIRE(transcript.cues.size() == 17);
    CHECK(transcript.cues[0].id == "0001.1");
    CHECK(transcript.cues[0].speaker == "Rosa");
    CHECK(transcript.cues[0].language == "kk");
    CHECK(transcript.cues[4].range == TimeRange{35'400, 49'800});
    const Captions translation = sample("testimony-P-07.en.vtt");
    CHECK(translation.note_kind == "kua-translation/1");
    REQUIRE(translation.cues.size() == 17);
    std::size_t uncertain = 0;
    for (const Cue& cue : translation.cues) {
        for (const UncertainWords& words : cue.uncertain) {
            ++uncertain;
            CHECK(cue.id == "0010.2");
            CHECK(words.text == "My mother");
            CHECK(words.may_be == "апам can be mother, elder sister or aunt");
        }
    }
    CHECK(uncertain == 1);
}

TEST_CASE("markup is taken out of the words", "[captions]") {
    const Captions read = parse_captions(
        "WEBVTT\n\n00:01.000 --> 00:02.000 align:start\n<v.loud P-07>a <b>b</b> &amp; &lt;c&gt;"
        "<00:01.500> d\ne < f</v>\n\nSTYLE\n::cue {}\n\n00:03.000 --> 00:04.000\n   \n");
    REQUIRE(read.cues.size() == 1);
    CHECK(read.cues[0].text == "a b & <c> d\ne < f");
    CHECK(read.cues[0].speaker == "P-07");
    CHECK(read.cues[0].id.empty());
}

TEST_CASE("two voices at once are refused, not given to one", "[captions]") {
    CHECK(why("WEBVTT\n\n00:00.000 --> 00:01.000\n<v Rosa>Did you?</v> <v P-07>Yes</v>\n")
              .starts_with("line 3: two voices at once"));
    const Captions read = parse_captions(
        "WEBVTT\n\n00:00.000 --> 00:01.000\n<v P-07>a <c.red.uncertain>b</c></v>\n<v P-07>c</v>\n");
    CHECK(read.cues[0].text == "a b\nc");
    REQUIRE(read.cues[0].uncertain.size() == 1);
    CHECK(read.cues[0].uncertain[0].text == "b");
}

TEST_CASE("much that isn't markup takes no longer than the rest", "[captions]") {
    const std::string open(std::size_t{1} << 20U, '<');
    CHECK(parse_captions("WEBVTT\n\n00:00.000 --> 00:01.000\n" + open + "\n").cues[0].text == open);
}

TEST_CASE("SubRip is read", "[captions]") {
    const Captions read = parse_captions(
        "1\r\n00:00:01,000 --> 00:00:02,500\r\nfirst\r\n\r\n2\r\n00:00:02,500 --> 00:00:03,000\r\n"
        "second\r\nline\r\n");
    REQUIRE(read.cues.size() == 2);
    CHECK(read.cues[1].id == "2");
    CHECK(read.cues[1].text == "second\nline");
    CHECK(read.note_kind.empty());
}

TEST_CASE("what isn't captions is refused with its line", "[captions]") {
    const std::string front = "WEBVTT\n\n";
    CHECK(why("").find("neither WebVTT") != std::string::npos);
    CHECK(why("one\ntwo\n").starts_with("line 1: neither WebVTT"));
    CHECK(why("WEBVTT\n").find("no text in it") != std::string::npos);
    CHECK(why(front + "id\nwords\n").starts_with("line 4: expected times"));
    CHECK(why(front + "00:01 --> 00:02\nx\n").starts_with("line 3: times are written"));
    CHECK(why(front + "00:02.000 --> 00:01.000\nx\n") == "line 3: it ends before it begins");
    CHECK(why(front + "00:01.000 --> 00:03.000\nx\n\n00:02.000 --> 00:04.000\ny\n") ==
          "line 6: it begins before 00:00:03.000, where the text before it ends");
    CHECK(why(front + "NOTE kua-uncertain 0001.1\nwords\n\n00:01.000 --> 00:03.000\nx\n")
              .starts_with("line 4: expected"));
    CHECK(why(front + "NOTE kua-uncertain 0009.1\n\"a\": b\n\n00:01.000 --> 00:03.000\nx\n")
              .find("\"0009.1\", which isn't there") != std::string::npos);
    CHECK(why(front + "NOTE kua-transcript/1\nof: a\nof: b\n\n00:01.000 --> 00:03.000\nx\n") ==
          "line 5: of is there twice");
}

}  // namespace
}  // namespace kua::format
