// Who may be said to speak in transcripts and translations.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/test_vault.h"

namespace kua::evidence {
namespace {

using testing::TestVault;

struct Heard : TestVault {
    Heard() {
        item = add("a.ogg", "a recording", {{"source", {"P-07"}}});
        (*this)->add_source({"P-08", "", {}});
    }
    void lay_over(TextKind kind, const std::string& speaker) {
        const std::string path = "/card/" + std::to_string(++files_made) + ".vtt";
        files.add_file(path, base::bytes_of("WEBVTT\n\n00:00.000 --> 00:01.000\n<v " + speaker +
                                            ">words " + std::to_string(files_made) + "</v>\n"));
        (*this)->add_text({kind, item, path, "", {{"language", {"en"}}}});
    }
    std::string third_parties() {
        const ItemDetails details = (*this)->show(item, "");
        for (const FactValue& fact : details.facts) {
            if (fact.name == "third_parties") {
                return fact.text;
            }
        }
        return {};
    }
    std::string item;
    int files_made = 0;
};

TEST_CASE("who speaks in a transcript is a pseudonym of the case or a member",
          "[evidence][testimony]") {
    Heard vault;
    for (const TextKind kind : {TextKind::kTranscript, TextKind::kTranslation}) {
        for (const char* speaker : {"Aigul Serikova", "Aigul", "P-7"}) {
            const std::string why = testing::message_of([&] { vault.lay_over(kind, speaker); });
            CHECK(why.find("never another name") != std::string::npos);
            CHECK(why.find(speaker) == std::string::npos);
        }
        CHECK(testing::code_of([&] { vault.lay_over(kind, "P-09"); }) == ErrorCode::kNotFound);
        vault.lay_over(kind, "P-07");
        vault.lay_over(kind, "Rosa");
    }
    CHECK(vault.third_parties().empty());
}

TEST_CASE("somebody else who speaks in a transcript can be recognised in it",
          "[evidence][testimony][consent]") {
    Heard vault;
    SECTION("unless somebody looked") {
        vault->describe({vault.item, "", {{"third_parties", {"not_identifiable"}}}, "heard it"});
        vault.lay_over(TextKind::kTranscript, "P-08");
        CHECK(vault.third_parties() == "not_identifiable");
    }
    SECTION("as long as nobody did") {
        vault.lay_over(TextKind::kTranscript, "P-08");
        CHECK(vault.third_parties() == "identifiable");
    }
}

}  // namespace
}  // namespace kua::evidence
