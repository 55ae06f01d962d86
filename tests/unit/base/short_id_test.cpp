#include "vault/base/short_id.h"

#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>

namespace kua::base {
namespace {

TEST_CASE("ids take five bits a character, first bit first", "[base][short_id]") {
    CHECK(encode_id({}).empty());
    CHECK(encode_id(bytes_of(std::string("\0", 1))) == "00");
    CHECK(encode_id(bytes_of("\xff")) == "zw");
    CHECK(encode_id(bytes_of("\xff\xff\xff\xff\xff")) == "zzzzzzzz");
    CHECK(encode_id(bytes_of("\x84\x21\x08\x42\x10")) == "gggggggg");
    CHECK(encode_id(bytes_of("\x01\x02\x03")).size() == 5);
}

TEST_CASE("different bytes of one length give different ids", "[base][short_id]") {
    std::set<std::string> ids;
    for (int value = 0; value < 65536; ++value) {
        const Bytes bytes{static_cast<std::byte>(value >> 8), static_cast<std::byte>(value)};
        ids.insert(encode_id(bytes));
    }
    CHECK(ids.size() == 65536);
}

TEST_CASE("ids typed by hand are read as they were meant", "[base][short_id]") {
    CHECK(normalize_id("7K2M9") == "7k2m9");
    CHECK(normalize_id("oOiIlL") == "001111");
    for (const char* typed : {"", "u", "U", "a b", "a-b", "a\n", "\xd0\xb0"}) {
        INFO(typed);
        CHECK_FALSE(normalize_id(typed));
    }
}

}  // namespace
}  // namespace kua::base
