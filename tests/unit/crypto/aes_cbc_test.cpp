#include "vault/crypto/aes_cbc.h"

#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/seeded_random.h"
#include "tests/unit/crypto/hex_literal.h"

namespace kua::crypto {
namespace {

using testing::code_of;
using Way = CbcEncryptor::Way;

// The messages, encrypted together under one key.
std::vector<base::Bytes> encrypted(Way way, base::ByteView key, const std::vector<base::Bytes>& ivs,
                                   std::vector<base::Bytes> texts) {
    CbcEncryptor cbc{key.first<32>(), way};
    std::vector<CbcEncryptor::Message> messages;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        messages.push_back({base::ByteView{ivs[i]}.first<kAesBlockBytes>(), texts[i]});
    }
    cbc.encrypt(messages);
    return texts;
}

TEST_CASE("AES-256-CBC gives the blocks of NIST SP 800-38A, F.2.5", "[crypto]") {
    const base::Bytes key = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
    const base::Bytes iv = hex("000102030405060708090a0b0c0d0e0f");
    base::Bytes bytes =
        hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
            "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
    const Way way = GENERATE(Way::kFastest, Way::kInRows);
    CbcEncryptor cbc{base::ByteView{key}.first<32>(), way};
    const std::vector<CbcEncryptor::Message> messages = {
        {base::ByteView{iv}.first<kAesBlockBytes>(), bytes}};
    cbc.encrypt(messages);
    CHECK(bytes == hex("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
                       "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"));
}

TEST_CASE("AES-256-CBC takes back the blocks of NIST SP 800-38A, F.2.6", "[crypto]") {
    const base::Bytes key = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
    const base::Bytes iv = hex("000102030405060708090a0b0c0d0e0f");
    const base::Bytes text =
        hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
            "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
    base::Bytes bytes =
        hex("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
            "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b");
    CbcDecryptor cbc{base::ByteView{key}.first<32>()};
    base::Bytes elsewhere(bytes.size());
    cbc.decrypt(base::ByteView{iv}.first<kAesBlockBytes>(), bytes, elsewhere);
    CHECK(elsewhere == text);
    // Once more with what the first message left of it, where the bytes are.
    cbc.decrypt(base::ByteView{iv}.first<kAesBlockBytes>(), bytes, bytes);
    CHECK(bytes == text);
}

TEST_CASE("what was encrypted is decrypted, message after message", "[crypto]") {
    const std::size_t blocks = GENERATE(std::size_t{1}, 2, 7, 8, 9, 4093);
    testing::SeededRandom random{blocks};
    const base::Bytes key = random.bytes(32);
    CbcDecryptor cbc{base::ByteView{key}.first<32>()};
    for (int i = 0; i < 3; ++i) {
        const base::Bytes iv = random.bytes(kAesBlockBytes);
        const base::Bytes text = random.bytes(kAesBlockBytes * blocks);
        const base::Bytes sealed = encrypted(Way::kInRows, key, {iv}, {text}).front();
        base::Bytes back(text.size());
        cbc.decrypt(base::ByteView{iv}.first<kAesBlockBytes>(), sealed, back);
        CHECK(back == text);
    }
}

TEST_CASE("messages side by side come out as each one does alone, either way", "[crypto]") {
    const std::size_t count = GENERATE(std::size_t{1}, 2, 3, 4, 5, 7, 8);
    const std::size_t blocks = GENERATE(std::size_t{1}, 2, 33, 4093);
    testing::SeededRandom random{count};
    const base::Bytes key = random.bytes(32);
    std::vector<base::Bytes> ivs;
    std::vector<base::Bytes> texts;
    for (std::size_t i = 0; i < count; ++i) {
        ivs.push_back(random.bytes(kAesBlockBytes));
        texts.push_back(random.bytes(kAesBlockBytes * blocks));
    }
    const std::vector<base::Bytes> together = encrypted(Way::kFastest, key, ivs, texts);
    CHECK(together == encrypted(Way::kInRows, key, ivs, texts));
    for (std::size_t i = 0; i < count; ++i) {
        CHECK(encrypted(Way::kInRows, key, {ivs[i]}, {texts[i]}).front() == together[i]);
    }
}

TEST_CASE("OpenSSL's code for several messages is used where the processor has AES", "[crypto]") {
#if defined(__x86_64__)
    CHECK(CbcEncryptor::has_lanes() == (__builtin_cpu_supports("aes") != 0));
#else
    CHECK_FALSE(CbcEncryptor::has_lanes());
#endif
}

TEST_CASE("messages that don't go together are refused", "[crypto]") {
    const std::array<std::byte, 32> key{};
    const std::array<std::byte, kAesBlockBytes> iv{};
    CbcEncryptor cbc{key};
    base::Bytes short_one(16);
    base::Bytes long_one(32);
    base::Bytes odd(17);
    CHECK(code_of([&] { cbc.encrypt({}); }) == ErrorCode::kBug);
    const std::vector<CbcEncryptor::Message> unequal = {{iv, short_one}, {iv, long_one}};
    CHECK(code_of([&] { cbc.encrypt(unequal); }) == ErrorCode::kBug);
    const std::vector<CbcEncryptor::Message> ragged = {{iv, odd}};
    CHECK(code_of([&] { cbc.encrypt(ragged); }) == ErrorCode::kBug);
    const std::vector<CbcEncryptor::Message> many(9, {iv, short_one});
    CHECK(code_of([&] { cbc.encrypt(many); }) == ErrorCode::kBug);
}

}  // namespace
}  // namespace kua::crypto
