#include "vault/base/path_words.h"

#include <catch2/catch_test_macros.hpp>

namespace kua::base {
namespace {

TEST_CASE("a path in a message is escaped and stands between quotation marks", "[base]") {
    CHECK(naming("open file", "DCIM/a.jpg") == "open file \"DCIM/a.jpg\"");
    CHECK(naming("open file", "a\x1b[1m\"b") == "open file \"a\\x1b[1m\\x22b\"");
}

TEST_CASE("a path is taken out of a message that a report names it beside", "[base]") {
    const std::string message = naming("open file", "a\nb") + ": permission denied";
    CHECK(without_path(message, "a\nb") == "open file: permission denied");
    CHECK(without_path(message, "a") == message);
    CHECK(without_path("changed while being read", "a") == "changed while being read");
}

}  // namespace
}  // namespace kua::base
