#include "vault/base/counted.h"

#include <catch2/catch_test_macros.hpp>

namespace kua::base {
namespace {

TEST_CASE("one thing is one thing, and all other numbers are many", "[base]") {
    CHECK(counted(0, "entry", "entries") == "0 entries");
    CHECK(counted(1, "entry", "entries") == "1 entry");
    CHECK(counted(12'000, "is", "are") == "12000 are");
}

}  // namespace
}  // namespace kua::base
