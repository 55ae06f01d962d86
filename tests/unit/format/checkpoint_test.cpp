#include "vault/format/checkpoint.h"

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"
#include "tests/support/errors.h"

namespace {

using kua::ErrorCode;
using kua::format::Checkpoint;
using kua::format::empty_root;
using kua::format::encode_checkpoint;
using kua::format::parse_checkpoint;
using kua::testing::code_of;

const std::string kCase(32, 'c');
const std::string kAuthor(64, 'a');
// The empty tree's root, in base64.
const std::string kEmptyRoot = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const std::string kOrigin = "kua/" + kCase + "/" + kAuthor + "\n";

Checkpoint sample(std::uint64_t size) {
    return {.case_id = kCase, .author = kAuthor, .head = {.size = size, .root = empty_root()}};
}

}  // namespace

TEST_CASE("a checkpoint is three lines", "[checkpoint]") {
    CHECK(encode_checkpoint(sample(0)) == kOrigin + "0\n" + kEmptyRoot + "\n");
    CHECK(encode_checkpoint(sample(20852163)) == kOrigin + "20852163\n" + kEmptyRoot + "\n");
}

TEST_CASE("a checkpoint reads back at every order of size", "[checkpoint]") {
    for (std::uint64_t size = 0; size <= kua::format::kMaxJournalSize / 2; size = size * 3 + 1) {
        CHECK(parse_checkpoint(encode_checkpoint(sample(size))) == sample(size));
    }
    const Checkpoint largest = sample(kua::format::kMaxJournalSize);
    CHECK(parse_checkpoint(encode_checkpoint(largest)) == largest);
}

TEST_CASE("texts that are nearly a checkpoint are refused", "[checkpoint]") {
    const std::string root = kEmptyRoot + "\n";
    const auto refused = [](const std::string& text) {
        INFO(text);
        CHECK(code_of([&] { return parse_checkpoint(text); }) == ErrorCode::kDamaged);
    };
    REQUIRE_NOTHROW(parse_checkpoint(kOrigin + "7\n" + root));
    refused("");
    refused(kOrigin);
    refused(kOrigin + "7\n");
    refused(kOrigin + "7\n" + kEmptyRoot);             // last LF missing
    refused(kOrigin + "7\n" + root + "\n");            // an empty line
    refused(kOrigin + "7\n" + root + "extension\n");   // an extension line
    refused(kOrigin + "7\n" + root + "x");             // a line begun
    refused("\n" + kOrigin + "7\n" + root);            // an empty line before
    refused("\xef\xbb\xbf" + kOrigin + "7\n" + root);  // a byte order mark
    for (const std::string size : {"", "07", "+7", "-7", " 7", "7 ", "7\r", "0x7", "7.0", "٧",
                                   "9007199254740992", "99999999999999999999"}) {
        refused(kOrigin + size + "\n" + root);
    }
    for (const std::string other_root : {"", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
                                         "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=",
                                         "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=",
                                         "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==",
                                         "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= "}) {
        refused(kOrigin + "7\n" + other_root + "\n");
    }
    for (const std::string& origin :
         {"kua/" + kCase + "/" + kAuthor + "/", "KUA/" + kCase + "/" + kAuthor,
          "kua/" + kCase + kAuthor + "/", "kua/" + std::string(31, 'c') + "/" + kAuthor + "a",
          "kua/" + std::string(32, 'C') + "/" + kAuthor,
          "kua/" + kCase + "/" + std::string(64, 'g'), "kua/" + kCase + "/" + kAuthor + "\r",
          "kua/" + kCase + " " + kAuthor, std::string{}, std::string("kua//")}) {
        refused(origin + "\n7\n" + root);
    }
}

TEST_CASE("an empty journal has the root of the empty tree", "[checkpoint]") {
    const std::string other = "AAAAQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    CHECK_NOTHROW(parse_checkpoint(kOrigin + "1\n" + other));
    CHECK(code_of([&] { return parse_checkpoint(kOrigin + "0\n" + other); }) ==
          ErrorCode::kDamaged);
}

TEST_CASE("a checkpoint that can't be read back is never written", "[checkpoint]") {
    Checkpoint odd = sample(1);
    odd.case_id = "KT-17";
    CHECK(code_of([&] { return encode_checkpoint(odd); }) == ErrorCode::kBug);
    odd = sample(1);
    odd.author += "\n";
    CHECK(code_of([&] { return encode_checkpoint(odd); }) == ErrorCode::kBug);
    CHECK(code_of([] { return encode_checkpoint(sample(kua::format::kMaxJournalSize + 1)); }) ==
          ErrorCode::kBug);
}
