#include "vault/format/age_header.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/seeded_random.h"
#include "vault/crypto/compare.h"
#include "vault/format/age_file_key.h"
#include "vault/format/age_stanza_hybrid.h"
#include "vault/format/age_stanza_scrypt.h"
#include "vault/format/age_stanza_x25519.h"

namespace kua::format {
namespace {

using base::bytes_of;
using testing::code_of;
using testing::SeededRandom;

const std::string kMac(43, 'A');
const std::string kVersion = "age-encryption.org/v1\n";
const std::string kGrease = "-> grease\n\n";

std::optional<ErrorCode> parsing(const std::string& text) {
    return code_of([&] { return parse_age_header(bytes_of(text)); });
}

TEST_CASE("a header keeps its stanzas and the bytes under the MAC", "[format]") {
    const std::string text = kVersion + "-> one two three\n" + std::string(64, 'A') + "\n\n" +
                             kGrease + "--- " + kMac + "\n";
    const AgeHeader header = parse_age_header(bytes_of(text));
    REQUIRE(header.stanzas.size() == 2);
    CHECK(header.stanzas[0].type == "one");
    CHECK(header.stanzas[0].arguments == std::vector<std::string>{"two", "three"});
    CHECK(header.stanzas[0].body == base::Bytes(48));
    CHECK(header.stanzas[1].body.empty());
    CHECK(std::string(base::text_of(header.authenticated)) + " " + kMac + "\n" == text);
}

TEST_CASE("bodies of any length are written as they are read", "[format]") {
    const auto file_key = crypto::FileKey::copy_of(std::array<std::byte, 16>{});
    for (std::size_t size = 0; size < 150; ++size) {
        const AgeStanza stanza{"test", {}, base::Bytes(size, std::byte{0x3c})};
        const base::Bytes encoded = encode_age_header({stanza}, file_key);
        const AgeHeader header = parse_age_header(encoded);
        REQUIRE(header.stanzas.at(0).body == stanza.body);
        REQUIRE(header.mac == age_header_mac(file_key, header.authenticated));
        REQUIRE(find_age_header_end(encoded) == encoded.size());
    }
}

TEST_CASE("malformed headers are refused", "[format]") {
    const std::string end = "--- " + kMac + "\n";
    REQUIRE_FALSE(parsing(kVersion + kGrease + end));
    const std::string bad[] = {
        "",
        kVersion,
        kVersion + end,                               // no stanza
        kVersion + kGrease,                           // no MAC line
        kVersion + kGrease + "--- " + kMac,           // no LF
        kVersion + kGrease + "--- " + kMac + "\r\n",  //
        kVersion + kGrease + "--- " + kMac + "=\n",   // padding
        kVersion + kGrease + "---" + kMac + "\n",     // no space
        kVersion + kGrease + "---  " + kMac + "\n",   //
        kVersion + kGrease + "--- " + kMac + " \n",   //
        kVersion + kGrease + "--- " + kMac + "A\n",   // 33 bytes
        kVersion + kGrease + "--- " + kMac.substr(1) + "\n",
        kVersion + kGrease + "--- " + kMac.substr(1) + "B\n",  // spare bits
        kVersion + kGrease + end + "x",
        "age-encryption.org/v2\n" + kGrease + end,
        "age-encryption.org/v1\r\n" + kGrease + end,
        " " + kVersion + kGrease + end,
        kVersion + "\n" + kGrease + end,
        kVersion + "->\n\n" + end,
        kVersion + "-> \n\n" + end,
        kVersion + "->x\n\n" + end,
        kVersion + "-> a  b\n\n" + end,
        kVersion + "-> a \n\n" + end,
        kVersion + "-> a\tb\n\n" + end,
        kVersion + "-> \xc3\xa4\n\n" + end,
        kVersion + "-> a\n" + end,                                // no body line
        kVersion + "-> a\n" + std::string(64, 'A') + "\n" + end,  // no short line
        kVersion + "-> a\n" + std::string(65, 'A') + "\n" + end,
        kVersion + "-> a\nAA\nAA\n" + end,
        kVersion + "-> a\nA\n" + end,
        kVersion + "-> a\nAB\n" + end,  // spare bits
        kVersion + "-> a\nAA==\n" + end,
        kVersion + "-> a\nA A\n" + end,
        kVersion + "-> a\n_-\n" + end,
    };
    for (const std::string& text : bad) {
        INFO(text);
        CHECK(parsing(text) == ErrorCode::kDamaged);
    }
}

TEST_CASE("a header over the limits is refused before it is parsed [T45]", "[format]") {
    std::string many = kVersion;
    for (std::size_t i = 0; i < kAgeMaxStanzas; ++i) {
        many += kGrease;
    }
    const std::string end = "--- " + kMac + "\n";
    CHECK_FALSE(parsing(many + end));
    CHECK(parsing(many + kGrease + end) == ErrorCode::kDamaged);
    std::string large = kVersion + "-> a " + std::string(kAgeHeaderMaxBytes, 'x') + "\n\n" + end;
    CHECK(parsing(large) == ErrorCode::kDamaged);
    CHECK(code_of([&] { return find_age_header_end(bytes_of(large)); }) == ErrorCode::kDamaged);
    large.resize(kAgeHeaderMaxBytes - 1);
    CHECK_FALSE(find_age_header_end(bytes_of(large)));
}

TEST_CASE("the end of a header is found in the first bytes that hold it", "[format]") {
    const std::string header = kVersion + kGrease + "--- " + kMac + "\n";
    const std::string file = header + "\n--- payload\n";
    for (std::size_t size = 0; size <= file.size(); ++size) {
        const auto end = find_age_header_end(bytes_of(file).first(size));
        CHECK(end == (size < header.size() ? std::nullopt : std::optional{header.size()}));
    }
    for (const std::string_view other : {"x", "age-encryption.org/v2", "-----BEGIN AGE", "PK"}) {
        CHECK(code_of([&] { return find_age_header_end(bytes_of(other)); }) == ErrorCode::kDamaged);
    }
}

struct Keys {
    SeededRandom random{11};
    AgeIdentity hybrid = AgeIdentity::generate(AgeKeyKind::kHybrid, random);
    AgeIdentity classic = AgeIdentity::generate(AgeKeyKind::kX25519, random);
    crypto::FileKey file_key = crypto::FileKey::generate(random);
};

TEST_CASE("a header opens for its recipients alone", "[format]") {
    Keys keys;
    for (const AgeIdentity* identity : {&keys.hybrid, &keys.classic}) {
        const AgeIdentity other = AgeIdentity::generate(identity->kind(), keys.random);
        const AgeRecipient both[] = {other.recipient(), identity->recipient()};
        for (const auto& header :
             {seal_age_header(keys.file_key, both, keys.random),
              seal_age_header(keys.file_key, identity->recipient(), keys.random)}) {
            const auto opened = open_age_header(header, *identity, AgeStanzas::kAny);
            CHECK(crypto::equal(opened.expose(), keys.file_key.expose()));
            const AgeIdentity stranger = AgeIdentity::generate(identity->kind(), keys.random);
            CHECK(code_of([&] { return open_age_header(header, stranger, AgeStanzas::kAny); }) ==
                  ErrorCode::kWrongKey);
        }
    }
}

TEST_CASE("objects, bundles and grants have exactly one stanza", "[format]") {
    Keys keys;
    const AgeRecipient one = keys.hybrid.recipient();
    const AgeRecipient two[] = {one, one};
    const base::Bytes single = seal_age_header(keys.file_key, one, keys.random);
    const base::Bytes twice = seal_age_header(keys.file_key, two, keys.random);
    const auto open_one = [&](const base::Bytes& header) {
        return code_of([&] { return open_age_header(header, keys.hybrid, AgeStanzas::kOne); });
    };
    CHECK_FALSE(open_one(single));
    CHECK(open_one(twice) == ErrorCode::kDamaged);
}

TEST_CASE("classic and post-quantum recipients never share a file", "[format]") {
    Keys keys;
    const AgeRecipient mixed[] = {keys.hybrid.recipient(), keys.classic.recipient()};
    CHECK(code_of([&] { return seal_age_header(keys.file_key, mixed, keys.random); }) ==
          ErrorCode::kRefused);
    CHECK(code_of([&] {
              return seal_age_header(keys.file_key, std::span<const AgeRecipient>{}, keys.random);
          }) == ErrorCode::kBug);
}

TEST_CASE("a passphrase opens what was sealed with it, alone in its file", "[format]") {
    Keys keys;
    const crypto::SecretBytes passphrases[] = {
        crypto::SecretBytes::copy_of(bytes_of("wrong")),
        crypto::SecretBytes::copy_of(bytes_of("correct horse"))};
    const base::Bytes header = seal_age_header(keys.file_key, passphrases[1], 4, keys.random);
    const AgeUnlock all{{}, passphrases};
    const auto opened = open_age_header(header, all, AgeStanzas::kOne);
    CHECK(crypto::equal(opened.expose(), keys.file_key.expose()));
    const AgeUnlock wrong{{}, std::span{passphrases}.first(1)};
    CHECK(try_open_age_header(header, wrong, AgeStanzas::kOne).failure == AgeFailure::kNoMatch);
    const AgeHeader parsed = parse_age_header(header);
    const base::Bytes beside =
        encode_age_header({parsed.stanzas[0], {"grease", {}, {}}}, keys.file_key);
    CHECK(try_open_age_header(beside, all, AgeStanzas::kAny).failure == AgeFailure::kMalformed);
}

TEST_CASE("a failure says which of the three it is", "[format]") {
    Keys keys;
    const base::Bytes good = seal_age_header(keys.file_key, keys.classic.recipient(), keys.random);
    const auto failure = [&](const base::Bytes& header) {
        const AgeUnlock unlock{std::span{&keys.classic, 1}, {}};
        const AgeOpening opening = try_open_age_header(header, unlock, AgeStanzas::kAny);
        CHECK(opening.file_key.has_value() == (opening.failure == AgeFailure::kNone));
        CHECK(opening.reason.empty() == (opening.failure == AgeFailure::kNone));
        return opening.failure;
    };
    CHECK(failure(good) == AgeFailure::kNone);
    AgeHeader parsed = parse_age_header(good);
    parsed.stanzas[0].body[31] ^= std::byte{1};
    CHECK(failure(encode_age_header(parsed.stanzas, keys.file_key)) == AgeFailure::kNoMatch);
    parsed.stanzas[0].body.push_back(std::byte{0});
    CHECK(failure(encode_age_header(parsed.stanzas, keys.file_key)) == AgeFailure::kMalformed);
    const auto other_key = crypto::FileKey::generate(keys.random);
    CHECK(failure(encode_age_header(parse_age_header(good).stanzas, other_key)) ==
          AgeFailure::kAltered);
}

}  // namespace
}  // namespace kua::format
