#include "vault/crypto/ed25519.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/vectors.h"
#include "tests/unit/crypto/hex_literal.h"

namespace kua::crypto {
namespace {

using base::bytes_of;

struct Rfc8032 {
    std::string_view seed, public_key, message, signature;
};
constexpr Rfc8032 kRfc8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
};

TEST_CASE("Ed25519 gives the keys and signatures of RFC 8032, 7.1", "[crypto]") {
    for (const Rfc8032& vector : kRfc8032) {
        const Ed25519Signer signer{SigningSeed::copy_of(hex_array<32>(vector.seed))};
        CHECK(signer.public_key() == hex_array<32>(vector.public_key));
        const base::Bytes message = hex(vector.message);
        const Ed25519Signature signature = signer.sign(message);
        CHECK(signature == hex_array<64>(vector.signature));
        CHECK(is_valid_signature(signer.public_key(), message, signature));
        CHECK(is_valid_public_key(signer.public_key()));
    }
}

TEST_CASE("a signature holds for one key, one message and its own bits", "[crypto]") {
    const Ed25519Signer signer{SigningSeed::copy_of(counting_from<32>(1))};
    const Ed25519Signer other{SigningSeed::copy_of(counting_from<32>(2))};
    const base::ByteView message = bytes_of("checkpoint");
    const Ed25519Signature signature = signer.sign(message);
    REQUIRE(is_valid_signature(signer.public_key(), message, signature));
    CHECK_FALSE(is_valid_signature(other.public_key(), message, signature));
    CHECK_FALSE(is_valid_signature(signer.public_key(), bytes_of("checkpoinT"), signature));
    CHECK_FALSE(is_valid_signature(signer.public_key(), {}, signature));
    for (std::size_t bit = 0; bit < 512; ++bit) {
        Ed25519Signature flipped = signature;
        flipped.at(bit / 8) ^= static_cast<std::byte>(1U << (bit % 8));
        REQUIRE_FALSE(is_valid_signature(signer.public_key(), message, flipped));
    }
}

TEST_CASE("keys of low order are no public keys", "[crypto]") {
    CHECK_FALSE(is_valid_public_key(Ed25519PublicKey{}));
    Ed25519PublicKey identity{};
    identity[0] = std::byte{1};
    CHECK_FALSE(is_valid_public_key(identity));
}

TEST_CASE("of 914 edge cases the strict rule accepts number 305 alone", "[crypto][vectors]") {
    const base::Bytes file =
        testing::read_vector(testing::find_vectors("ed25519/ed25519vectors.json"));
    const nlohmann::json vectors = nlohmann::json::parse(base::text_of(file));
    std::size_t count = 0;
    std::vector<int> accepted;
    for (const auto& vector : vectors) {
        ++count;
        const auto key = hex_array<32>(vector.at("key").get<std::string>());
        const auto signature = hex_array<64>(vector.at("sig").get<std::string>());
        const auto message = vector.at("msg").get<std::string>();
        if (is_valid_signature(key, bytes_of(message), signature)) {
            accepted.push_back(vector.at("number").get<int>());
        }
    }
    CHECK(count == 914);
    CHECK(accepted == std::vector<int>{305});
}

}  // namespace
}  // namespace kua::crypto
