#include "vault/base/base64.h"

#include <array>
#include <string>

#include <catch2/catch_test_macros.hpp>

namespace kua::base {
namespace {

constexpr std::array kForms{Base64::kPadded, Base64::kUnpadded, Base64::kUrl};

std::string alphabet_of(Base64 form) {
    return std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") +
           (form == Base64::kUrl ? "-_" : "+/");
}

TEST_CASE("base64 agrees with the examples of RFC 4648", "[base][base64]") {
    const auto padded = [](std::string_view text) {
        return encode_base64(bytes_of(text), Base64::kPadded);
    };
    CHECK(padded("").empty());
    CHECK(padded("f") == "Zg==");
    CHECK(padded("fo") == "Zm8=");
    CHECK(padded("foo") == "Zm9v");
    CHECK(padded("foob") == "Zm9vYg==");
    CHECK(padded("fooba") == "Zm9vYmE=");
    CHECK(padded("foobar") == "Zm9vYmFy");
    CHECK(encode_base64(bytes_of("fo"), Base64::kUnpadded) == "Zm8");
    CHECK(encode_base64(bytes_of("\xfb\xff\xfe"), Base64::kPadded) == "+//+");
    CHECK(encode_base64(bytes_of("\xfb\xff\xfe"), Base64::kUrl) == "-__-");
}

TEST_CASE("all bytes at all lengths come back from every form of base64", "[base][base64]") {
    for (const Base64 form : kForms) {
        Bytes bytes;
        for (int size = 0; size < 300; ++size) {
            const std::string text = encode_base64(bytes, form);
            CHECK(decode_base64(text, form) == bytes);
            CHECK(text.find_first_not_of(alphabet_of(form) + "=") == std::string::npos);
            bytes.push_back(static_cast<std::byte>(size * 37 + 11));
        }
    }
}

TEST_CASE("exactly 64 characters are base64 digits", "[base][base64]") {
    for (const Base64 form : kForms) {
        const std::string alphabet = alphabet_of(form);
        for (int value = 0; value < 256; ++value) {
            const char c = static_cast<char>(value);
            const bool is_digit = alphabet.find(c) != std::string::npos;
            INFO("byte " << value);
            for (std::size_t at = 0; at < 3; ++at) {
                std::string text = "AAAA";
                text[at] = c;
                CHECK(decode_base64(text, form).has_value() == is_digit);
            }
        }
    }
}

TEST_CASE("of all texts of two digits only those with zero unused bits decode", "[base][base64]") {
    for (const Base64 form : kForms) {
        const std::string alphabet = alphabet_of(form);
        int accepted = 0;
        for (const char first : alphabet) {
            for (const char second : alphabet) {
                std::string text{first, second};
                if (form == Base64::kPadded) {
                    text += "==";
                }
                if (const auto bytes = decode_base64(text, form)) {
                    ++accepted;
                    CHECK(encode_base64(*bytes, form) == text);
                }
            }
        }
        CHECK(accepted == 256);
    }
}

TEST_CASE("of the last of three digits only those with zero unused bits decode", "[base][base64]") {
    const std::string alphabet = alphabet_of(Base64::kUnpadded);
    int accepted = 0;
    for (const char last : alphabet) {
        const std::string text = std::string("Zm") + last;
        accepted += decode_base64(text, Base64::kUnpadded) ? 1 : 0;
        CHECK(decode_base64(text, Base64::kUnpadded).has_value() ==
              decode_base64(text + "=", Base64::kPadded).has_value());
    }
    CHECK(accepted == 16);
}

TEST_CASE("base64 with wrong padding, white space or a foreign alphabet is refused",
          "[base][base64]") {
    for (const char* text :
         {"Zg",     "Zg=",    "Zg===",  "Zg====",   "=",        "==",    "===",   "====",
          "Z===",   "Zm9v=",  "Zm9v==", "Zm9v====", "Zg==Zg==", "Zg=\n", "Zg== ", " Zg==",
          "Zm9v\n", "Zm\n9v", "Zm9-",   "Zm9_",     "Z",        "Zm9vY", "Zh==",  "Zm9="}) {
        INFO(text);
        CHECK_FALSE(decode_base64(text, Base64::kPadded));
    }
    for (const char* text :
         {"Zg=", "Zg==", "Zm8=", "=", "Zm9v\n", "Zm 9v", "Zm9-", "Z", "Zm9vY", "Zh", "Zm9"}) {
        INFO(text);
        CHECK_FALSE(decode_base64(text, Base64::kUnpadded));
    }
    for (const char* text : {"Zg=", "Zg==", "Zm9+", "Zm9/", "Z", "Zh"}) {
        INFO(text);
        CHECK_FALSE(decode_base64(text, Base64::kUrl));
    }
    CHECK_FALSE(decode_base64(std::string("Zm9\0", 4), Base64::kUnpadded));
}

TEST_CASE("one wrong digit anywhere in a long text is found", "[base][base64]") {
    for (const std::size_t size : {60U, 64U, 66U, 128U, 130U, 200U}) {
        CAPTURE(size);
        const std::string right(size, 'A');
        CHECK(decode_base64(right, Base64::kUnpadded) == Bytes(size * 3 / 4));
        for (std::size_t at = 0; at < size; ++at) {
            CAPTURE(at);
            std::string wrong = right;
            wrong[at] = '!';
            CHECK(!decode_base64(wrong, Base64::kUnpadded));
        }
        // In the last digit of a text that ends between bytes are bits that none of them has.
        std::string last = right;
        last.back() = 'B';
        CHECK(decode_base64(last, Base64::kUnpadded).has_value() == (size % 4 == 0));
    }
}

}  // namespace
}  // namespace kua::base
