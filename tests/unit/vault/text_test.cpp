#include "kua/text.h"

#include <catch2/catch_test_macros.hpp>

#include "kua/finding.h"
#include "kua/progress.h"

TEST_CASE("untrusted text can't move the cursor or turn the direction of reading", "[vault]") {
    CHECK(kua::escape_for_display("a\x1b[2Jb\n") == "a\\x1b[2Jb\\x0a");
    CHECK(kua::escape_for_display("gpj.\xe2\x80\xae"
                                  "exe") == "gpj.\\u{202e}exe");
    CHECK(kua::escape_for_display("\xff") == "\\xff");
    CHECK(kua::escape_for_display("алаң 23 қараша.jpg") == "алаң 23 қараша.jpg");
}

TEST_CASE("a name that kept stray bytes is shown with each of them escaped once", "[vault]") {
    CHECK(kua::escape_for_display(kua::file_name_of("caf\\xe9.jpg")) == "caf\\xe9.jpg");
    CHECK(kua::file_name_of("IMG_0412.jpg") == "IMG_0412.jpg");
}

TEST_CASE("width counts columns, not bytes or characters", "[vault]") {
    CHECK(kua::display_width("") == 0);
    CHECK(kua::display_width("IMG_0412") == 8);
    CHECK(kua::display_width("алаң") == 4);
    CHECK(kua::display_width("и\xcc\x86") == 1);  // a letter and a combining breve
    CHECK(kua::display_width("写真") == 4);
    CHECK(kua::display_width("\xf0\x9f\x93\xb7") == 2);
    CHECK(kua::display_width("\xff\xfe") == 2);
}

TEST_CASE("findings have the names that JSON promises", "[vault]") {
    CHECK(kua::name_of(kua::FindingCode::kDamaged) == std::string{"damaged"});
    CHECK(kua::name_of(kua::FindingCode::kFactMismatch) == std::string{"fact_mismatch"});
    CHECK(kua::name_of(kua::FindingCode::kUnknownAuthor) == std::string{"unknown_author"});
    CHECK(kua::name_of(kua::FindingCode::kGap) == std::string{"gap"});
}

TEST_CASE("no progress never asks to stop", "[vault]") {
    kua::Progress& nothing = kua::no_progress();
    nothing.begin("checking", 10, 1);
    nothing.advance(10, 1);
    nothing.end();
    CHECK_FALSE(nothing.cancelled());
}
