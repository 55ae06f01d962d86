#include "vault/evidence/casework/description.h"

#include <algorithm>
#include <map>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_vault.h"

namespace kua::evidence {
namespace {

using testing::TestVault;

const std::string kDay = "2018-01-01";

std::map<std::string, std::string> as_texts(const std::vector<FactValue>& facts) {
    std::map<std::string, std::string> texts;
    for (const FactValue& fact : facts) {
        texts[fact.name] = fact.text;
    }
    return texts;
}

// What stands of an item, and what the last entry about it says.
std::map<std::string, std::string> standing_of(TestVault& vault, const std::string& item) {
    return as_texts(vault->show(item, "").facts);
}
std::map<std::string, std::string> last_said_of(TestVault& vault, const std::string& item) {
    return as_texts(vault->show(item, "").history.back().facts);
}

bool is_open(TestVault& vault, const std::string& code) {
    const std::vector<OpenQuestion> open = vault->todo("").open;
    return std::ranges::find(open, code, &OpenQuestion::code) != open.end();
}

void check_shows_what_was_signed(TestVault& vault) {
    CHECK(vault->rebuild(no_progress()).same);
    CHECK(vault.verify().findings.empty());
}

TEST_CASE("a date that is claimed anew doesn't rest on what another one did", "[evidence]") {
    for (const std::string before : {"embedded", "device_clock", "reference_clock", "unknown"}) {
        CAPTURE(before);
        TestVault vault;
        const std::string item = vault.add(
            "photo.jpg", "pixels", {{"captured", {"2017-11-23"}}, {"captured_basis", {before}}});
        vault->describe({item, "", {{"captured", {kDay}}}, "the source says so"});
        CHECK(vault->show(item, "").summary.captured_basis == "unknown");
        CHECK(standing_of(vault, item).at("captured_basis") == "unknown");
        CHECK(last_said_of(vault, item).at("captured_basis") == "unknown");
        check_shows_what_was_signed(vault);
    }
}

TEST_CASE("a date that somebody claims isn't the file's own any more", "[evidence]") {
    TestVault vault;
    const std::string item = vault.add("photo.jpg", "pixels");
    REQUIRE(vault->show(item, "").summary.captured_basis == "file_time");
    CHECK(vault->status("").without_date == 1);
    CHECK(is_open(vault, "date_only_of_the_file"));
    vault->describe({item, "", {{"captured", {kDay}}}, "the source says so"});
    CHECK(vault->show(item, "").summary.captured_basis == "unknown");
    CHECK(vault->status("").without_date == 0);
    CHECK_FALSE(is_open(vault, "date_only_of_the_file"));
    check_shows_what_was_signed(vault);
}

TEST_CASE("a date that is claimed with what it rests on keeps that, and is entered whole",
          "[evidence]") {
    TestVault vault;
    const std::string item = vault.add(
        "photo.jpg", "pixels",
        {{"captured", {"2017-11-23T10:00:00Z"}}, {"captured_basis", {"stated_by_source"}}});
    const DescribeReport report = vault->describe(
        {item,
         "",
         {{"captured", {"2017-11-23T11:00:00Z"}}, {"captured_basis", {"stated_by_source"}}},
         "asked again"});
    REQUIRE(report.changes.size() == 1);
    CHECK(report.changes[0].name == "captured");
    const auto said = last_said_of(vault, item);
    CHECK(said.at("captured_basis") == "stated_by_source");
    CHECK(said.at("captured_day") == "2017-11-23");
    CHECK(standing_of(vault, item).at("captured_basis") == "stated_by_source");
    check_shows_what_was_signed(vault);
}

TEST_CASE("what is said besides a date leaves alone what that rests on", "[evidence]") {
    TestVault vault;
    const std::string item =
        vault.add("photo.jpg", "pixels", {{"captured", {kDay}}, {"captured_basis", {"document"}}});
    vault->describe({item, "", {{"captured", {kDay}}, {"note", {"blurred"}}}, "looked at it"});
    CHECK(standing_of(vault, item).at("captured_basis") == "document");
    CHECK_FALSE(last_said_of(vault, item).contains("captured"));
    vault->describe({item, "", {{"captured_basis", {"inferred"}}}, "it isn't in the document"});
    CHECK(standing_of(vault, item).at("captured") == kDay);
    CHECK(standing_of(vault, item).at("captured_basis") == "inferred");
}

TEST_CASE("a position that is claimed anew doesn't rest on what another one did", "[evidence]") {
    TestVault vault;
    const std::string item =
        vault.add("photo.jpg", "pixels",
                  {{"latitude", {"42.1"}}, {"longitude", {"50.9"}}, {"geo_basis", {"embedded"}}});
    vault->describe({item, "", {{"latitude", {"43.2"}}, {"longitude", {"50.9"}}}, "told"});
    CHECK(standing_of(vault, item).at("geo_basis") == "unknown");
    CHECK(last_said_of(vault, item).at("longitude") == "50.9");
    const std::string bare = vault.add("other.jpg", "others");
    vault->describe({bare, "", {{"latitude", {"43.2"}}, {"longitude", {"50.9"}}}, "told"});
    CHECK_FALSE(standing_of(vault, bare).contains("geo_basis"));
}

}  // namespace
}  // namespace kua::evidence
