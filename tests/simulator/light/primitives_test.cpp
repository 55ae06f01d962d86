// What a simulation relies on with primitives.cpp in place of the libraries' functions.
#include <utility>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/test_vault.h"
#include "vault/crypto/ed25519.h"
#include "vault/crypto/x25519.h"
#include "vault/crypto/xwing.h"

namespace kua::simulator {
namespace {

using testing::SeededRandom;
using testing::TestVault;

template <class Secret>
Secret secret(SeededRandom& random) {
    return Secret::made_by([&](auto out) { random.fill(out); });
}

TEST_CASE("a signature is good for its key and message only", "[light]") {
    SeededRandom random{1};
    const crypto::Ed25519Signer signer{secret<crypto::SigningSeed>(random)};
    const crypto::Ed25519Signer other{secret<crypto::SigningSeed>(random)};
    const base::Bytes message = random.bytes(100);
    const crypto::Ed25519Signature signature = signer.sign(message);
    CHECK(crypto::is_valid_signature(signer.public_key(), message, signature));
    CHECK_FALSE(crypto::is_valid_signature(other.public_key(), message, signature));
    for (std::size_t bit = 0; bit < 8 * message.size(); ++bit) {
        base::Bytes changed = message;
        changed[bit / 8] ^= std::byte{1} << (bit % 8);
        CHECK_FALSE(crypto::is_valid_signature(signer.public_key(), changed, signature));
    }
    for (std::size_t bit = 0; bit < 8 * signature.size(); ++bit) {
        crypto::Ed25519Signature changed = signature;
        changed[bit / 8] ^= std::byte{1} << (bit % 8);
        CHECK_FALSE(crypto::is_valid_signature(signer.public_key(), message, changed));
    }
}

TEST_CASE("two find the same secret, and nobody else does", "[light]") {
    SeededRandom random{2};
    const auto one = secret<crypto::X25519Secret>(random);
    const auto other = secret<crypto::X25519Secret>(random);
    const auto third = secret<crypto::X25519Secret>(random);
    const auto shared = crypto::x25519(one, crypto::x25519_public_key(other)).value();
    const auto same = crypto::x25519(other, crypto::x25519_public_key(one)).value();
    const auto another = crypto::x25519(third, crypto::x25519_public_key(one)).value();
    CHECK(std::ranges::equal(shared.expose(), same.expose()));
    CHECK_FALSE(std::ranges::equal(shared.expose(), another.expose()));
    CHECK_FALSE(crypto::is_valid_x25519_key({}));
}

TEST_CASE("what is encapsulated opens for its recipient, unchanged", "[light]") {
    SeededRandom random{3};
    const crypto::XWingSecretKey recipient{secret<crypto::XWingSeed>(random)};
    const crypto::XWingSecretKey other{secret<crypto::XWingSeed>(random)};
    const crypto::XWingSent sent = crypto::xwing_encapsulate(recipient.public_key(), random);
    const auto opens = [&](const crypto::XWingSecretKey& key,
                           const crypto::XWingEncapsulation& encapsulation) {
        const auto shared = key.decapsulate(encapsulation);
        return shared && std::ranges::equal(shared->expose(), sent.shared_secret.expose());
    };
    CHECK(opens(recipient, sent.encapsulation));
    CHECK_FALSE(opens(other, sent.encapsulation));
    for (std::size_t byte = 0; byte < sent.encapsulation.size(); ++byte) {
        crypto::XWingEncapsulation changed = sent.encapsulation;
        changed[byte] ^= std::byte{1};
        CHECK_FALSE(opens(recipient, changed));
    }
}

TEST_CASE("what is encapsulated for a changed key opens for nobody", "[light]") {
    SeededRandom random{4};
    const crypto::XWingSecretKey recipient{secret<crypto::XWingSeed>(random)};
    for (std::size_t byte = 0; byte < recipient.public_key().size(); ++byte) {
        CAPTURE(byte);
        crypto::XWingPublicKey changed = recipient.public_key();
        changed[byte] ^= std::byte{1};
        const crypto::XWingSent sent = crypto::xwing_encapsulate(changed, random);
        const auto shared = recipient.decapsulate(sent.encapsulation);
        CHECK_FALSE((shared && std::ranges::equal(shared->expose(), sent.shared_secret.expose())));
    }
}

TEST_CASE("a changed bit in a file of a vault is found", "[light]") {
    const auto [file, step] = GENERATE(std::pair{"/vault/catalog.db", std::size_t{4093}},
                                       std::pair{"/vault/objects/000001.db", std::size_t{16'381}});
    TestVault vault;
    vault.add("a.jpg", "a");
    vault.close();
    const testing::MemoryTree tree = vault.files.tree();
    const std::size_t size = vault.files.content(file).size();
    for (std::size_t byte = 20; byte < size; byte += step) {
        CAPTURE(file, byte);
        vault.files = testing::MemoryFileSystem{tree};
        vault.files.flip_bit(file, 8 * byte);
        bool is_found = false;
        try {
            // Opened to be written, a page that has a second copy is mended, and that is said.
            is_found =
                !vault->opening_findings().empty() || !vault.verify(VerifyDepth::kSealed).ok();
        } catch (const Error& error) {
            is_found = error.code() == ErrorCode::kDamaged;
        }
        CHECK(is_found);
        vault.close();
    }
}

}  // namespace
}  // namespace kua::simulator
