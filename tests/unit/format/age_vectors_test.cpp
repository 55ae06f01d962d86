// The 143 vectors of the age project, each with exactly the outcome that it names.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <zlib.h>

#include "tests/support/vectors.h"
#include "vault/base/hex.h"
#include "vault/base/memory_stream.h"
#include "vault/base/parse.h"
#include "vault/crypto/sha256.h"
#include "vault/format/age_armor.h"
#include "vault/format/age_header.h"
#include "vault/format/age_reader.h"

namespace kua::format {
namespace {

struct Vector {
    std::string expect;
    std::string payload;  // SHA-256 in hex, empty if the vector names none
    std::string file_key;
    std::vector<AgeIdentity> identities;
    std::vector<crypto::SecretBytes> passphrases;
    bool compressed = false;
    bool armored = false;
    base::Bytes file;

    AgeUnlock unlock() const { return {identities, passphrases}; }
};

base::Bytes inflated(base::ByteView compressed) {
    z_stream stream{};
    REQUIRE(inflateInit(&stream) == Z_OK);
    base::Bytes input = base::copy_of(compressed);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    base::Bytes all;
    base::Bytes part(1 << 20);
    int outcome = Z_OK;
    while (outcome == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(part.data());
        stream.avail_out = static_cast<uInt>(part.size());
        outcome = inflate(&stream, Z_NO_FLUSH);
        base::append(all, std::span{part}.first(part.size() - stream.avail_out));
    }
    inflateEnd(&stream);
    REQUIRE(outcome == Z_STREAM_END);
    return all;
}

Vector parse_vector(base::ByteView bytes) {
    Vector vector;
    std::string_view rest = base::text_of(bytes);
    while (const auto line = base::take_line(rest)) {
        if (line->empty()) {
            break;
        }
        const std::size_t colon = line->find(": ");
        REQUIRE(colon != line->npos);
        const std::string_view key = line->substr(0, colon);
        const std::string_view value = line->substr(colon + 2);
        if (key == "expect") {
            vector.expect = value;
        } else if (key == "payload") {
            vector.payload = value;
        } else if (key == "file key") {
            vector.file_key = value;
        } else if (key == "identity") {
            vector.identities.push_back(AgeIdentity::parse(base::bytes_of(value)));
        } else if (key == "passphrase") {
            vector.passphrases.push_back(crypto::SecretBytes::copy_of(base::bytes_of(value)));
        } else if (key == "compressed") {
            REQUIRE(value == "zlib");
            vector.compressed = true;
        } else if (key == "armored") {
            REQUIRE(value == "yes");
            vector.armored = true;
        } else {
            REQUIRE(key == "comment");
        }
    }
    vector.file = base::copy_of(base::bytes_of(rest));
    if (vector.compressed) {
        vector.file = inflated(vector.file);
    }
    return vector;
}

struct Outcome {
    std::string verdict;
    std::string released;  // SHA-256 of what came out, in hex
    bool operator==(const Outcome&) const = default;
};

// Why a file did not open whose reader threw kDamaged before the payload.
std::string header_verdict(base::ByteView file, const Vector& vector) {
    try {
        if (const auto end = find_age_header_end(file)) {
            const AgeOpening opening =
                try_open_age_header(file.first(*end), vector.unlock(), AgeStanzas::kAny);
            if (opening.failure == AgeFailure::kAltered) {
                return "HMAC failure";
            }
        }
    } catch (const Error&) {
        return "header failure";
    }
    return "header failure";
}

// `room` is what each read() is given, which must make no difference.
Outcome open_vector(const Vector& vector, std::size_t room) {
    base::MemorySource file{vector.file};
    AgeArmorReader unarmored{file};
    base::ByteSource& source = vector.armored ? static_cast<base::ByteSource&>(unarmored) : file;
    crypto::Sha256 hash;
    bool opened = false;
    std::string verdict;
    try {
        AgeReader reader{source, vector.unlock(), AgeStanzas::kAny};
        opened = true;
        base::Bytes out(room);
        while (const std::size_t count = reader.read(out)) {
            hash.update(std::span{out}.first(count));
        }
        verdict = "success";
    } catch (const Error& error) {
        if (unarmored.malformed()) {
            verdict = "armor failure";
        } else if (error.code() == ErrorCode::kWrongKey) {
            verdict = "no match";
        } else {
            REQUIRE(error.code() == ErrorCode::kDamaged);
            verdict = opened ? "payload failure" : header_verdict(vector.file, vector);
        }
    }
    return {verdict, base::encode_hex(hash.finish())};
}

TEST_CASE("the 143 age vectors have exactly the outcome they name", "[format][vectors]") {
    const auto directory = testing::find_vectors("age");
    std::map<std::string, int> seen;
    for (const std::string& name : testing::list_vectors(directory)) {
        const Vector vector = parse_vector(testing::read_vector(directory / name));
        INFO("vector " << name);
        ++seen[vector.expect];
        for (const std::size_t room : {std::size_t{1000}, kAgeChunkBytes, 3 * kAgeChunkBytes}) {
            const Outcome outcome = open_vector(vector, room);
            CHECK(outcome.verdict == vector.expect);
            if (vector.expect == "success" || vector.expect == "payload failure") {
                CHECK(outcome.released == vector.payload);
            }
        }
    }
    const std::map<std::string, int> expected = {{"success", 26},         {"no match", 13},
                                                 {"HMAC failure", 1},     {"header failure", 62},
                                                 {"payload failure", 19}, {"armor failure", 22}};
    CHECK(seen == expected);
}

}  // namespace
}  // namespace kua::format
