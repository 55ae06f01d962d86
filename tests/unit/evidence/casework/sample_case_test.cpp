// The sample case as a whole: what may go out for which purpose, before and after a withdrawal, and
// the situations of docs/consent.md.

#include "tests/support/sample_case.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"

namespace kua {
namespace {

using testing::code_of;
using testing::sample;
using testing::SampleVault;
using testing::TestVault;
using testing::texts_of;

void check_expected(SampleVault& vault, const base::Json& expected) {
    const std::string purpose = expected.at("purpose").get<std::string>();
    CAPTURE(purpose);
    for (const std::string& item : texts_of(expected.at("included"))) {
        CAPTURE(item);
        CHECK(vault.ends(item, purpose) == "allow");
    }
    for (const auto& [ground, items] : expected.at("withheld").items()) {
        for (const std::string& item : texts_of(items)) {
            CAPTURE(item, ground);
            const std::string why = vault.ends(item, purpose);
            const bool is_of_others = why.starts_with("other people");
            CHECK(why != "allow");
            CHECK(is_of_others == (ground == "third_party"));
        }
    }
}

TEST_CASE("of the sample case goes out what its sources allow, before and after a withdrawal",
          "[evidence][consent]") {
    SampleVault vault;
    for (const base::Json& expected : sample().at("expect").at("consent")) {
        if (expected.at("on") == "2018-01-20") {
            check_expected(vault, expected);
        }
    }
    vault.withdraw();
    for (const base::Json& expected : sample().at("expect").at("consent")) {
        if (expected.at("on") == "2018-06-01") {
            check_expected(vault, expected);
        }
    }
    const ConsentOverview overview = vault->consent("P-21", "");
    CHECK(overview.exports.size() == 1);
    CHECK(overview.exports.at(0).purpose == "publish");
    CHECK(vault.verify().ok());
}

TEST_CASE("situations of consent: what a derivative, a child and a condition come to",
          "[evidence][consent]") {
    SampleVault vault;
    SECTION("a copy without what the source refuses may be published") {
        CHECK(vault.ends("IMG_0412.jpg", "publish") ==
              "P-12 does not allow time, place for publish");
        vault.add("copy.jpg", "without time and place",
                  {{"derived_from", {"IMG_0412.jpg"}},
                   {"recipe", {"metadata removed, sky cut off"}},
                   {"attributes_removed", {"time", "place", "face"}},
                   {"third_parties", {"none"}}});
        CHECK(vault.ends("copy.jpg", "publish") == "allow");
        CHECK(vault->show("copy.jpg", "").summary.source == "P-12");
        vault->withdraw_consent({"P-12", "", {}, {{"purposes", {"publish"}}}, ""});
        CHECK(vault.ends("copy.jpg", "publish") != "allow");
    }
    SECTION("a face of somebody under 18 is never published") {
        vault->add_source({"P-30", "", {{"age_group", {"under_18"}}}});
        vault->give_consent({"P-30",
                             "",
                             {},
                             {{"level", {"5"}},
                              {"ticked", {"voice", "face", "name"}},
                              {"how_informed", {"explained_orally"}},
                              {"given_by", {"guardian"}}},
                             ""});
        vault.add(
            "child.jpg", "a face",
            {{"source", {"P-30"}}, {"carries", {"content", "face"}}, {"third_parties", {"none"}}});
        CHECK(vault.ends("child.jpg", "publish") ==
              "P-30 is under 18: face never goes out for publish, whatever was allowed");
        CHECK(vault.ends("child.jpg", "court") == "allow");
    }
    SECTION("recipients and conditions are the source's") {
        vault->add_source({"P-31", "", {}});
        vault->give_consent({"P-31",
                             "",
                             {},
                             {{"level", {"4"}},
                              {"how_informed", {"message"}},
                              {"recipients", {"newsroom N"}},
                              {"conditions", {"after the family has moved"}}},
                             ""});
        vault.add("letter.txt", "a letter", {{"source", {"P-31"}}});
        CHECK(vault.ends("letter.txt", "partner", "partner M", "they have") != "allow");
        CHECK(vault.ends("letter.txt", "partner", "newsroom N").starts_with("P-31 asks: "));
        CHECK(vault.ends("letter.txt", "partner", "newsroom N", "told so by her brother") ==
              "allow");
        const CustodyEvent event = vault->show("letter.txt", "").history.back();
        CHECK(event.type == "custody.exported");
        const auto has = [&event](std::string_view name) {
            return std::any_of(event.facts.begin(), event.facts.end(),
                               [name](const FactValue& fact) { return fact.name == name; });
        };
        CHECK(has("condition_met"));
        CHECK(has("consent_basis"));
    }
}

TEST_CASE("situations of consent: a copy of one's own, many items, sealed bytes",
          "[evidence][consent]") {
    SampleVault vault;
    SECTION("keep is for a copy of one's own, and nobody else") {
        ExportRequest request;
        request.items = {"IMG_0412.jpg"};
        request.to = "/somebody";
        request.recipient = "a newspaper";
        CHECK(code_of([&] { vault->export_items(request, no_progress()); }) == ErrorCode::kUsage);
        request.purpose = "partner";
        request.recipient.reset();
        CHECK(code_of([&] { vault->export_items(request, no_progress()); }) == ErrorCode::kUsage);
        vault->withdraw_consent({"P-12", "", {}, {{"purposes", {"keep"}}}, ""});
        CHECK(vault.ends("IMG_0412.jpg", "keep") != "allow");
    }
    SECTION("one confirmation is about one condition") {
        for (const std::string source : {"P-31", "P-32"}) {
            vault->add_source({source, "", {}});
            vault->give_consent({source,
                                 "",
                                 {},
                                 {{"level", {"4"}},
                                  {"how_informed", {"message"}},
                                  {"conditions", {"as " + source + " says"}}},
                                 ""});
            vault.add(source + ".txt", "letter of " + source, {{"source", {source}}});
        }
        ExportRequest request;
        request.items = {"P-31.txt", "P-32.txt"};
        request.to = "/both";
        request.purpose = "court";
        request.condition_met = "P-31 said so";
        request.threads = 1;
        const ExportReport report = vault->export_items(request, no_progress());
        CHECK(report.exported.size() == 1);
        REQUIRE(report.failed.size() == 1);
        CHECK(report.failed[0].reason.find("another condition") != std::string::npos);
    }
    SECTION("what is held back is held back by its bytes, until that is lifted") {
        CHECK(vault.ends("notice.ru.txt", "publish") == "allow");
        vault->describe({"notice.ru.txt", "", {{"hold", {"legal"}}}, "asked to"});
        CHECK(vault.ends("notice.ru.txt", "publish") == "on hold (legal): only for keep and team");
        CHECK(vault.ends("notice.ru.txt", "team") == "allow");
        vault->describe({"notice.ru.txt", "", {{"hold", {"none"}}}, "over"});
        CHECK(vault.ends("notice.ru.txt", "publish") == "allow");
    }
    SECTION("of several items those that may go, go") {
        ExportRequest request;
        request.all = true;
        request.to = "/commission";
        request.purpose = "commission";
        request.recipient = "the commission";
        request.threads = 1;
        const ExportReport report = vault->export_items(request, no_progress());
        CHECK(report.exported.size() == 6);
        CHECK(report.failed.size() == 2);
    }
    SECTION("sealed bytes ask, too") {
        ExportRequest request;
        request.items = {"IMG_0412.jpg"};
        request.to = "/sealed";
        request.purpose = "publish";
        request.sealed = true;
        request.threads = 1;
        CHECK(vault->export_items(request, no_progress()).exported.empty());
    }
}

TEST_CASE("what goes to others is in the journal, or it doesn't go", "[evidence][consent]") {
    TestVault vault;
    vault.add("notice.txt", "a notice", {{"source", {"public"}}});
    vault.write("UPDATE log SET size = 1");  // a head older than its bundles can't be added to
    ExportRequest request;
    request.items = {"notice.txt"};
    request.to = "/out";
    request.threads = 1;
    request.purpose = "publish";
    CHECK(code_of([&] { vault->export_items(request, no_progress()); }) == ErrorCode::kDamaged);
    CHECK(vault.files.list("/out").empty());
    request.purpose = "keep";
    const ExportReport own = vault->export_items(request, no_progress());
    CHECK(own.exported.size() == 1);
    CHECK(own.findings.size() == 1);
}

}  // namespace
}  // namespace kua
