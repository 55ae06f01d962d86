// Searching the sample case gives what case.json expects; what is searched follows what is said.
#include <algorithm>
#include <set>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/sample_case.h"

namespace kua {
namespace {

using testing::code_of;
using testing::sample;
using testing::SampleParts;
using testing::SampleVault;
using testing::texts_of;

std::set<std::string> set_of(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
}

FindReport find(SampleVault& vault, const std::string& words, const ItemFilters& filters = {}) {
    FindRequest request;
    request.words = words;
    request.filters = filters;
    return vault->find(request);
}

std::set<std::string> names_of(const FindReport& report) {
    std::set<std::string> names;
    for (const FoundItem& found : report.items) {
        names.insert(found.item.name);
    }
    return names;
}

// "--place \"Ken square\"" and so on, as case.json has them.
ItemFilters filters_of(const std::string& options) {
    const std::size_t space = options.find(' ');
    const std::string name = options.substr(2, space - 2);
    std::string value = options.substr(space + 1);
    std::erase(value, '"');
    ItemFilters filters;
    for (const auto& [called, filter] :
         {std::pair{"kind", &filters.kind}, std::pair{"source", &filters.source},
          std::pair{"place", &filters.place}, std::pair{"date", &filters.date},
          std::pair{"consent", &filters.consent}, std::pair{"language", &filters.language},
          std::pair{"tag", &filters.tag}}) {
        if (name == called) {
            *filter = value;
        }
    }
    REQUIRE(filters.any());
    return filters;
}

TEST_CASE("searches of the sample case find what they should, and where", "[evidence][search]") {
    SampleVault vault{SampleParts::kAll};
    for (const base::Json& expected : sample().at("expect").at("search")) {
        const std::string words = expected.at("words").get<std::string>();
        CAPTURE(words);
        const FindReport report = find(vault, words);
        CHECK(names_of(report) == set_of(texts_of(expected.at("items"))));
        std::set<std::string> where;
        for (const FoundItem& found : report.items) {
            CHECK_FALSE(found.hits.empty());
            for (const SearchHit& hit : found.hits) {
                CHECK_FALSE(hit.found.empty());
                where.insert(hit.place);
            }
        }
        for (const std::string& place : texts_of(expected.at("where"))) {
            CAPTURE(place);
            CHECK(where.contains(place));
        }
    }
    for (const base::Json& expected : sample().at("expect").at("filters")) {
        const std::string options = expected.at("options").get<std::string>();
        CAPTURE(options);
        const ItemFilters filters = filters_of(options);
        std::set<std::string> listed;
        for (const ItemSummary& item : vault->list({"", false, filters})) {
            listed.insert(item.name);
        }
        CHECK(listed == set_of(texts_of(expected.at("items"))));
        CHECK(names_of(find(vault, "", filters)) == listed);
    }
    CHECK(vault.verify(VerifyDepth::kSealed).ok());
    CHECK(vault->rebuild(no_progress()).same);
}

TEST_CASE("what is found is shown with its timecode and marked", "[evidence][search]") {
    SampleVault vault{SampleParts::kAll};
    const FindReport report = find(vault, "\"heart disease\"");
    REQUIRE(report.items.size() == 1);
    const SearchHit& hit = report.items[0].hits.at(0);
    CHECK(hit.place == "translation en 0010.1");
    CHECK_FALSE(hit.start.empty());
    REQUIRE(hit.found.size() == 1);
    CHECK(hit.text.substr(hit.found[0].begin, hit.found[0].end - hit.found[0].begin) ==
          "heart disease");
    // The act that states it is no item, and is found beside.
    REQUIRE(report.things.size() == 1);
    CHECK(report.things[0].id == vault.thing_of("certificate"));
    CHECK(find(vault, "карта памяти").shorter_words == "карт памят");
    CHECK(find(vault, "Dispersal").things.at(0).id == vault.thing_of("dispersal"));
}

TEST_CASE("words and filters are taken together", "[evidence][search]") {
    SampleVault vault{SampleParts::kAll};
    ItemFilters photos;
    photos.kind = "photo";
    CHECK(names_of(find(vault, "алаң", photos)) ==
          std::set<std::string>{"IMG_0412.jpg", "IMG_0419.jpg", "алаң 23 қараша.jpg"});
    photos.date = "2017-11-23T15:00:00+05:00/..";
    CHECK(code_of([&] { find(vault, "алаң", photos); }) == ErrorCode::kUsage);
    photos.date = "2018";
    CHECK(find(vault, "алаң", photos).items.empty());
    CHECK(code_of([&] { find(vault, ""); }) == ErrorCode::kUsage);
    CHECK(code_of([&] { find(vault, " - "); }) == ErrorCode::kUsage);
    ItemFilters nowhere;
    nowhere.place = "Атырау";
    CHECK(code_of([&] { find(vault, "", nowhere); }) == ErrorCode::kNotFound);
    ItemFilters undated;
    undated.undated = true;
    CHECK(find(vault, "", undated).items.empty());
    vault.add("plain.bin", "bytes", {{"captured", {"2017-11-23"}}});
    FindRequest few;
    few.words = "алаң";
    few.most = 2;
    const FindReport best = vault->find(few);
    CHECK(best.items.size() == 2);
    CHECK(best.total_items == 6);
}

TEST_CASE("words that would mean something to the index are only words", "[evidence][search]") {
    SampleVault vault;
    for (const char* words : {"алаң\" OR \"x", "a* NEAR b", "words:алаң", "\"", "'; --", "(", "^a",
                              "алаң NOT jpg", "- алаң AND"}) {
        CAPTURE(words);
        FindRequest request;
        request.words = words;
        bool is_understood = true;
        try {
            vault->find(request);
        } catch (const Error& error) {
            is_understood = error.code() == ErrorCode::kUsage;
        }
        CHECK(is_understood);
    }
}

TEST_CASE("what is searched follows every change of what is said", "[evidence][search]") {
    SampleVault vault{SampleParts::kAll};
    vault->describe({"IMG_0412.jpg", "", {{"note", {"near the fountain"}}}, "seen again"});
    CHECK(names_of(find(vault, "fount")) == std::set<std::string>{"IMG_0412.jpg"});
    CHECK_FALSE(names_of(find(vault, "түстен")).contains("IMG_0412.jpg"));
    vault->tag({{"IMG_0412.jpg"}, "crowd", "", {{"tag_state", {"removed"}}}});
    CHECK(names_of(find(vault, "crowd")) == std::set<std::string>{"VID_20171123_1512.mp4"});
    vault->describe({vault.thing_of("ken_square"),
                     "",
                     {{"place_names", {"en=Meeting ground", "kk=Кен алаңы"}}},
                     "renamed"});
    CHECK(names_of(find(vault, "ken square")).empty());
    CHECK(names_of(find(vault, "meeting")).size() == 5);
    ItemFilters place;
    place.place = "Meeting ground";
    CHECK(find(vault, "", place).items.size() == 5);
    CHECK(vault.verify(VerifyDepth::kSealed).ok());
    CHECK(vault->rebuild(no_progress()).same);
    CHECK(names_of(find(vault, "meeting")).size() == 5);
}

TEST_CASE("an index that lacks a word, or has one too many, is found and mended",
          "[evidence][search][T22]") {
    SampleVault vault{SampleParts::kAll};
    for (const char* sql : {"DELETE FROM search WHERE rowid = 1",
                            "INSERT INTO search (rowid, words) VALUES (9999, 'x')",
                            "INSERT INTO search (search) VALUES ('delete-all')"}) {
        CAPTURE(sql);
        vault.write(sql);
        CHECK_FALSE(vault.verify(VerifyDepth::kSealed).ok());
        vault->rebuild(no_progress());
        CHECK(vault.verify(VerifyDepth::kSealed).ok());
    }
}

TEST_CASE("what an older kua has shown is searched after the first opening for writing",
          "[evidence][search]") {
    SampleVault vault{SampleParts::kAll};
    const bool is_damaged = GENERATE(false, true);
    CAPTURE(is_damaged);
    const std::size_t items = vault->list({"", false, {}}).size();
    for (const char* sql : {"DELETE FROM facet", "DELETE FROM dated", "DELETE FROM passage",
                            "INSERT INTO search (search) VALUES ('delete-all')",
                            "INSERT INTO case_to_show SELECT case_id FROM case_info"}) {
        vault.write(sql);
    }
    if (is_damaged) {
        vault.write("UPDATE bundle SET sealed = zeroblob(length(sealed)) WHERE first = 12");
    }
    CHECK(names_of(find(vault, "алаң")).size() == 6);
    CHECK(vault->list({"", false, {}}).size() == items);  // a damaged journal thins nothing out
    CHECK(vault.verify(VerifyDepth::kSealed).ok() == !is_damaged);
}

TEST_CASE("what a case lacks is counted", "[evidence][search]") {
    SampleVault vault{SampleParts::kAll};
    const TodoReport todo = vault->todo("");
    const auto count = [&todo](const std::string& code) {
        const auto found = std::ranges::find(todo.open, code, &OpenQuestion::code);
        return found == todo.open.end() ? 0 : found->count;
    };
    CHECK(todo.items == 8);
    CHECK(count("consent_not_asked") == 1);  // P-15
    CHECK(count("not_looked_at") == 2);      // its photo, and the recording
    CHECK(count("no_date") == 0);
    CHECK(count("not_transcribed") == 1);  // the clip; the recording is that of the testimony
    CHECK(count("tag_not_verified") == 2);
}

}  // namespace
}  // namespace kua
