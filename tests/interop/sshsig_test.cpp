// Signatures between kua and the ssh-keygen that is installed here, in both directions.
#include "vault/format/sshsig.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/run_program.h"
#include "tests/support/temp_dir.h"
#include "vault/base/base64.h"

namespace {

using kua::base::Bytes;
using kua::base::bytes_of;
using kua::crypto::Ed25519PublicKey;
using kua::crypto::Ed25519Signer;
using kua::crypto::SigningSeed;
using kua::format::is_signed_by;
using kua::format::SignatureNamespace;
using kua::testing::ProgramResult;
using kua::testing::read_file;
using kua::testing::require_program;
using kua::testing::run_program;
using kua::testing::TempDir;
using kua::testing::write_file;

constexpr auto kBundle = SignatureNamespace::kBundle;
constexpr auto kCheckpoint = SignatureNamespace::kCheckpoint;
constexpr std::array kBoth{kCheckpoint, kBundle};
const std::string kMessage = "kua/case/author\n42\nroot\n";
const std::string kFingerprint(64, 'e');

std::array<std::byte, 32> seed_of(unsigned char byte) {
    std::array<std::byte, 32> seed;
    seed.fill(std::byte{byte});
    return seed;
}

Ed25519Signer signer_of(unsigned char byte) {
    return Ed25519Signer{SigningSeed::copy_of(seed_of(byte))};
}

// A directory with `allowed_signers` for one key and a signature to check.
struct Verification {
    TempDir dir;

    Verification(const Ed25519PublicKey& allowed, const std::string& armored) {
        write_file(dir / "allowed_signers",
                   kua::format::allowed_signers_line(kFingerprint, kBoth, allowed));
        write_file(dir / "sig", armored);
    }
    ProgramResult verify(const std::string& sig_namespace, const std::string& message,
                         const std::string& principal) const {
        return run_program({"ssh-keygen", "-Y", "verify", "-f", dir / "allowed_signers", "-I",
                            principal, "-n", sig_namespace, "-s", dir / "sig"},
                           message);
    }
    bool accepts(const std::string& sig_namespace = "kua-bundle-v1",
                 const std::string& message = kMessage,
                 const std::string& principal = kua::format::signer_principal(kFingerprint)) const {
        return verify(sig_namespace, message, principal).exit_status == 0;
    }
};

void put_string(std::string& to, std::string_view bytes) {
    for (const int shift : {24, 16, 8, 0}) {
        to.push_back(static_cast<char>(bytes.size() >> shift & 0xff));
    }
    to += bytes;
}

// An unencrypted OpenSSH private key (PROTOCOL.key), so that ssh-keygen signs with a seed of ours.
std::string openssh_private_key(unsigned char seed_byte) {
    const std::array<std::byte, 32> seed = seed_of(seed_byte);
    const Ed25519PublicKey key = signer_of(seed_byte).public_key();
    const std::string public_text{kua::base::text_of(key)};
    std::string blob;
    put_string(blob, "ssh-ed25519");
    put_string(blob, public_text);
    std::string secret(8, 'c');  // two equal check numbers
    put_string(secret, "ssh-ed25519");
    put_string(secret, public_text);
    put_string(secret, std::string{kua::base::text_of(seed)} + public_text);
    put_string(secret, "");
    for (char padding = 1; secret.size() % 8 != 0; ++padding) {
        secret.push_back(padding);
    }
    std::string all("openssh-key-v1\0", 15);
    put_string(all, "none");
    put_string(all, "none");
    put_string(all, "");
    all += std::string("\0\0\0\1", 4);
    put_string(all, blob);
    put_string(all, secret);
    return "-----BEGIN OPENSSH PRIVATE KEY-----\n" +
           kua::base::encode_base64(bytes_of(all), kua::base::Base64::kPadded) +
           "\n-----END OPENSSH PRIVATE KEY-----\n";
}

}  // namespace

TEST_CASE("ssh-keygen verifies a signature of kua, and nothing near it", "[sshsig]") {
    require_program("ssh-keygen");
    const Ed25519Signer signer = signer_of(1);
    const std::string armored = sign(signer, kBundle, bytes_of(kMessage));
    const Verification good{signer.public_key(), armored};
    CHECK(good.accepts());
    CHECK(!good.accepts("kua-checkpoint-v1"));
    CHECK(!good.accepts("file"));
    std::string altered = kMessage;
    altered[5] ^= 1;
    CHECK(!good.accepts("kua-bundle-v1", altered));
    CHECK(!good.accepts("kua-bundle-v1", kMessage + "\n"));
    CHECK(!good.accepts("kua-bundle-v1", kMessage, "k-" + std::string(64, 'f') + "@kua.invalid"));
    CHECK(!Verification{signer_of(2).public_key(), armored}.accepts());
}

TEST_CASE("ssh-keygen honours the namespaces of an allowed_signers line", "[sshsig]") {
    require_program("ssh-keygen");
    const Ed25519Signer signer = signer_of(1);
    const std::string card = sign(signer, SignatureNamespace::kCard, bytes_of(kMessage));
    // A true signature of the right key, but the line allows checkpoints and bundles only.
    CHECK(!Verification{signer.public_key(), card}.accepts("kua-card-v1"));
    const std::string checkpoint = sign(signer, kCheckpoint, bytes_of(kMessage));
    CHECK(Verification{signer.public_key(), checkpoint}.accepts("kua-checkpoint-v1"));
}

TEST_CASE("ssh-keygen finds the principal and checks the form alone", "[sshsig]") {
    require_program("ssh-keygen");
    const Ed25519Signer signer = signer_of(1);
    const Verification good{signer.public_key(), sign(signer, kBundle, bytes_of(kMessage))};
    const ProgramResult found = run_program({"ssh-keygen", "-Y", "find-principals", "-f",
                                             good.dir / "allowed_signers", "-s", good.dir / "sig"});
    CHECK(found.exit_status == 0);
    CHECK(found.output == kua::format::signer_principal(kFingerprint) + "\n");
    const ProgramResult form = run_program(
        {"ssh-keygen", "-Y", "check-novalidate", "-n", "kua-bundle-v1", "-s", good.dir / "sig"},
        kMessage);
    CHECK(form.exit_status == 0);
}

TEST_CASE("no altered byte of a signature passes ssh-keygen or kua", "[sshsig]") {
    require_program("ssh-keygen");
    const Ed25519Signer signer = signer_of(1);
    const std::string armored = sign(signer, kBundle, bytes_of(kMessage));
    for (std::size_t i = 34; i + 30 < armored.size(); i += 23) {
        std::string altered = armored;
        altered[i] = altered[i] == 'A' ? 'B' : 'A';
        CHECK(!is_signed_by(signer.public_key(), kBundle, bytes_of(kMessage), altered));
        CHECK(!Verification{signer.public_key(), altered}.accepts());
    }
}

TEST_CASE("kua accepts what ssh-keygen signs with a key of its own", "[sshsig]") {
    require_program("ssh-keygen");
    const TempDir dir;
    REQUIRE(
        run_program({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", dir / "key"})
            .exit_status == 0);
    const ProgramResult made = run_program(
        {"ssh-keygen", "-Y", "sign", "-f", dir / "key", "-n", "kua-bundle-v1", "-q"}, kMessage);
    REQUIRE(made.exit_status == 0);
    std::string line = read_file(dir / "key.pub");
    line.resize(line.find_last_not_of(" \n") + 1);
    const auto key = kua::format::parse_public_key_line(line);
    REQUIRE(key);
    CHECK(is_signed_by(*key, kBundle, bytes_of(kMessage), made.output));
    CHECK(!is_signed_by(*key, kCheckpoint, bytes_of(kMessage), made.output));
    CHECK(!is_signed_by(*key, kBundle, bytes_of("else"), made.output));
    const ProgramResult sha256 = run_program({"ssh-keygen", "-Y", "sign", "-f", dir / "key", "-n",
                                              "kua-bundle-v1", "-O", "hashalg=sha256", "-q"},
                                             kMessage);
    REQUIRE(sha256.exit_status == 0);
    CHECK(!is_signed_by(*key, kBundle, bytes_of(kMessage), sha256.output));
}

TEST_CASE("with the same key both write the same bytes", "[sshsig]") {
    require_program("ssh-keygen");
    const TempDir dir;
    write_file(dir / "key", openssh_private_key(1));
    std::filesystem::permissions(dir / "key", std::filesystem::perms::owner_read);
    const ProgramResult made = run_program(
        {"ssh-keygen", "-Y", "sign", "-f", dir / "key", "-n", "kua-bundle-v1", "-q"}, kMessage);
    CHECK(made.exit_status == 0);
    CHECK(made.output == sign(signer_of(1), kBundle, bytes_of(kMessage)));
    const ProgramResult line = run_program({"ssh-keygen", "-y", "-f", dir / "key"});
    CHECK(line.output.starts_with(kua::format::encode_public_key_line(signer_of(1).public_key())));
}

TEST_CASE("kua refuses text behind the armor, which ssh-keygen lets pass", "[sshsig]") {
    require_program("ssh-keygen");
    const Ed25519Signer signer = signer_of(1);
    const std::string surplus = sign(signer, kBundle, bytes_of(kMessage)) + "and more\n";
    CHECK(Verification{signer.public_key(), surplus}.accepts());
    CHECK(!is_signed_by(signer.public_key(), kBundle, bytes_of(kMessage), surplus));
}
