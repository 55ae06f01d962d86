// Testimonies, transcripts and translations: what goes into the journal, and what comes out of it.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/test_vault.h"
#include "tests/support/vectors.h"
#include "vault/evidence/testimony/turn_facts.h"
#include "vault/format/age_keys.h"

namespace kua {
namespace {

using testing::code_of;
using testing::message_of;
using testing::TestVault;

std::string sample(const std::string& name) {
    const auto path = testing::repository_directory() / "tests/sample-case" / name;
    return std::string{base::text_of(testing::read_vector(path))};
}

// Empty if it isn't there.
std::string text_of_fact(const std::vector<FactValue>& facts, const std::string& name) {
    const auto found = std::ranges::find(facts, name, &FactValue::name);
    return found == facts.end() ? std::string{} : found->text;
}

struct TestimonyVault : TestVault {
    TestimonyVault() { (*this)->add_source({"P-07", "", {}}); }

    std::filesystem::path write(const std::string& name, const std::string& text) {
        const std::filesystem::path path = "/written/" + name;
        files.add_file(path, base::bytes_of(text));
        return path;
    }

    TestimonyReport tell(const std::string& text, GivenFacts facts = {}) {
        TestimonyRequest request;
        request.file = write("account" + std::to_string(++texts_) + ".md", text);
        request.facts = std::move(facts);
        return (*this)->add_testimony(request, no_progress());
    }
    TestimonyReport tell_sample() {
        TestimonyRequest request;
        request.file = write("testimony-P-07.md", sample("testimony-P-07.md"));
        request.recording = write("interview-P-07.ogg", sample("interview-P-07.ogg"));
        return (*this)->add_testimony(request, no_progress());
    }
    TextReport lay(TextKind kind, const std::string& item, const std::string& text,
                   GivenFacts facts = {}) {
        return (*this)->add_text({kind, item,
                                  write("text" + std::to_string(++texts_) + ".vtt", text), "",
                                  std::move(facts)});
    }
    std::uint64_t entries() { return (*this)->find_case("").entries; }

private:
    int texts_ = 0;
};

const std::string kShort =
    "---\nformat: kua-testimony/1\nsource: P-07\n---\n### 0001 answer P-07 kk [name]\nwords\n"
    "### 0002 remark Rosa\n[a car]\n";

TEST_CASE("the sample testimony becomes an item, turns and a consent", "[evidence][testimony]") {
    TestimonyVault vault;
    const std::uint64_t before = vault.entries();
    const TestimonyReport report = vault.tell_sample();
    CHECK(report.turns == 12);
    CHECK(report.kind == "first_account");
    CHECK(report.source == "P-07");
    CHECK(report.consent_level == 2);
    CHECK(report.recorded);
    CHECK(report.not_asked.empty());
    REQUIRE(report.recording);
    // The recording; the text, what it says, and what was allowed, in one step.
    CHECK(vault.entries() == before + 4);

    const TestimonyView view = vault->testimony(report.item.short_id, "");
    REQUIRE(view.accounts.size() == 1);
    CHECK(view.accounts[0].author_name == "Rosa");
    const std::vector<Turn>& turns = view.accounts[0].turns;
    REQUIRE(turns.size() == 12);
    CHECK(turns[5].number == "0006");
    CHECK(turns[5].speaker == "P-07");
    CHECK(turns[5].start == "00:00:54.600");
    CHECK(turns[5].carries == std::vector<std::string>{"place"});
    CHECK(turns[11].languages == std::vector<std::string>{"kk", "ru"});
    CHECK(text_of_fact(view.accounts.at(0).facts, "recording") == report.recording->id);
    CHECK(text_of_fact(view.accounts.at(0).facts, "held") == "2017-11-29");
    CHECK(view.item.kind == "testimony");
    CHECK(view.item.captured == "2017-11-29");

    const ConsentOverview consent = vault->consent("P-07", "");
    CHECK(consent.source.level == 2);
    CHECK(text_of_fact(consent.history.back().facts, "evidence") ==
          report.item.id + " turns 1, 2, 11, 12");
}

TEST_CASE("a testimony goes out only where all that its turns carry may",
          "[evidence][testimony][consent]") {
    TestimonyVault vault;
    const TestimonyReport report = vault.tell(kShort);
    const ItemDetails shown = vault->show(report.item.id, "");
    CHECK(text_of_fact(shown.facts, "carries") == "content, time, name");
    const TestimonyReport with_others = vault.tell(
        "---\nformat: kua-testimony/1\nsource: P-07\n---\n### 0001 answer P-07 [third_party]\nx\n");
    CHECK(text_of_fact(vault->show(with_others.item.id, "").facts, "third_parties") ==
          "identifiable");
    // Who has looked knows better.
    const TestimonyReport looked_at = vault.tell(kShort + "\nmore\n", {{"carries", {"content"}}});
    CHECK(text_of_fact(vault->show(looked_at.item.id, "").facts, "carries") == "content");
}

TEST_CASE("what is given away at the front counts, for the recording, too",
          "[evidence][testimony][consent]") {
    TestimonyVault vault;
    vault->add_source({"P-08", "", {}});
    const auto carried = [&](const std::string& front, const std::string& turn) {
        TestimonyRequest request;
        request.file = vault.write("a.md", "---\nformat: kua-testimony/1\nsource: P-07\n" + front +
                                               "---\n### 0001 " + turn + "\nx\n");
        request.recording = vault.write("a.ogg", front + turn);
        const TestimonyReport report = vault->add_testimony(request, no_progress());
        const auto of = [&](const std::string& item) {
            const std::vector<FactValue> facts = vault->show(item, "").facts;
            return text_of_fact(facts, "carries") + "; " + text_of_fact(facts, "third_parties");
        };
        return std::vector{of(report.item.id), of(report.recording->id)};
    };
    CHECK(carried("", "answer P-07") ==
          std::vector<std::string>{"content, time; ", "content, time, voice; "});
    CHECK(carried("held_place: a home\n", "answer P-07") ==
          std::vector<std::string>{"content, time, name; ", "content, time, voice, name; "});
    CHECK(carried("next_contact: by the phone of a brother\n", "answer P-07")[0] ==
          "content, time, name; ");
    CHECK(carried("next_contact: source_calls\n", "answer P-07")[0] == "content, time; ");
    CHECK(carried("others_present: a sister\n", "answer P-07") ==
          std::vector<std::string>{"content, time; identifiable",
                                   "content, time, voice; identifiable"});
    CHECK(carried("others_present: 0\ninterpreter: none\n", "answer P-07")[1] ==
          "content, time, voice; ");
    CHECK(carried("", "answer P-07 [place, third_party]")[1] ==
          "content, time, voice, place; identifiable");
    CHECK(carried("", "answer P-08")[0] == "content, time; identifiable");
}

TEST_CASE("a refusal names what at the front of a testimony may tell a name",
          "[evidence][testimony][consent]") {
    TestimonyVault vault;
    const auto refusal = [&](const std::string& front) {
        const TestimonyReport report = vault.tell(
            "---\nformat: kua-testimony/1\nsource: P-07\nconsent_level: 2\n"
            "how_informed: explained_orally\n" +
            front + "---\n### 0001 answer P-07\nx\n");
        ExportRequest request;
        request.items = {report.item.id};
        request.to = "/out";
        request.purpose = "commission";
        request.threads = 1;
        return vault->export_items(request, no_progress()).failed.at(0).reason;
    };
    CHECK(refusal("held_place: a home\n") ==
          "P-07 does not allow name for commission; the text says held_place, which may tell who"
          " that is");
    CHECK(refusal("next_contact: by the phone of a brother\n") ==
          "P-07 does not allow name for commission; the text says next_contact, which may tell who"
          " that is");
}

TEST_CASE("a text that comes again brings back no consent that was taken back",
          "[evidence][testimony][consent]") {
    TestimonyVault vault;
    vault.tell_sample();
    vault->withdraw_consent({"P-07", "", {}, {{"purposes", {"commission"}}}, ""});
    TestimonyRequest request;
    request.file = vault.write("testimony-P-07.md", sample("testimony-P-07.md"));
    request.recording = vault.write("another.ogg", "another recording");
    const TestimonyReport again = vault->add_testimony(request, no_progress());
    CHECK(again.recorded);
    CHECK_FALSE(again.consent_level);
    CHECK(vault->consent("P-07", "").source.withdrawn);
    CHECK(vault->testimony(again.item.id, "").accounts.size() == 2);
}

TEST_CASE("nor does a text that comes again while the case is sealed",
          "[evidence][testimony][consent]") {
    const bool names_turns = GENERATE(true, false);
    TestimonyVault vault;
    const std::string text = names_turns
                                 ? sample("testimony-P-07.md")
                                 : "---\nformat: kua-testimony/1\nsource: P-07\nconsent_level: 2\n"
                                   "how_informed: message\n---\n### 0001 answer P-07\none\n";
    const auto tell = [&] {
        TestimonyRequest request;
        request.file = vault.write("account.md", text);
        return vault->add_testimony(request, no_progress());
    };
    const std::string first = tell().item.id;
    vault->withdraw_consent({"P-07", "", {}, {{"purposes", {"commission"}}}, ""});
    SealCaseOptions seal;
    seal.secret_to = "/key";
    seal.secret_passphrase = testing::passphrase_of("of the key");
    vault->seal_case("", seal);
    tell();
    UnsealOptions unseal;
    unseal.secret_from = "/key";
    unseal.secret_passphrase = testing::passphrase_of("of the key");
    vault->unseal_case(unseal);
    const ConsentOverview consent = vault->consent("P-07", "");
    CHECK(consent.source.withdrawn);
    CHECK_FALSE(consent.allowed.contains("commission"));
    CHECK(consent.allowed.contains("court"));
    CHECK(consent.history.size() == 3);
    // A newer answer counts, whoever wrote it down.
    vault->give_consent({"P-07", "", {}, {{"level", {"4"}}, {"how_informed", {"message"}}}, ""});
    CHECK(vault->consent("P-07", "").allowed.contains("commission"));
    CHECK(vault.verify().ok());
}

TEST_CASE("another answer counts, whatever text it relies on", "[evidence][testimony][consent]") {
    TestimonyVault vault;
    vault.tell_sample();
    const std::vector<FactValue> facts = vault->consent("P-07", "").history.back().facts;
    GivenFacts stricter{{"level", {"1"}},
                        {"how_informed", {"message"}},
                        {"evidence", {text_of_fact(facts, "evidence")}}};
    vault->give_consent({"P-07", "", {}, stricter, ""});
    CHECK(vault->consent("P-07", "").allowed.contains("team"));
    CHECK_FALSE(vault->consent("P-07", "").allowed.contains("commission"));
}

TEST_CASE("a text that came in as any file is said to be a testimony", "[evidence][testimony]") {
    TestimonyVault vault;
    const std::string item = vault.add("account.md", kShort, {{"source", {"P-07"}}});
    CHECK(vault.tell(kShort).item.id == item);
    const ItemDetails shown = vault->show(item, "");
    CHECK(shown.summary.kind == "testimony");
    CHECK(text_of_fact(shown.facts, "carries") == "content, time, name");
    const std::uint64_t entries = vault.entries();
    CHECK_FALSE(vault.tell(kShort).recorded);
    CHECK(vault.entries() == entries + 1);  // that it came in again, from another file
    CHECK(vault.add("copy.txt", kShort, {{"source", {"P-07"}}}) == item);
    CHECK(text_of_fact(vault->show(item, "").history.back().facts, "kind") == "testimony");
    CHECK(vault->show(item, "").summary.kind == "testimony");
}

TEST_CASE("consent for some items only names them", "[evidence][testimony][consent]") {
    TestimonyVault vault;
    const std::string photo = vault.add("photo.jpg", "a photo", {{"source", {"P-07"}}});
    vault.tell(
        "---\nformat: kua-testimony/1\nsource: P-07\nconsent_level: 4\n"
        "how_informed: message\nitems: [photo.jpg]\nrecipients: [\"Commission, Geneva\"]\n"
        "---\n### 0001 answer P-07\nx\n");
    const std::vector<FactValue> facts = vault->consent("P-07", "").history.back().facts;
    CHECK(text_of_fact(facts, "items") == photo);
    const auto to = std::ranges::find(facts, "recipients", &FactValue::name);
    REQUIRE(to != facts.end());
    CHECK(to->json == "[\"Commission, Geneva\"]");
}

TEST_CASE("a recording is one file", "[evidence][testimony]") {
    TestimonyVault vault;
    vault.files.add_directory("/written/folder");
    const std::uint64_t before = vault.entries();
    TestimonyRequest request;
    request.file = vault.write("a.md", kShort);
    for (const char* wrong : {"/written/folder", "/written/none.ogg"}) {
        request.recording = wrong;
        CHECK(code_of([&] { vault->add_testimony(request, no_progress()); }) != ErrorCode::kBug);
    }
    CHECK(vault.entries() == before);
}

TEST_CASE("what a text doesn't say is filled in, and stays open", "[evidence][testimony]") {
    TestimonyVault vault;
    const TestimonyReport report = vault.tell(kShort);
    CHECK(report.kind == "unknown");
    CHECK(report.not_asked == "P-07");
    CHECK_FALSE(report.consent_level);
    const TestimonyView view = vault->testimony(report.item.id, "");
    CHECK(text_of_fact(view.accounts.at(0).facts, "interviewer") == "Rosa");
    CHECK(text_of_fact(view.accounts.at(0).facts, "held_basis") == "file_time");
    CHECK_FALSE(text_of_fact(view.accounts.at(0).facts, "held").empty());
}

TEST_CASE("the same testimony again is entered once", "[evidence][testimony]") {
    TestimonyVault vault;
    const TestimonyReport first = vault.tell_sample();
    const std::uint64_t entries = vault.entries();
    const TestimonyReport again = vault.tell_sample();
    CHECK_FALSE(again.recorded);
    CHECK(again.item.id == first.item.id);
    CHECK(vault.entries() == entries);
}

TEST_CASE("of a testimony that can't be right nothing is kept", "[evidence][testimony]") {
    TestimonyVault vault;
    const std::uint64_t before = vault.entries();
    const auto refused = [&](const std::string& text, ErrorCode code) {
        CHECK(code_of([&] { vault.tell(text); }) == code);
        return message_of([&] { vault.tell(text); });
    };
    const std::string front = "---\nformat: kua-testimony/1\n";
    const std::string turn = "---\n### 0001 answer P-07\nx\n";
    CHECK(refused(front + turn, ErrorCode::kFailed).starts_with("who tells it?"));
    CHECK(refused(front + "source: Aigul\n" + turn, ErrorCode::kFailed).find("Aigul") ==
          std::string::npos);
    CHECK(refused(front + "source: P-13\n" + turn, ErrorCode::kNotFound).find("P-13") !=
          std::string::npos);
    CHECK(refused(front + "source: P-07\n---\n### 0001 answer P-31\nx\n", ErrorCode::kNotFound)
              .find("P-31") != std::string::npos);
    CHECK(refused(front + "source: P-07\nturns: 2\n" + turn, ErrorCode::kFailed) ==
          "line 4: turns: there are 1 here; is a part of the text missing?; nothing added");
    CHECK(refused(front + "source: P-07\nrisk: huge\n" + turn, ErrorCode::kFailed)
              .starts_with("line 4: risk: \"huge\" is none of"));
    CHECK(refused(front + "source: P-07\nheld: 29.11.2017\n" + turn, ErrorCode::kFailed)
              .starts_with("line 4: "));
    CHECK(refused(front + "source: P-07\nweather: fine\n" + turn, ErrorCode::kFailed)
              .starts_with("line 4: no fact called \"weather\""));
    CHECK(refused(front + "source: P-07\nhow_informed: message\n" + turn, ErrorCode::kFailed)
              .starts_with("line 4: how_informed is about consent"));
    CHECK(refused(front + "source: P-07\nconsent_level: 2\n" + turn, ErrorCode::kFailed)
              .find("--how-informed") != std::string::npos);
    CHECK(
        refused(front + "source: P-07\nconsent_level: 1\nhow_informed: message\nlevel: 5\n" + turn,
                ErrorCode::kFailed)
            .starts_with("line 6: the level of consent is called consent_level"));
    for (const char* speaker : {"Aigul", "P-7"}) {
        const std::string why = refused(
            front + "source: P-07\n---\n### 0001 answer " + speaker + "\nx\n", ErrorCode::kFailed);
        CHECK(why.starts_with("line 5: who speaks is a pseudonym"));
        CHECK(why.find(speaker) == std::string::npos);
    }
    CHECK(refused(front + "source: P-07\n---\n### 0001 shout P-07\nx\n", ErrorCode::kFailed)
              .starts_with("line 5: role: \"shout\""));
    CHECK(refused(front + "source: P-07\n---\n### 0001 answer P-07 [mood]\nx\n", ErrorCode::kFailed)
              .starts_with("line 5: carries: \"mood\""));
    CHECK(vault.entries() == before);
    CHECK(vault->list({}).empty());
}

TEST_CASE("transcripts and translations lie beside the turns", "[evidence][testimony]") {
    TestimonyVault vault;
    const std::string item = vault.tell_sample().item.id;
    const TextReport transcript =
        vault.lay(TextKind::kTranscript, item, sample("testimony-P-07.kk-ru.vtt"));
    CHECK(transcript.segments == 17);
    CHECK(transcript.turns == 12);
    CHECK(transcript.uncertain == 0);
    const TextReport translation =
        vault.lay(TextKind::kTranslation, item, sample("testimony-P-07.en.vtt"));
    CHECK(translation.languages == std::vector<std::string>{"en"});
    CHECK(translation.uncertain == 1);

    const TestimonyView view = vault->testimony(item, "");
    REQUIRE(view.texts.size() == 2);
    CHECK(view.texts[0].kind == TextKind::kTranscript);
    CHECK(text_of_fact(view.texts[0].facts, "credit") == "none");
    CHECK(text_of_fact(view.texts[1].facts, "status") == "checked");
    CHECK(view.texts[1].author_name == "Rosa");
    REQUIRE(view.texts[1].segments.size() == 17);
    const TextSegment& doubtful = view.texts[1].segments[13];
    CHECK(doubtful.turn == "0010");
    CHECK(doubtful.part == 2);
    REQUIRE(doubtful.uncertain.size() == 1);
    CHECK(doubtful.uncertain[0].text == "My mother");
    CHECK(doubtful.uncertain[0].may_be.starts_with("апам"));
    // Exactly the same again is no second one; another one is.
    const std::uint64_t entries = vault.entries();
    CHECK_FALSE(vault.lay(TextKind::kTranslation, item, sample("testimony-P-07.en.vtt")).recorded);
    CHECK(vault.entries() == entries);
    CHECK(vault
              .lay(TextKind::kTranslation, item, sample("testimony-P-07.en.vtt"),
                   {{"status", {"draft"}}})
              .recorded);
    CHECK(vault->testimony(item, "").texts.size() == 3);
}

TEST_CASE("captions that name no turn are laid by time", "[evidence][testimony]") {
    TestimonyVault vault;
    const std::string item = vault.tell_sample().item.id;
    const auto lay = [&](const std::string& text) {
        return vault.lay(TextKind::kTranslation, item, text, {{"language", {"en"}}});
    };
    CHECK(lay("1\n00:00:12,500 --> 00:00:14,000\none\n\n2\n00:00:14,000 --> 00:00:20,000\ntwo\n\n"
              "3\n00:00:30,000 --> 00:00:31,000\nthree\n")
              .turns == 2);
    const std::vector<TextSegment> segments = vault->testimony(item, "").texts.back().segments;
    REQUIRE(segments.size() == 3);
    CHECK(segments[1].turn == "0002");
    CHECK(segments[1].part == 2);
    CHECK(segments[2].turn == "0004");
    const auto why = [&](const std::string& text) { return message_of([&] { lay(text); }); };
    CHECK(why("WEBVTT\n\n09:00.000 --> 09:01.000\nx\n")
              .starts_with("line 3: no turn of this testimony is said at 00:09:00.000"));
    CHECK(why("WEBVTT\n\n0013.1\n00:00.000 --> 00:01.000\nx\n") ==
          "segment 0013.1: this testimony has 12 turns; nothing added");
    CHECK(why("WEBVTT\n\n0002.1\n00:00.000 --> 00:01.000\nx\n\n0001.1\n00:01.000 --> 00:02.000\n"
              "y\n")
              .starts_with("line 8: segment 0001.1 follows 0002.1"));
    CHECK(why("WEBVTT\n\nNOTE kua-transcript/1\nlanguage: [en]\n\n0001.1\n00:00.000 --> 00:01.000\n"
              "x\n")
              .find("kua-translation/1") != std::string::npos);
}

TEST_CASE("a recording without a testimony has a transcript, too", "[evidence][testimony]") {
    TestimonyVault vault;
    const std::string item = vault.add("clip.ogg", "a recording", {});
    const std::string text = "WEBVTT\n\n00:00.000 --> 00:01.000\nx\n\n00:01.000 --> 00:02.000\ny\n";
    CHECK(code_of([&] { vault.lay(TextKind::kTranscript, item, text); }) == ErrorCode::kUsage);
    CHECK(code_of([&] { vault->testimony(item, ""); }) == ErrorCode::kNotFound);
    CHECK(vault.lay(TextKind::kTranscript, item, text, {{"language", {"kk"}}}).turns == 2);
    const TestimonyView view = vault->testimony(item, "");
    CHECK(view.accounts.empty());
    REQUIRE(view.texts.size() == 1);
    CHECK(view.texts[0].segments[1].turn == "0002");
    CHECK(text_of_fact(view.texts[0].facts, "author_of") == "Rosa");
}

TEST_CASE("what others entered in another shape is left out of what is shown",
          "[evidence][testimony]") {
    const std::vector<journal::Fact> facts = {
        {"turn_0002", {{"role", "answer"}, {"speaker", 7}, {"text", "b"}}},
        {"turn_0001", {{"text", "a"}, {"language", "kk"}, {"carries", {1, "place"}}}},
        {"turn_3", {{"text", "c"}}},
        {"turn_00004", {{"text", "d"}}},
        {"turn_0000", {{"text", "e"}}},
        {"turn_0005", "f"},
    };
    const std::vector<Turn> turns = evidence::read_turns(facts);
    REQUIRE(turns.size() == 2);
    CHECK(turns[0].text == "a");
    CHECK(turns[0].languages.empty());
    CHECK(turns[0].carries == std::vector<std::string>{"place"});
    CHECK(turns[1].speaker.empty());
    const std::vector<TextSegment> segments = evidence::read_segments(
        {{"segment_0001_2", {{"text", "b"}, {"uncertain", {"x", {{"text", "y"}}}}}},
         {"segment_0001_1", {{"text", "a"}}},
         {"segment_0001_0", {{"text", "c"}}},
         {"segment_0001", {{"text", "d"}}}});
    REQUIRE(segments.size() == 2);
    CHECK(segments[0].text == "a");
    REQUIRE(segments[1].uncertain.size() == 1);
}

TEST_CASE("a testimony in a sealed case can't be read there, and is there when it is opened",
          "[evidence][testimony][sealed]") {
    TestimonyVault vault;
    const format::AgeIdentity colleague =
        format::AgeIdentity::generate(format::AgeKeyKind::kX25519, vault.random);
    vault.files.add_file("/colleague.txt", colleague.reveal().expose());
    vault->seal_case("", {"/case.key", colleague.recipient().text(), std::nullopt, std::nullopt});
    const TestimonyReport report = vault.tell_sample();
    CHECK(report.sealed_case);
    CHECK(report.recorded);
    CHECK(code_of([&] { vault->testimony(report.item.id, ""); }) == ErrorCode::kRefused);
    CHECK(code_of([&] {
              vault.lay(TextKind::kTranscript, report.item.short_id.substr(0, 7),
                        sample("testimony-P-07.kk-ru.vtt"));
          }) == ErrorCode::kUsage);
    CHECK(message_of([&] {
              vault.lay(TextKind::kTranscript, report.item.id,
                        "WEBVTT\n\n00:00.000 --> 00:01.000\nx\n", {{"language", {"kk"}}});
          }).find("name its turn and part") != std::string::npos);
    vault.lay(TextKind::kTranscript, report.item.id, sample("testimony-P-07.kk-ru.vtt"));
    vault->unseal_case({"/case.key", "/colleague.txt", std::nullopt, "", ""});
    const TestimonyView view = vault->testimony(report.item.id, "");
    CHECK(view.accounts.at(0).turns.size() == 12);
    CHECK(view.texts.size() == 1);
    CHECK(vault->consent("P-07", "").source.level == 2);
}

}  // namespace
}  // namespace kua
