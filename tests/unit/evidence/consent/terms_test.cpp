#include "vault/evidence/consent/terms.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"

namespace kua::evidence {
namespace {

using enum Attribute;
using enum Purpose;

// The table of docs/consent.md, a row for each purpose, a column for each attribute, each cell the
// levels that allow it; t: only if ticked.
struct TableRow {
    Purpose purpose;
    std::array<std::string_view, 6> cells;
};
constexpr std::array<TableRow, 6> kTable = {{
    {kKeep, {"012345", "012345", "012345", "012345", "012345", "012345"}},
    {kTeam, {"12345", "12345", "12345", "12345", "12345", ""}},
    {kCommission, {"2345", "2345", "2345", "35", "35", "35"}},
    {kCourt, {"2345", "2345", "2345", "35", "35", "35"}},
    {kPartner, {"45", "45", "45", "5t", "5t", "5t"}},
    {kPublish, {"45", "5", "5", "5t", "5t", "5t"}},
}};

TEST_CASE("the levels allow what the table says", "[evidence][consent]") {
    for (unsigned level = 0; level <= kMaxLevel; ++level) {
        const char digit = static_cast<char>('0' + level);
        const ConsentGrid bare = grid_of_level(level, {});
        const ConsentGrid ticked = grid_of_level(level, set_of({kVoice, kFace, kName}));
        for (const TableRow& row : kTable) {
            for (const Attribute attribute : kAllAttributes) {
                const std::string_view cell = row.cells.at(index_of(attribute));
                const bool has_level = cell.find(digit) != std::string_view::npos;
                const bool has_tick = cell.find('t') != std::string_view::npos;
                CHECK(bare.allows(row.purpose, attribute) == (has_level && !has_tick));
                CHECK(ticked.allows(row.purpose, attribute) == has_level);
            }
        }
    }
    CHECK(testing::code_of([] { grid_of_level(6, {}); }) == ErrorCode::kBug);
}

TEST_CASE("a tick counts for its own attribute", "[evidence][consent]") {
    const ConsentGrid grid = grid_of_level(5, set_of({kFace}));
    CHECK(grid.allows(kPublish, kFace));
    CHECK_FALSE(grid.allows(kPublish, kVoice));
    CHECK_FALSE(grid_of_level(4, set_of({kFace})).allows(kPublish, kFace));
}

TEST_CASE("purposes and attributes have one name each", "[evidence][consent]") {
    for (const Purpose purpose : kAllPurposes) {
        CHECK(parse_purpose(name_of(purpose)) == purpose);
    }
    for (const Attribute attribute : kAllAttributes) {
        CHECK(parse_attribute(name_of(attribute)) == attribute);
    }
    CHECK_FALSE(parse_purpose("Court"));
    CHECK_FALSE(parse_attribute("third_party"));
    CHECK(words_of(set_of({kFace, kContent})) == "content, face");
}

}  // namespace
}  // namespace kua::evidence
