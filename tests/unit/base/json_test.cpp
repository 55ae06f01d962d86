#include "vault/base/json.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"
#include "tests/support/errors.h"

namespace kua::base {
namespace {

using testing::code_of;
using testing::message_of;

bool is_refused(std::string_view text, const JsonLimits& limits = {}) {
    return code_of([&] { return parse_json(text, limits); }) == ErrorCode::kDamaged;
}

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) {
        all += text;
    }
    return all;
}

TEST_CASE("JSON comes back byte for byte, members in their order", "[base][json]") {
    for (const char* text : {R"({"z":1,"a":[true,false,null],"m":{"b":"","a":-1}})", "[]", "{}",
                             "0", "\"\"", R"({"text":"\"\\\b\f\n\r\t\u0001 қуә 🙂"})",
                             "9007199254740991", "-9007199254740991"}) {
        INFO(text);
        CHECK(write_json(parse_json(text)) == text);
    }
    CHECK(write_json(parse_json(" \n{ \"a\" : [ 1 , 2 ] }\r\n\t ")) == R"({"a":[1,2]})");
    CHECK(write_json(parse_json(R"("\u049b\ud83d\ude42\/")")) == "\"қ🙂/\"");
}

TEST_CASE("a key that occurs twice is refused, however it is spelled", "[base][json]") {
    CHECK(is_refused(R"({"a":1,"a":1})"));
    CHECK(is_refused(R"({"a":1,"b":2,"a":3})"));
    CHECK(is_refused(R"({"a":1,"\u0061":2})"));
    CHECK(is_refused(R"([{"x":{"a":1,"a":2}}])"));
    CHECK(is_refused(R"({"":1,"":2})"));
    CHECK_FALSE(is_refused(R"({"a":{"a":1},"b":{"a":1},"A":2})"));
}

TEST_CASE("numbers are whole and at most 2^53 - 1 either way", "[base][json]") {
    for (const char* text : {"9007199254740992",
                             "-9007199254740992",
                             "18446744073709551615",
                             "18446744073709551616",
                             "-9223372036854775808",
                             "-9223372036854775809",
                             "1.0",
                             "1e0",
                             "1E5",
                             "-0.0",
                             "1e400",
                             "01",
                             "+1",
                             "-",
                             ".5",
                             "1.",
                             "0x1",
                             "NaN",
                             "Infinity",
                             "-Infinity"}) {
        INFO(text);
        CHECK(is_refused(text));
    }
    CHECK(is_refused(std::string(100000, '9')));
}

TEST_CASE("depth is bounded, also where it would break a recursive reader", "[base][json]") {
    CHECK_FALSE(is_refused(repeated("[", 8) + repeated("]", 8)));
    CHECK(is_refused(repeated("[", 9) + repeated("]", 9)));
    CHECK(is_refused(repeated("{\"a\":", 9) + "1" + repeated("}", 9)));
    CHECK(is_refused(repeated("[", 100000) + repeated("]", 100000)));
    CHECK(is_refused(repeated("[", 1000000)));
    CHECK(is_refused(repeated("{\"a\":", 100000)));
    CHECK_FALSE(is_refused("1", {.max_depth = 0}));
    CHECK(is_refused("[]", {.max_depth = 0}));
    const JsonLimits deep{.max_bytes = 1000000, .max_depth = 100000};
    CHECK_FALSE(is_refused(repeated("[", 100000) + repeated("]", 100000), deep));
}

TEST_CASE("JSON larger than its limit is not looked at", "[base][json]") {
    CHECK_FALSE(is_refused("[1,2]", {.max_bytes = 5}));
    CHECK(is_refused("[1,2]", {.max_bytes = 4}));
    CHECK(is_refused("[1,2] ", {.max_bytes = 5}));
    CHECK(is_refused("[" + std::string((1 << 20) - 1, ' ') + "]"));
}

TEST_CASE("an object of very many members is read in little time", "[base][json]") {
    std::string text = "{";
    for (int i = 0; i < 80000; ++i) {
        text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
    }
    CHECK(parse_json(text + "}").size() == 80000);
    CHECK(is_refused(text + ",\"0\":1}"));
}

TEST_CASE("only UTF-8 without a byte order mark is JSON", "[base][json]") {
    for (const char* text : {"\xef\xbb\xbf{}", "\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"",
                             "\"\xf4\x90\x80\x80\"", "\"\xe2\x82\"", R"("\ud800")", R"("\udc00")",
                             R"("\ud800\u0041")", "\"\n\"", "\"\x01\"", "\"\x1b\""}) {
        INFO(text);
        CHECK(is_refused(text));
    }
    CHECK(is_refused(std::string("\"\0\"", 3)));
    CHECK(is_refused(std::string("{\0}", 3)));
    CHECK(is_refused(std::string("\xfe\xff\0{\0}", 6)));
}

TEST_CASE("nothing but white space may stand around the value", "[base][json]") {
    for (const char* text : {"",           " ",
                             "{}{}",       "{} 1",
                             "{},",        "[1,]",
                             "{\"a\":1,}", "[,1]",
                             "{,}",        "// x\n{}",
                             "{}/**/",     "#\n{}",
                             "{'a':1}",    "{a:1}",
                             "{\"a\"}",    "{1:2}",
                             "[1 2]",      "tru",
                             "nul",        "True",
                             "\"abc",      "[",
                             "}",          "\v{}",
                             "\xc2\xa0{}", "{}\xef\xbb\xbf",
                             "\"\\x41\"",  "\"\\u12\""}) {
        INFO(text);
        CHECK(is_refused(text));
    }
    CHECK(is_refused(std::string("{}\0", 3)));
    CHECK(is_refused(std::string("{}\0{}", 5)));
    CHECK(is_refused(std::string("\0{}", 3)));
}

TEST_CASE("what is refused is not quoted in the message", "[base][json]") {
    CHECK(message_of([] { return parse_json("{\"Rosa\":\"Almaty\",\"Rosa\":1}"); }).find("Rosa") ==
          std::string::npos);
    CHECK(message_of([] { return parse_json("{\"Rosa\":\"Almaty\" 1}"); }).find("Almaty") ==
          std::string::npos);
}

TEST_CASE("members are had by name and type or not at all", "[base][json]") {
    const Json json = parse_json(R"({"t":"x","n":7,"i":-7,"b":true,"a":[1],"o":{"k":1},"z":null})");
    CHECK(text_at(json, "t") == "x");
    CHECK(uint_at(json, "n") == 7);
    CHECK(uint_at(json, "n", 7) == 7);
    CHECK(int_at(json, "i") == -7);
    CHECK(int_at(json, "n") == 7);
    CHECK(bool_at(json, "b"));
    CHECK(array_at(json, "a").size() == 1);
    CHECK(uint_at(object_at(json, "o"), "k") == 1);
    CHECK(find_member(json, "none") == nullptr);
    CHECK(find_member(json, "z")->is_null());

    CHECK(code_of([&] { return text_at(json, "none"); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { return text_at(json, "n"); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { return text_at(json, "z"); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { return uint_at(json, "i"); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { return uint_at(json, "n", 6); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { return uint_at(json, "b"); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { return uint_at(json, "t"); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { return int_at(json, "n", 8, 9); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { return bool_at(json, "n"); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { return array_at(json, "o"); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { return object_at(json, "a"); }) == ErrorCode::kDamaged);
    CHECK(code_of([] { return text_at(parse_json("[]"), "t"); }) == ErrorCode::kDamaged);
    CHECK(code_of([] { return find_member(parse_json("1"), "t"); }) == ErrorCode::kDamaged);
}

TEST_CASE("surplus members can be refused", "[base][json]") {
    const Json json = parse_json(R"({"a":1,"b":2})");
    CHECK_FALSE(code_of([&] { require_only_members(json, {"b", "a", "c"}); }));
    CHECK(code_of([&] { require_only_members(json, {"a"}); }) == ErrorCode::kDamaged);
    CHECK(code_of([] { require_only_members(parse_json("[]"), {}); }) == ErrorCode::kDamaged);
}

TEST_CASE("nothing is written that would not be read again", "[base][json]") {
    for (const Json& json :
         {Json("\xff"), Json(1.5), Json(std::int64_t{1} << 53), Json(-(std::int64_t{1} << 53)),
          Json(std::uint64_t{1} << 53), Json{{"key", {{"deep", 0.5}}}}, Json{{"\xc3", 1}}}) {
        CHECK(code_of([&] { return write_json(json); }) == ErrorCode::kBug);
    }
    Json json = Json::object();
    json["count"] = 5;  // a signed number inside, still had as unsigned
    CHECK(uint_at(json, "count") == 5);
    CHECK(write_json(json) == R"({"count":5})");
}

}  // namespace
}  // namespace kua::base
