#include "vault/base/hex.h"

#include <array>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"
#include "tests/support/errors.h"

namespace kua::base {
namespace {

using testing::code_of;

TEST_CASE("every byte becomes two lower-case hex digits and comes back", "[base][hex]") {
    Bytes all;
    for (int value = 0; value < 256; ++value) {
        all.push_back(static_cast<std::byte>(value));
    }
    const std::string text = encode_hex(all);
    CHECK(text.substr(0, 34) == "000102030405060708090a0b0c0d0e0f10");
    CHECK(text.substr(508) == "feff");
    CHECK(decode_hex(text) == all);
    CHECK(encode_hex({}).empty());
    CHECK(decode_hex("") == Bytes{});
}

TEST_CASE("hex that is not the one encoding is refused", "[base][hex]") {
    for (int value = 0; value < 256; ++value) {
        const char c = static_cast<char>(value);
        const bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        INFO("byte " << value);
        CHECK(decode_hex(std::string{c, '0'}).has_value() == is_digit);
        CHECK(decode_hex(std::string{'0', c}).has_value() == is_digit);
    }
    CHECK_FALSE(decode_hex("0"));
    CHECK_FALSE(decode_hex("000"));
    CHECK_FALSE(decode_hex("0x"));
    CHECK_FALSE(decode_hex("00 "));
    CHECK_FALSE(decode_hex("00\n"));
    CHECK_FALSE(decode_hex("AB"));
}

TEST_CASE("hex goes into memory of exactly the right size only", "[base][hex]") {
    std::array<char, 4> out{};
    encode_hex_into(bytes_of("\x01\xfe"), out);
    CHECK(std::string(out.data(), out.size()) == "01fe");
    CHECK(code_of([&] { encode_hex_into(bytes_of("\x01"), out); }) == ErrorCode::kBug);
}

}  // namespace
}  // namespace kua::base
