#include "vault/evidence/outgoing/safe_name.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/seeded_random.h"
#include "vault/base/parse.h"
#include "vault/base/utf8.h"

namespace kua::evidence {
namespace {

TEST_CASE("plain names stay as they are", "[evidence][T43]") {
    for (const char* name : {"IMG_0412.jpg", "алаң 23 қараша.jpg", "a", "notes (2).txt", "写真.png",
                             "tar.gz", "console.log", "x~1"}) {
        CHECK(safe_file_name(name) == name);
    }
}

TEST_CASE("names that would leave their directory or mean something else are made safe",
          "[evidence][T43]") {
    struct Row {
        std::string stored;
        std::string safe;
    };
    const std::vector<Row> rows = {
        {"", "item"},
        {".", "item"},
        {"..", "item"},
        {"...", "item"},
        {" ", "item"},
        {"../../etc/passwd", "_._.._etc_passwd"},
        {"..\\..\\boot.ini", "_._.._boot.ini"},
        {"/etc/passwd", "_etc_passwd"},
        {"C:\\Windows", "C__Windows"},
        {"a/b", "a_b"},
        {"a\nb", "a_b"},
        {"\x1b[2J.jpg", "_[2J.jpg"},
        {"gpj.\xe2\x80\xae"
         "exe",
         "gpj._exe"},
        {"zero\xe2\x80\x8bwidth", "zero_width"},
        {"bad\xff\xfe.jpg", "bad__.jpg"},
        {"half\xe2\x82", "half__"},
        {"what?.txt", "what_.txt"},
        {"a*b|c<d>e\"f:g", "a_b_c_d_e_f_g"},
        {".bashrc", "_bashrc"},
        {"-rf", "_rf"},
        {" lead", "_lead"},
        {"trail.", "trail"},
        {"trail . . ", "trail"},
        {"CON", "item_CON"},
        {"con.txt", "item_con.txt"},
        {"con .txt", "item_con .txt"},
        {"Aux.jpg", "item_Aux.jpg"},
        {"NUL", "item_NUL"},
        {"lpt1.doc", "item_lpt1.doc"},
        {"COM9", "item_COM9"},
        {"stream.txt:hidden", "stream.txt_hidden"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.stored);
        CHECK(safe_file_name(row.stored) == row.safe);
    }
}

// What every name that leaves the vault must be, on any file system.
void check_is_safe(const std::string& stored, const std::string& safe) {
    CAPTURE(stored, safe);
    REQUIRE_FALSE(safe.empty());
    REQUIRE(safe.size() <= 200);
    REQUIRE(base::is_valid_utf8(safe));
    REQUIRE(base::escape_for_display(safe) == safe);
    REQUIRE(safe.find_first_of("/\\:*?\"<>|") == std::string::npos);
    REQUIRE(std::ranges::none_of(safe, [](char c) { return c >= 0 && c < 0x20; }));
    REQUIRE((safe.front() != '.' && safe.front() != '-' && safe.front() != ' '));
    REQUIRE((safe.back() != '.' && safe.back() != ' '));
    const std::string stem = base::to_ascii_lower(safe.substr(0, safe.find('.')));
    for (const char* device : {"con", "prn", "aux", "nul", "com1", "com9", "lpt1", "lpt9"}) {
        REQUIRE(stem.substr(0, stem.find_last_not_of(' ') + 1) != device);
    }
    REQUIRE(std::filesystem::path{safe}.filename() == safe);
    REQUIRE_FALSE(std::filesystem::path{safe}.has_root_path());
}

// Names made of what hurts, of all lengths up to 4 KiB.
std::string hostile_name(testing::SeededRandom& random) {
    constexpr auto kParts = std::to_array<std::string_view>({
        "../",
        "..\\",
        "/",
        "\\",
        "..",
        ".",
        " ",
        "-",
        ":",
        "CON",
        "nul",
        "aux.",
        "com1",
        "LPT9",
        "~",
        "*",
        "?",
        "\"",
        "<",
        ">",
        "|",
        "\n",
        "\r",
        "\t",
        "\x1b[31m",
        "\x1b]0;x\x07",
        "\x7f",
        "\xc2\x85",
        "\xe2\x80\xae",
        "\xe2\x81\xa6",
        "\xe2\x80\x8b",
        "\xef\xbb\xbf",
        "\xff",
        "\xc3",
        "\xe2\x82",
        "\xf0\x9f\x93\xb7",
        "é",
        "е́",
        "写",
        "қ",
        "a",
        "b",
        "jpg",
        ".jpg",
        ".tar.gz",
        "IMG_0412",
        "$HOME",
        "`id`",
        "%00",
        "\\x00",
        "&",
        ";",
        "'",
        "file:",
        "http://x",
    });
    std::string name;
    const std::uint64_t parts = 1 + random.below(random.one_in(10) ? 900 : 12);
    for (std::uint64_t i = 0; i < parts; ++i) {
        name += kParts[random.below(kParts.size())];
    }
    return name.substr(0, 4096);
}

TEST_CASE("2,000 hostile names are all made safe, and so are their numbered twins",
          "[evidence][T43]") {
    testing::SeededRandom random{43};
    for (int i = 0; i < 2000; ++i) {
        const std::string stored = hostile_name(random);
        const std::string safe = safe_file_name(stored);
        check_is_safe(stored, safe);
        REQUIRE(safe_file_name(safe) == safe);
        const auto number = static_cast<unsigned>(2 + random.below(100'000));
        const std::string numbered = numbered_name(safe, number);
        check_is_safe(stored, numbered);
        REQUIRE(numbered.find("(" + std::to_string(number) + ")") != std::string::npos);
    }
}

TEST_CASE("a name that is too long keeps its ending and its characters whole", "[evidence][T43]") {
    const std::string long_name = safe_file_name(std::string(300, 'a') + ".jpeg");
    CHECK(long_name == std::string(195, 'a') + ".jpeg");
    std::string wide;
    for (int i = 0; i < 100; ++i) {
        wide += "写";
    }
    const std::string cut = safe_file_name(wide + ".mp4");
    CHECK(cut.ends_with("写.mp4"));
    CHECK(cut.size() <= 200);
    CHECK(base::is_valid_utf8(cut));
    CHECK(numbered_name(long_name, 12).ends_with("a (12).jpeg"));
    CHECK(numbered_name(long_name, 12).size() == 200);
    // What follows the cut is no longer there to stand behind a dot or space.
    CHECK(safe_file_name(std::string(199, 'a') + "." + std::string(100, 'b')) ==
          std::string(199, 'a'));
    CHECK(safe_file_name(std::string(198, 'a') + " ." + std::string(100, 'b')) ==
          std::string(198, 'a'));
}

TEST_CASE("numbers stand before the ending", "[evidence]") {
    CHECK(numbered_name("IMG_0412.jpg", 2) == "IMG_0412 (2).jpg");
    CHECK(numbered_name("README", 3) == "README (3)");
    CHECK(numbered_name("x.jpg.age", 2) == "x.jpg (2).age");
}

}  // namespace
}  // namespace kua::evidence
