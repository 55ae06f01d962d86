// What a vault knows of consent: whose it needs, and what of bytes that are here more than once.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/test_vault.h"

namespace kua::evidence {
namespace {

using testing::TestVault;

struct Asked : TestVault {
    // A photo in which nobody else is to be seen, and of which its content is all there is.
    std::string add_photo(const std::string& name, const std::string& source) {
        GivenFacts facts{{"carries", {"content"}}, {"third_parties", {"none"}}};
        if (!source.empty()) {
            facts["source"] = {source};
        }
        return add(name, "the same bytes", facts);
    }
    void give(const std::string& source, const std::string& level) {
        GivenFacts facts{{"level", {level}}, {"how_informed", {"explained_orally"}}};
        if (source == "unknown") {
            facts = {{"level", {level}}, {"how_informed", {"not_possible"}}};
        }
        (*this)->give_consent({source, "", {}, facts, "asked"});
    }
    bool may_go(const std::string& item, const std::string& purpose) {
        ExportRequest request;
        request.items = {item};
        request.to = "/out" + std::to_string(++folders);
        request.purpose = purpose;
        if (purpose != "keep") {
            request.recipient = "the clerk";
        }
        return !(*this)->export_items(request, no_progress()).exported.empty();
    }
    int folders = 0;
};

TEST_CASE("bytes that came in again from nobody known free nothing", "[evidence][consent]") {
    Asked vault;
    const std::string item = vault.add_photo("a.jpg", "P-21");
    vault.give("P-21", "1");
    vault.give("unknown", "2");
    CHECK_FALSE(vault.may_go(item, "court"));
    CHECK(vault.add("b.jpg", "the same bytes") == item);
    CHECK_FALSE(vault.may_go(item, "court"));
    vault.give("P-21", "2");
    CHECK(vault.may_go(item, "court"));
}

TEST_CASE("whoever is linked as to be seen must allow it, too", "[evidence][consent]") {
    Asked vault;
    const std::string item = vault.add_photo("a.jpg", "P-12");
    vault.give("P-12", "4");
    CHECK(vault.may_go(item, "publish"));
    vault->add_source({"P-21", "", {}});
    vault->link({"P-21", "appeared", item, "", {}});
    CHECK_FALSE(vault.may_go(item, "court"));
    vault.give("P-21", "3");
    CHECK(vault.may_go(item, "court"));
    CHECK_FALSE(vault.may_go(item, "publish"));
    // In what was made from it as well, unless it was made without.
    const std::string copy = vault.add("cut.jpg", "half of it",
                                       {{"derived_from", {item}},
                                        {"recipe", {"crop"}},
                                        {"attributes_removed", {"time"}},
                                        {"carries", {"content"}}});
    CHECK(vault.may_go(copy, "court"));
    vault.give("P-21", "1");
    CHECK_FALSE(vault.may_go(copy, "court"));
}

TEST_CASE("a copy shows what its original was said to carry, until somebody has looked",
          "[evidence][consent]") {
    Asked vault;
    const std::string item = vault.add("told.txt", "what was told",
                                       {{"source", {"P-12"}}, {"carries", {"content", "name"}}});
    vault.give("P-12", "2");
    CHECK_FALSE(vault.may_go(item, "court"));
    const auto copy_of = [&](const std::string& original, const std::string& name,
                             const std::string& without) {
        return vault.add(name, "typed off as " + name,
                         {{"derived_from", {original}},
                          {"recipe", {"typed off"}},
                          {"attributes_removed", {without}}});
    };
    const std::string copy = copy_of(item, "copy.txt", "time");
    CHECK_FALSE(vault.may_go(copy, "court"));
    CHECK_FALSE(vault.may_go(copy_of(copy, "of the copy.txt", "place"), "court"));
    CHECK(vault.may_go(copy_of(item, "changed.txt", "name"), "court"));
    CHECK(vault.may_go(copy_of(copy_of(item, "first.txt", "name"), "then.txt", "time"), "court"));
    const std::string later = copy_of(copy, "later.txt", "time");
    vault->describe({copy, "", {{"carries", {"content"}}}, "looked"});
    CHECK(vault.may_go(copy, "court"));
    CHECK(vault.may_go(later, "court"));  // somebody has looked at what it was made from
}

TEST_CASE("others who can be recognised in an original can be in its copy", "[evidence][consent]") {
    Asked vault;
    vault->add_source({"P-12", "", {}});
    vault.give("P-12", "4");
    const std::string item = vault.add(
        "clip.mp4", "a clip",
        {{"source", {"P-12"}}, {"carries", {"content"}}, {"third_parties", {"identifiable"}}});
    const std::string sound = vault.add("sound.ogg", "its sound",
                                        {{"derived_from", {item}},
                                         {"recipe", {"sound track"}},
                                         {"attributes_removed", {"face"}},
                                         {"carries", {"content"}}});
    CHECK_FALSE(vault.may_go(sound, "publish"));
    const std::string part = vault.add("part.ogg", "a part of it",
                                       {{"derived_from", {sound}},
                                        {"recipe", {"cut"}},
                                        {"attributes_removed", {"time"}},
                                        {"carries", {"content"}}});
    CHECK_FALSE(vault.may_go(part, "publish"));
    vault->describe({sound, "", {{"third_parties", {"none"}}}, "listened"});
    CHECK(vault.may_go(sound, "publish"));
    CHECK(vault.may_go(part, "publish"));
}

TEST_CASE("a copy of more copies than are followed, or of itself, goes out for nobody",
          "[evidence][consent]") {
    Asked vault;
    std::string item = vault.add_photo("a.jpg", "P-12");
    const auto copy_of = [&](const std::string& original, const std::string& name) {
        return vault.add(name, "made as " + name,
                         {{"source", {"public"}},
                          {"derived_from", {original}},
                          {"recipe", {"copied"}},
                          {"attributes_removed", {"time"}},
                          {"carries", {"content"}},
                          {"third_parties", {"none"}}});
    };
    vault.give("unknown", "2");
    SECTION("more copies") {
        for (int i = 0; i < 15; ++i) {
            item = copy_of(item, std::to_string(i) + ".jpg");
        }
        CHECK_FALSE(vault.may_go(item, "publish"));
        vault.give("P-12", "4");
        CHECK(vault.may_go(item, "publish"));
        item = copy_of(item, "one more.jpg");
    }
    SECTION("itself") {
        vault.give("P-12", "4");
        const std::string first = item;
        item = copy_of(item, "copy.jpg");
        CHECK(vault.may_go(item, "publish"));
        // No kua writes that, but somebody's own program may.
        vault.write(
            "UPDATE item_facts SET facts = json_set(facts, '$.derived_from', ?1)"
            " WHERE item = ?2",
            item, first);
    }
    for (const char* purpose : {"team", "court", "publish"}) {
        CAPTURE(purpose);
        CHECK_FALSE(vault.may_go(item, purpose));
    }
    CHECK(vault.may_go(item, "keep"));
}

TEST_CASE("what may not be kept goes out for nothing else", "[evidence][consent]") {
    Asked vault;
    const std::string item = vault.add_photo("a.jpg", "P-12");
    vault.give("P-12", "4");
    CHECK(vault.may_go(item, "publish"));
    vault->withdraw_consent({"P-12", "", {}, {{"purposes", {"keep"}}}, ""});
    for (const char* purpose : {"keep", "team", "commission", "court", "partner", "publish"}) {
        CAPTURE(purpose);
        CHECK_FALSE(vault.may_go(item, purpose));
    }
}

TEST_CASE("what is said of bytes that are here already restricts them", "[evidence][consent]") {
    Asked vault;
    const std::string item = vault.add_photo("a.jpg", "P-12");
    vault.give("P-12", "4");
    CHECK(vault.may_go(item, "publish"));
    const auto again = [&](const GivenFacts& facts) {
        CHECK(vault.add("a.jpg", "the same bytes", facts) == item);
    };
    again({{"third_parties", {"identifiable"}}});
    CHECK_FALSE(vault.may_go(item, "publish"));
    again({{"third_parties", {"none"}}});  // that is for describe
    CHECK_FALSE(vault.may_go(item, "publish"));
    vault->describe({item, "", {{"third_parties", {"none"}}}, "looked"});
    CHECK(vault.may_go(item, "publish"));
    again({{"carries", {"name"}}});
    CHECK_FALSE(vault.may_go(item, "court"));
    vault->describe({item, "", {{"carries", {"content"}}}, "looked"});
    CHECK(vault.may_go(item, "court"));
    again({{"hold", {"legal"}}});
    CHECK_FALSE(vault.may_go(item, "court"));
}

TEST_CASE("an unknown age doesn't lift that somebody is under 18", "[evidence][consent]") {
    Asked vault;
    const std::string item = vault.add(
        "a.jpg", "a face",
        {{"source", {"P-12"}}, {"carries", {"content", "face"}}, {"third_parties", {"none"}}});
    vault->give_consent({"P-12",
                         "",
                         {},
                         {{"level", {"5"}}, {"ticked", {"face"}}, {"how_informed", {"message"}}},
                         ""});
    const auto say_age = [&](const std::string& age) {
        vault->describe({"P-12", "", {{"age_group", {age}}}, "heard so"});
    };
    say_age("unknown");
    CHECK(vault.may_go(item, "publish"));
    say_age("under_18");
    CHECK_FALSE(vault.may_go(item, "publish"));
    say_age("unknown");
    CHECK_FALSE(vault.may_go(item, "publish"));
    say_age("adult");
    CHECK(vault.may_go(item, "publish"));
    say_age("unknown");
    CHECK(vault.may_go(item, "publish"));
}

TEST_CASE("what would be said without effect is refused", "[evidence][consent]") {
    Asked vault;
    const std::string item = vault.add_photo("a.jpg", "P-12");
    vault->add_source({"P-13", "", {}});
    const auto code_of_giving = [&](const std::string& source, GivenFacts facts) {
        facts.insert({{"level", {"1"}}, {"how_informed", {"message"}}});
        return testing::code_of([&] { vault->give_consent({source, "", {item}, facts, ""}); });
    };
    CHECK(code_of_giving("P-13", {}) == ErrorCode::kUsage);
    CHECK(testing::code_of([&] {
              vault->withdraw_consent({"P-13", "", {item}, {{"purposes", {"team"}}}, ""});
          }) == ErrorCode::kUsage);
    CHECK(code_of_giving("P-12", {{"not_before", {"2090"}}, {"expires", {"2017"}}}) ==
          ErrorCode::kUsage);
    vault->give_consent(
        {"P-12", "", {item}, {{"level", {"1"}}, {"how_informed", {"message"}}}, ""});
    vault->link({"P-13", "appeared", item, "", {}});
    vault->withdraw_consent({"P-13", "", {item}, {{"purposes", {"team"}}}, ""});
    CHECK_FALSE(vault.may_go(item, "team"));
}

TEST_CASE("the level in a text counts when it first comes in as a testimony",
          "[evidence][consent][testimony]") {
    Asked vault;
    const std::string text =
        "---\nformat: kua-testimony/1\nsource: P-07\nconsent_level: 1\n"
        "how_informed: explained_orally\n---\n### 0001 answer P-07\nx\n";
    const std::string item = vault.add("t.md", text, {{"source", {"P-07"}}});
    vault.give("P-07", "4");
    TestimonyRequest request;
    request.file = "/card/t.md";
    CHECK(vault->add_testimony(request, no_progress()).consent_level == 1);
    CHECK_FALSE(vault.may_go(item, "court"));
    // Not once more: it may have been changed since.
    vault.give("P-07", "4");
    CHECK_FALSE(vault->add_testimony(request, no_progress()).consent_level);
    CHECK(vault.may_go(item, "court"));
}

}  // namespace
}  // namespace kua::evidence
