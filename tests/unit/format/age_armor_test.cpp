#include "vault/format/age_armor.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/seeded_random.h"
#include "vault/base/base64.h"
#include "vault/base/memory_stream.h"

namespace kua::format {
namespace {

using base::bytes_of;
using testing::code_of;

const std::string kBegin = "-----BEGIN AGE ENCRYPTED FILE-----";
const std::string kEnd = "-----END AGE ENCRYPTED FILE-----";

std::string armored(base::ByteView bytes, const std::string& line_end) {
    const std::string text = base::encode_base64(bytes, base::Base64::kPadded);
    std::string all = kBegin + line_end;
    for (std::size_t at = 0; at < text.size(); at += 64) {
        all += text.substr(at, 64) + line_end;
    }
    return all + kEnd + line_end;
}

base::Bytes unarmored(const std::string& text, std::size_t room = 1000) {
    base::MemorySource source{bytes_of(text)};
    AgeArmorReader reader{source};
    base::Bytes all;
    base::Bytes out(room);
    while (const std::size_t count = reader.read(out)) {
        base::append(all, std::span{out}.first(count));
    }
    CHECK(reader.read(out) == 0);
    CHECK_FALSE(reader.malformed());
    return all;
}

TEST_CASE("armor gives back what is in it", "[format]") {
    testing::SeededRandom random{40};
    for (const std::size_t size : {0U, 1U, 2U, 3U, 47U, 48U, 49U, 96U, 50'000U}) {
        const base::Bytes bytes = random.bytes(size);
        for (const std::string line_end : {"\n", "\r\n"}) {
            const std::string text = armored(bytes, line_end);
            CHECK(looks_like_age_armor(bytes_of(text)));
            CHECK(unarmored(text) == bytes);
            CHECK(unarmored(" \r\n\t" + text + "\n \n", 7) == bytes);
            CHECK(unarmored(text.substr(0, text.size() - line_end.size())) == bytes);
        }
    }
}

TEST_CASE("armor cut anywhere is refused", "[format]") {
    const std::string text = armored(base::Bytes(100, std::byte{0x61}), "\n");
    for (std::size_t size = 0; size + 1 < text.size(); ++size) {
        REQUIRE(code_of([&] { return unarmored(text.substr(0, size)); }) == ErrorCode::kDamaged);
    }
}

TEST_CASE("armor breaks at anything that does not belong there", "[format]") {
    const std::string line(64, 'A');
    const std::string bad[] = {
        "",
        "\n",
        "age-encryption.org/v1\n",
        "x" + kBegin + "\nAAAA\n" + kEnd + "\n",
        kBegin + " \nAAAA\n" + kEnd + "\n",
        kBegin + "\rAAAA\n" + kEnd + "\n",
        kBegin + "\n\nAAAA\n" + kEnd + "\n",
        kBegin + "\nAAAA\n\n" + kEnd + "\n",
        kBegin + "\nAAAA\nAAAA\n" + kEnd + "\n",        // a short line before the last
        kBegin + "\n" + line + "AAAA\n" + kEnd + "\n",  // too long
        kBegin + "\n" + line + "\r\r\n" + kEnd + "\n",
        kBegin + "\nAAA\n" + kEnd + "\n",
        kBegin + "\nAA=\n" + kEnd + "\n",
        kBegin + "\nAB==\n" + kEnd + "\n",  // spare bits
        kBegin + "\n" + line.substr(4) + "AA==\n" + line + "\n" + kEnd + "\n",
        kBegin + "\nAA_-\n" + kEnd + "\n",
        kBegin + "\n AAAA\n" + kEnd + "\n",
        kBegin + "\nAAAA \n" + kEnd + "\n",
        kBegin + "\nAAAA\n" + kEnd + "x\n",
        kBegin + "\nAAAA\n" + kEnd + "\nx",
        kBegin + "\nAAAA\n" + kEnd + "\n" + kBegin + "\n",
        kBegin + "\nAAAA\n-----END AGE ENCRYPTED FILE----\n",
        "-----begin age encrypted file-----\nAAAA\n" + kEnd + "\n",
        std::string(1025, ' ') + kBegin + "\nAAAA\n" + kEnd + "\n",
        kBegin + "\nAAAA\n" + kEnd + std::string(1026, '\n'),
    };
    for (const std::string& text : bad) {
        INFO(text);
        CHECK(code_of([&] { return unarmored(text); }) == ErrorCode::kDamaged);
    }
}

TEST_CASE("malformed armor is told apart and stays malformed", "[format]") {
    base::MemorySource source{bytes_of("no armor")};
    AgeArmorReader reader{source};
    base::Bytes out(10);
    CHECK_FALSE(reader.malformed());
    CHECK(code_of([&] { return reader.read(out); }) == ErrorCode::kDamaged);
    CHECK(reader.malformed());
    CHECK(code_of([&] { return reader.read(out); }) == ErrorCode::kDamaged);
}

TEST_CASE("binary files do not look like armor", "[format]") {
    for (const std::string text : {"", "age-encryption.org/v1\n", " -----BEGIN CERTIFICATE-----"}) {
        CHECK_FALSE(looks_like_age_armor(bytes_of(text)));
    }
    CHECK(looks_like_age_armor(bytes_of("\n " + kBegin)));
    CHECK_FALSE(looks_like_age_armor(bytes_of(std::string(1025, ' ') + kBegin)));
}

}  // namespace
}  // namespace kua::format
