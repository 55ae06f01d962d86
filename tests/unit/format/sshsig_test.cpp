#include "vault/format/sshsig.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"
#include "tests/support/errors.h"
#include "vault/base/base64.h"

namespace {

using kua::ErrorCode;
using kua::base::Base64;
using kua::base::Bytes;
using kua::base::bytes_of;
using kua::crypto::Ed25519PublicKey;
using kua::crypto::Ed25519Signer;
using kua::crypto::SigningSeed;
using kua::format::allowed_signers_line;
using kua::format::encode_public_key_line;
using kua::format::is_signed_by;
using kua::format::parse_public_key_line;
using kua::format::sign;
using kua::format::SignatureNamespace;
using kua::testing::code_of;

constexpr auto kBundle = SignatureNamespace::kBundle;
constexpr auto kCheckpoint = SignatureNamespace::kCheckpoint;
constexpr std::string_view kBegin = "-----BEGIN SSH SIGNATURE-----\n";
constexpr std::string_view kEnd = "-----END SSH SIGNATURE-----\n";
constexpr std::string_view kMessage = "a manifest";

Ed25519Signer signer_of(unsigned char seed_byte) {
    std::array<std::byte, 32> seed;
    seed.fill(std::byte{seed_byte});
    return Ed25519Signer{SigningSeed::copy_of(seed)};
}

bool accepts(const std::string& armored) {
    return is_signed_by(signer_of(1).public_key(), kBundle, bytes_of(kMessage), armored);
}

// The blob inside the armor and back, so that tests can alter what is encoded.
Bytes blob_of(std::string_view armored) {
    std::string text{armored.substr(kBegin.size(), armored.size() - kBegin.size() - kEnd.size())};
    std::erase(text, '\n');
    return kua::base::decode_base64(text, Base64::kPadded).value();
}

std::string armor_of(const Bytes& blob, std::size_t columns = 70) {
    const std::string text = kua::base::encode_base64(blob, Base64::kPadded);
    std::string armored{kBegin};
    for (std::size_t i = 0; i < text.size(); i += columns) {
        armored += text.substr(i, columns) + "\n";
    }
    return armored + std::string{kEnd};
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("a signature verifies for its key, namespace and message only", "[sshsig]") {
    const std::string armored = sign(signer_of(1), kBundle, bytes_of(kMessage));
    const Ed25519PublicKey key = signer_of(1).public_key();
    CHECK(is_signed_by(key, kBundle, bytes_of(kMessage), armored));
    CHECK(!is_signed_by(key, kCheckpoint, bytes_of(kMessage), armored));
    CHECK(!is_signed_by(key, SignatureNamespace::kCard, bytes_of(kMessage), armored));
    CHECK(!is_signed_by(key, kBundle, bytes_of("a manifesto"), armored));
    CHECK(!is_signed_by(key, kBundle, {}, armored));
    CHECK(!is_signed_by(signer_of(2).public_key(), kBundle, bytes_of(kMessage), armored));
}

TEST_CASE("armor has lines of 70 columns and nothing around it", "[sshsig]") {
    const std::string armored = sign(signer_of(1), kBundle, bytes_of(kMessage));
    CHECK(armored == armor_of(blob_of(armored)));
    CHECK(armored.starts_with("-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQAAADMAAAALc3NoLWVk"));
    CHECK(armored.ends_with("\n-----END SSH SIGNATURE-----\n"));
    CHECK(armored.find('\n', kBegin.size()) - kBegin.size() == 70);
}

TEST_CASE("the same blob in other armor is refused", "[sshsig]") {
    const std::string good = sign(signer_of(1), kBundle, bytes_of(kMessage));
    const Bytes blob = blob_of(good);
    REQUIRE(accepts(good));
    CHECK(!accepts(""));
    CHECK(!accepts(std::string{kBegin}));
    CHECK(!accepts(std::string{kBegin} + std::string{kEnd}));
    CHECK(!accepts("-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n"));
    CHECK(!accepts(armor_of(blob, 69)));
    CHECK(!accepts(armor_of(blob, 76)));
    CHECK(!accepts(armor_of(blob, 1000)));
    CHECK(!accepts(good + "\n"));
    CHECK(!accepts(good + "and more"));  // ssh-keygen accepts this one
    CHECK(!accepts(good + good));
    CHECK(!accepts("\n" + good));
    CHECK(!accepts(" " + good));
    CHECK(!accepts(good.substr(0, good.size() - 1)));
    CHECK(!accepts(replaced(good, "-----\n", "-----\r\n")));
    CHECK(!accepts(replaced(good, "-----\n", "-----\n\n")));
    CHECK(!accepts(replaced(good, "-----\n", "-----\n ")));
    CHECK(!accepts(replaced(good, "BEGIN SSH", "BEGIN  SSH")));
    CHECK(!accepts(replaced(good, "U1NI", "U1N!")));
    CHECK(!accepts(std::string{kBegin} + std::string(100000, 'A') + "\n" + std::string{kEnd}));
}

TEST_CASE("no altered byte of the blob is accepted", "[sshsig]") {
    const Bytes good = blob_of(sign(signer_of(1), kBundle, bytes_of(kMessage)));
    int accepted = 0;
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const unsigned bit : {0x01U, 0x80U}) {
            Bytes bad = good;
            bad[i] ^= static_cast<std::byte>(bit);
            accepted += accepts(armor_of(bad)) ? 1 : 0;
        }
    }
    for (std::size_t size = 0; size < good.size(); ++size) {
        accepted += accepts(armor_of({good.begin(), good.begin() + std::ptrdiff_t(size)})) ? 1 : 0;
    }
    Bytes longer = good;
    longer.push_back(std::byte{0});
    accepted += accepts(armor_of(longer)) ? 1 : 0;
    CHECK(accepted == 0);
}

TEST_CASE("a signature over the message itself is none", "[sshsig]") {
    // What a peer would get if kua signed bytes as they are: right everywhere but in what is
    // signed.
    const Ed25519Signer signer = signer_of(1);
    Bytes blob = blob_of(sign(signer, kBundle, bytes_of(kMessage)));
    const auto bare = signer.sign(bytes_of(kMessage));
    std::ranges::copy(bare, blob.end() - 64);
    CHECK(!accepts(armor_of(blob)));
}

TEST_CASE("every namespace has a name of its own", "[sshsig]") {
    CHECK(name_of(SignatureNamespace::kCheckpoint) == "kua-checkpoint-v1");
    CHECK(name_of(SignatureNamespace::kBundle) == "kua-bundle-v1");
    CHECK(name_of(SignatureNamespace::kCard) == "kua-card-v1");
    CHECK(code_of([] { return name_of(static_cast<SignatureNamespace>(99)); }) == ErrorCode::kBug);
}

TEST_CASE("a public key line reads back and no other spelling does", "[sshsig]") {
    const Ed25519PublicKey key = signer_of(1).public_key();
    const std::string line = encode_public_key_line(key);
    CHECK(line.starts_with("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"));
    CHECK(line.size() == 80);
    CHECK(parse_public_key_line(line) == key);
    for (const std::string& other :
         {std::string{}, std::string("ssh-ed25519"), std::string("ssh-ed25519 "),
          line + " rosa@laptop", line + " ", line + "\n", " " + line, line + "=",
          replaced(line, " ", "  "), replaced(line, " ", "\t"), replaced(line, "ssh-", "SSH-"),
          replaced(line, "ssh-ed25519", "ssh-rsa"), replaced(line, "AAAAC3", "AAAAB3"),
          "namespaces=\"x\" " + line, line.substr(0, line.size() - 4), line + "AAAA",
          std::string(100000, 'A')}) {
        INFO(other.substr(0, 200));
        CHECK(!parse_public_key_line(other));
    }
}

TEST_CASE("an allowed_signers line names one card and its namespaces", "[sshsig]") {
    const std::string fingerprint(64, 'e');
    const Ed25519PublicKey key = signer_of(1).public_key();
    const std::array both{kCheckpoint, kBundle};
    CHECK(allowed_signers_line(fingerprint, both, key) ==
          "k-" + fingerprint + "@kua.invalid namespaces=\"kua-checkpoint-v1,kua-bundle-v1\" " +
              encode_public_key_line(key) + "\n");
    CHECK(code_of([&] { return allowed_signers_line(fingerprint, {}, key); }) == ErrorCode::kBug);
    for (const std::string& other :
         {std::string{"*"}, std::string{}, std::string(64, '*'), std::string(63, 'e'),
          std::string(64, 'E'), std::string(63, 'e') + ",", std::string(64, 'e') + "\n"}) {
        CHECK(code_of([&] { return allowed_signers_line(other, both, key); }) == ErrorCode::kBug);
    }
}
