#include "vault/evidence/intake/device_claims.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/test_vault.h"

namespace kua::evidence {
namespace {

using testing::TestVault;

const std::string kAnswer =
    R"({"kua_inspect":1,"tool":"reader 1","time":"2017-11-23T16:11:02","device":"Phone B",)"
    R"("latitude":"42.1015","longitude":"50.9018","accuracy_m":11,"width":640,"height":480})";

std::string answer_with(const std::string& members) {
    return R"({"kua_inspect":1,"tool":"reader 1",)" + members + "}";
}

std::map<std::string, std::string> as_texts(const std::vector<journal::Fact>& facts) {
    std::map<std::string, std::string> texts;
    for (const journal::Fact& fact : facts) {
        texts[fact.name] = base::write_json(fact.value);
    }
    return texts;
}

// The claims of an answer that has these members.
std::map<std::string, std::string> claims_of(const std::string& members) {
    const auto claims = read_claims(answer_with(members));
    return claims ? as_texts(claims->facts) : std::map<std::string, std::string>{};
}

// Answers as it is told, by the bytes of the file's name or at all.
class ToldInspector final : public MediaInspector {
public:
    explicit ToldInspector(Inspection told) : told_(std::move(told)) {}
    std::unique_ptr<RunningInspection> begin(int /*descriptor*/, MediaKind kind) override {
        const std::lock_guard lock{mutex_};
        kinds.insert(kind);
        ++begun;
        return std::make_unique<Running>(told_);
    }
    std::multiset<MediaKind> kinds;
    unsigned begun = 0;

private:
    class Running final : public RunningInspection {
    public:
        explicit Running(Inspection told) : told_(std::move(told)) {}
        Inspection finish(const Progress& /*progress*/) override { return told_; }

    private:
        Inspection told_;
    };
    std::mutex mutex_;
    Inspection told_;
};

AddReport add_inspected(TestVault& vault, MediaInspector& inspector, const std::string& path,
                        const GivenFacts& facts = {}) {
    AddRequest request = TestVault::request_of({path});
    request.facts = facts;
    request.inspector = &inspector;
    return vault->add(request, no_progress());
}

std::map<std::string, std::string> facts_of(TestVault& vault, const std::string& item) {
    std::map<std::string, std::string> facts;
    for (const FactValue& fact : vault->show(item, "").facts) {
        facts[fact.name] = fact.text;
    }
    return facts;
}

TEST_CASE("an answer becomes facts in the shape that a person's have", "[evidence]") {
    const auto claims = read_claims(kAnswer);
    REQUIRE(claims);
    CHECK(claims->tool == "reader 1");
    CHECK(as_texts(claims->facts) ==
          std::map<std::string, std::string>{{"captured_device", R"("2017-11-23T16:11:02")"},
                                             {"device", R"("Phone B")"},
                                             {"latitude", R"("42.1015")"},
                                             {"longitude", R"("50.9018")"},
                                             {"geo_basis", R"("embedded")"},
                                             {"accuracy_m", "11"},
                                             {"width", "640"},
                                             {"height", "480"}});
    CHECK(claims_of(R"("duration_s":210)").at("duration") == R"("PT3M30S")");
    CHECK(claims_of(R"("duration_s":7200)").at("duration") == R"("PT2H")");
    CHECK(claims_of(R"("time":"2017-11-23")").at("captured_device") == R"("2017-11-23")");
}

TEST_CASE("what is no answer claims nothing", "[evidence]") {
    for (const std::string text :
         {"", "{}", "[]", "null", R"({"kua_inspect":2,"tool":"reader 1"})", R"({"kua_inspect":1})",
          R"({"kua_inspect":1,"tool":""})", R"({"kua_inspect":1,"tool":7})",
          R"({"kua_inspect":1,"tool":"a\nb"})", R"({"kua_inspect":"1","tool":"a"})",
          R"({"kua_inspect":1,"tool":"a","tool":"b"})",
          R"({"kua_inspect":1,"tool":"a","x":[[[]]]})", "{\"kua_inspect\":1,\"tool\":\"\xff\"}",
          R"({"kua_inspect":1,"tool":"a"} trailing)"}) {
        INFO(text);
        CHECK_FALSE(read_claims(text));
    }
    CHECK_FALSE(read_claims(R"({"kua_inspect":1,"tool":")" + std::string(20'000, 'a') + "\"}"));
}

TEST_CASE("a value that makes no sense is left out, and the others stay", "[evidence]") {
    for (const std::string bad : {R"("time":"2017-02-30T10:00:00")",
                                  R"("time":"2017-11-XX")",
                                  R"("time":"2017-11-23?")",
                                  R"("time":"2017-11-23/2017-11-24")",
                                  R"("time":"yesterday")",
                                  R"("time":20171123)",
                                  R"("time":"2017")",
                                  R"("device":"")",
                                  R"("device":"a\u0007b")",
                                  R"("device":["a"])",
                                  R"("latitude":"91","longitude":"0")",
                                  R"("latitude":"42.1")",
                                  R"("longitude":"50.9")",
                                  R"("latitude":"1e1","longitude":"0")",
                                  R"("latitude":42,"longitude":50)",
                                  R"("accuracy_m":6)",
                                  R"("duration_s":0)",
                                  R"("duration_s":10000001)",
                                  R"("duration_s":-1)",
                                  R"("duration_s":"PT3S")",
                                  R"("width":640)",
                                  R"("width":0,"height":480)",
                                  R"("width":640,"height":1000001)"}) {
        INFO(bad);
        CHECK(claims_of(bad).empty());
        CHECK(read_claims(answer_with(bad)));
        CHECK(claims_of(bad + R"(,"device":"Phone")").size() ==
              (bad.find("device") == std::string::npos ? 1U : 0U));
    }
    CHECK(claims_of(R"("device":")" + std::string(257, 'a') + "\"").empty());
}

TEST_CASE("implausible clocks are recorded as claimed", "[evidence]") {
    for (const std::string time : {"1970-01-01T00:00:00", "2000-01-03T04:12:09", "1980-01-01",
                                   "9999-12-31T23:59:59", "2106-02-07T06:28:15Z"}) {
        CHECK(claims_of(R"("time":")" + time + "\"").at("captured_device") == "\"" + time + "\"");
    }
}

TEST_CASE("pictures and recordings are inspected, nothing else", "[evidence]") {
    CHECK(media_kind_of("image/jpeg") == MediaKind::kPicture);
    CHECK(media_kind_of("video/mp4") == MediaKind::kRecording);
    CHECK(media_kind_of("audio/ogg") == MediaKind::kRecording);
    for (const std::string_view other :
         {"image/svg+xml", "text/plain", "application/pdf", "application/octet-stream", ""}) {
        CHECK_FALSE(media_kind_of(other));
    }
}

TEST_CASE("what the device claims goes with an item and is marked as its word", "[evidence]") {
    TestVault vault;
    ToldInspector inspector{{InspectionEnd::kAnswered, kAnswer}};
    vault.files.add_file("/card/a.jpg", base::bytes_of("a photo"));
    const AddReport report = add_inspected(vault, inspector, "/card/a.jpg");
    CHECK(report.not_inspected.empty());
    const auto facts = facts_of(vault, report.added.at(0).id);
    CHECK(facts.at("captured") == "2017-11-23T16:11:02");
    CHECK(facts.at("captured_day") == "2017-11-23");
    CHECK(facts.at("captured_basis") == "embedded");
    CHECK(facts.at("captured_device") == "2017-11-23T16:11:02");
    CHECK(facts.at("device") == "Phone B");
    CHECK(facts.at("latitude") == "42.1015");
    CHECK(facts.at("geo_basis") == "embedded");
    CHECK(facts.at("width") == "640");
    CHECK(facts.at("inspected") == "reader 1");
    CHECK(facts.at("device_claimed") ==
          "captured_device, device, latitude, longitude, geo_basis, accuracy_m, width, height, "
          "captured");
    CHECK_FALSE(facts.contains("place"));
    CHECK_FALSE(facts.contains("carries"));
    CHECK(vault.verify().findings.empty());
}

TEST_CASE("what a person says stands before what the device claims", "[evidence]") {
    TestVault vault;
    ToldInspector inspector{{InspectionEnd::kAnswered, kAnswer}};
    vault.files.add_file("/card/a.jpg", base::bytes_of("a photo"));
    const AddReport report = add_inspected(vault, inspector, "/card/a.jpg",
                                           {{"captured", {"2017-11-23?"}},
                                            {"captured_basis", {"stated_by_other"}},
                                            {"latitude", {"42.2"}},
                                            {"longitude", {"50.8"}},
                                            {"device", {"a borrowed phone"}}});
    const auto facts = facts_of(vault, report.added.at(0).id);
    CHECK(facts.at("captured") == "2017-11-23?");
    CHECK(facts.at("captured_basis") == "stated_by_other");
    CHECK(facts.at("captured_device") == "2017-11-23T16:11:02");
    CHECK(facts.at("device") == "a borrowed phone");
    CHECK(facts.at("latitude") == "42.2");
    CHECK(facts.at("longitude") == "50.8");
    for (const char* missing : {"accuracy_m", "geo_basis"}) {
        CHECK_FALSE(facts.contains(missing));  // of another position
    }
    CHECK(facts.at("device_claimed") == "captured_device, width, height");
}

TEST_CASE("a clock that was compared corrects the device's time", "[evidence]") {
    const auto [said, offset, corrected] =
        GENERATE(std::tuple{"2017-11-23T16:11:02", "PT1H", "2017-11-23T15:11:02"},
                 std::tuple{"2017-11-23T16:11:02+05:00", "PT1H", "2017-11-23T15:11:02+05:00"},
                 std::tuple{"2017-12-31T23:30:00Z", "-PT4H12M", "2018-01-01T03:42:00Z"});
    TestVault vault;
    ToldInspector inspector{
        {InspectionEnd::kAnswered, answer_with(R"("time":")" + std::string{said} + "\"")}};
    vault.files.add_file("/card/a.jpg", base::bytes_of("a photo"));
    const AddReport report =
        add_inspected(vault, inspector, "/card/a.jpg", {{"clock_offset", {offset}}});
    const auto facts = facts_of(vault, report.added.at(0).id);
    CHECK(facts.at("captured") == corrected);
    CHECK(facts.at("captured_day") == std::string{corrected}.substr(0, 10));
    CHECK(facts.at("captured_basis") == "reference_clock");
    CHECK(facts.at("captured_device") == said);
    CHECK(facts.at("device_claimed") == "captured_device");
}

TEST_CASE("an inspection that ends badly means only that there is none", "[evidence]") {
    const auto [told, reported] = GENERATE(
        std::pair{Inspection{InspectionEnd::kCrashed, ""}, InspectionEnd::kCrashed},
        std::pair{Inspection{InspectionEnd::kTooSlow, ""}, InspectionEnd::kTooSlow},
        std::pair{Inspection{InspectionEnd::kNoSandbox, ""}, InspectionEnd::kNoSandbox},
        std::pair{Inspection{InspectionEnd::kNoProgram, ""}, InspectionEnd::kNoProgram},
        std::pair{Inspection{InspectionEnd::kNotUnderstood, ""}, InspectionEnd::kNotUnderstood},
        std::pair{Inspection{InspectionEnd::kAnswered, "nonsense"}, InspectionEnd::kCrashed});
    TestVault vault;
    ToldInspector inspector{told};
    vault.files.add_file("/card/a.jpg", base::bytes_of("a photo"));
    const AddReport report = add_inspected(vault, inspector, "/card/a.jpg");
    CHECK(report.failed.empty());
    REQUIRE(report.not_inspected.size() == 1);
    CHECK(report.not_inspected[0].path == "/card/a.jpg");
    CHECK(report.not_inspected[0].why == reported);
    const auto facts = facts_of(vault, report.added.at(0).id);
    CHECK(facts.at("captured_basis") == "file_time");
    CHECK_FALSE(facts.contains("inspected"));
    CHECK_FALSE(facts.contains("device_claimed"));
}

TEST_CASE("the same bytes are inspected once and claim the same at every arrival", "[evidence]") {
    TestVault vault;
    ToldInspector inspector{{InspectionEnd::kAnswered, kAnswer}};
    vault.files.add_file("/card/a.jpg", base::bytes_of("a photo"));
    vault.files.add_file("/card/b.jpg", base::bytes_of("a photo"));
    const AddReport first = add_inspected(vault, inspector, "/card");
    CHECK(first.added.size() == 1);
    REQUIRE(first.known.size() == 1);
    CHECK(first.known[0].arrival_recorded);
    const AddReport again = add_inspected(vault, inspector, "/card");
    CHECK(inspector.begun == 1);
    REQUIRE(again.known.size() == 2);
    CHECK_FALSE(again.known[0].arrival_recorded);
    CHECK_FALSE(again.known[1].arrival_recorded);
    // Neither without asking: what is known of the bytes stays known.
    AddRequest request = TestVault::request_of({"/card/a.jpg"});
    CHECK_FALSE(vault->add(request, no_progress()).known.at(0).arrival_recorded);
    const auto history = vault->show(first.added.at(0).id, "").history;
    REQUIRE(history.size() == 2);
    const auto claimed = [&](const CustodyEvent& event) {
        return std::any_of(event.facts.begin(), event.facts.end(), [](const FactValue& fact) {
            return fact.name == "captured" && fact.text == "2017-11-23T16:11:02";
        });
    };
    CHECK(claimed(history[0]));
    CHECK(claimed(history[1]));
}

TEST_CASE("files of all sizes are inspected by their kind, and only media", "[threads][evidence]") {
    TestVault vault;
    ToldInspector inspector{{InspectionEnd::kAnswered, kAnswer}};
    vault.files.add_file("/card/a.jpg", base::bytes_of(std::string(1'000, 'a')));
    vault.files.add_file("/card/b.png", base::bytes_of(std::string(300'000, 'b')));
    vault.files.add_file("/card/c.mp4", base::bytes_of(std::string(1'500'000, 'c')));
    vault.files.add_file("/card/d.txt", base::bytes_of("a text"));
    AddRequest request = TestVault::request_of({"/card"});
    request.inspector = &inspector;
    request.threads = 2;
    CHECK(vault->add(request, no_progress()).added.size() == 4);
    CHECK(inspector.kinds.count(MediaKind::kPicture) == 2);
    CHECK(inspector.kinds.count(MediaKind::kRecording) == 1);
}

}  // namespace
}  // namespace kua::evidence
