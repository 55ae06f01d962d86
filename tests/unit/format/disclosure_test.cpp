#include "vault/format/disclosure.h"

#include <algorithm>
#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"
#include "tests/support/errors.h"
#include "vault/base/base64.h"

namespace {

using kua::ErrorCode;
using kua::base::Base64;
using kua::base::bytes_of;
using kua::base::encode_base64;
using kua::base::Json;
using kua::format::digest_of;
using kua::format::Disclosure;
using kua::format::make_decoy;
using kua::format::make_disclosure;
using kua::format::parse_disclosure;
using kua::testing::code_of;

// Counts up, so that every salt is known and the first 16 differ.
class CountingRandom final : public kua::base::Random {
public:
    void fill(kua::base::MutableByteView out) override {
        for (std::byte& byte : out) {
            byte = static_cast<std::byte>(next_++);
        }
    }

private:
    unsigned char next_ = 0;
};

std::string url(std::string_view json) {
    return encode_base64(bytes_of(json), Base64::kUrl);
}

const std::string kSalt = "AAECAwQFBgcICQoLDA0ODw";

}  // namespace

TEST_CASE("the example of RFC 9901, section 4.2.1, opens", "[disclosure]") {
    const std::string text =
        "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0";
    const Disclosure disclosure = parse_disclosure(text);
    CHECK(disclosure.text == text);
    CHECK(disclosure.name == "family_name");
    CHECK(disclosure.value == Json("M\xc3\xb6"
                                   "bius"));
    CHECK(digest_of(text) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
}

TEST_CASE("what is made is a salt, a name and a value without spaces", "[disclosure]") {
    CountingRandom random;
    const Disclosure made = make_disclosure("place", "Көктұз", random);
    CHECK(made.text == url("[\"" + kSalt + "\",\"place\",\"Көктұз\"]"));
    const Disclosure read = parse_disclosure(made.text);
    CHECK(read.name == "place");
    CHECK(read.value == made.value);
    CHECK(digest_of(made.text).size() == kua::format::kFactDigestCharacters);
}

TEST_CASE("values of every kind come back", "[disclosure]") {
    CountingRandom random;
    for (const Json& value :
         {Json("text"), Json(42), Json(-1), Json(true), Json(nullptr), Json::array({"kk", "ru"}),
          Json{{"role", "answer"}, {"speaker", "P-07"}, {"text", "\n\"<"}}}) {
        CHECK(parse_disclosure(make_disclosure("turn_0001", value, random).text).value == value);
    }
}

TEST_CASE("the same fact twice gives unrelated digests", "[disclosure]") {
    CountingRandom random;
    std::set<std::string> digests;
    for (int i = 0; i < 8; ++i) {
        digests.insert(digest_of(make_disclosure("place", "Көктұз", random).text));
        digests.insert(digest_of(make_decoy(random).text));
    }
    CHECK(digests.size() == 16);
    CHECK(parse_disclosure(make_decoy(random).text).name == kua::format::kDecoyName);
}

TEST_CASE("disclosures that are none are refused", "[disclosure]") {
    const auto refused = [](const std::string& text) {
        INFO(text);
        CHECK(code_of([&] { return parse_disclosure(text); }) == ErrorCode::kDamaged);
    };
    const std::string good = "[\"" + kSalt + "\",\"place\",\"x\"]";
    REQUIRE_NOTHROW(parse_disclosure(url(good)));
    REQUIRE_NOTHROW(parse_disclosure(url(" [ \"" + kSalt + "\" , \"place\" , {} ] ")));
    refused("");
    refused("!");
    refused(good);              // not encoded
    refused(url(good) + "=");   // padded
    refused(url(good) + "\n");  // more than the text
    refused(encode_base64(bytes_of("[\"" + kSalt + "\",\"place\",\"?>?>?>\"]"), Base64::kUnpadded));
    refused("WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0");  // RFC 9901, 4.2.2: array element
    for (const std::string json :
         {"null", "{}", "[]", "\"x\"", "[[],[],[]]", "[1,\"place\",\"x\"]"}) {
        refused(url(json));
    }
    refused(url("[\"" + kSalt + "\",\"place\"]"));
    refused(url("[\"" + kSalt + "\",\"place\",1,2]"));
    refused(url("[\"" + kSalt + "\",7,\"x\"]"));
    refused(url("[\"" + kSalt + "\",\"place\",\"x\"]]"));
    refused(url("[\"" + kSalt + "\",\"place\",\"x\"] x"));
    refused(url("[\"" + kSalt + "\",\"place\",1.5]"));
    refused(url("[\"" + kSalt + "\",\"place\",{\"a\":1,\"a\":2}]"));
    refused(url("[\"" + kSalt + "\",\"place\",\"\xff\"]"));
}

TEST_CASE("salts that are short, long or misspelt are refused", "[disclosure]") {
    const auto read = [](const std::string& salt) {
        return code_of([&] { return parse_disclosure(url("[\"" + salt + "\",\"place\",\"x\"]")); });
    };
    CHECK(!read(kSalt));
    CHECK(!read(std::string(86, 'A')));                        // 64 bytes
    CHECK(read(std::string(87, 'A')) == ErrorCode::kDamaged);  // 65 bytes
    CHECK(read(std::string(20, 'A')) == ErrorCode::kDamaged);  // 15 bytes
    CHECK(read("") == ErrorCode::kDamaged);
    CHECK(read("AAECAwQFBgcICQoLDA0ODx") == ErrorCode::kDamaged);    // unused bits set
    CHECK(read("AAECAwQFBgcICQoLDA0OD+") == ErrorCode::kDamaged);    // another alphabet
    CHECK(read("AAECAwQFBgcICQoLDA0ODw==") == ErrorCode::kDamaged);  // padding
}

TEST_CASE("only names of facts are names", "[disclosure]") {
    const auto read = [](const std::string& name) {
        return code_of(
            [&] { return parse_disclosure(url("[\"" + kSalt + "\",\"" + name + "\",\"x\"]")); });
    };
    for (const std::string name : {"place", "turn_0001", "segment_0004_1", "custody.viewed", "a"}) {
        CHECK(!read(name));
    }
    for (const std::string name :
         {"", "_sd", "...", "1st", "Place", "pla ce", "жер", "a-b", "a\\u0000", "a\\n"}) {
        INFO(name);
        CHECK(read(name) == ErrorCode::kDamaged);
    }
    CHECK(!read(std::string(128, 'a')));
    CHECK(read(std::string(129, 'a')) == ErrorCode::kDamaged);
    CountingRandom random;
    CHECK(code_of([&] { return make_disclosure("Place", "x", random); }) == ErrorCode::kBug);
}

TEST_CASE("facts over the limit are neither made nor read [T45]", "[disclosure]") {
    CountingRandom random;
    CHECK(code_of([&] { return make_disclosure("note", std::string(800000, 'x'), random); }) ==
          ErrorCode::kFailed);
    CHECK(code_of([&] { return make_disclosure("note", std::string(700000, 'x'), random); }) ==
          std::nullopt);
    const std::string longest((std::size_t{1} << 20) + 1, 'A');
    CHECK(code_of([&] { return parse_disclosure(longest); }) == ErrorCode::kDamaged);
    const std::string deep = std::string(9, '[') + std::string(9, ']');
    CHECK(code_of([&] {
              return parse_disclosure(url("[\"" + kSalt + "\",\"note\"," + deep + "]"));
          }) == ErrorCode::kDamaged);
}
