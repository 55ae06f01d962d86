#include "vault/format/age_keys.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/seeded_random.h"
#include "vault/crypto/compare.h"
#include "vault/format/bech32.h"

namespace kua::format {
namespace {

using base::bytes_of;
using testing::code_of;
using testing::message_of;

constexpr AgeKeyKind kKinds[] = {AgeKeyKind::kHybrid, AgeKeyKind::kX25519};

std::string secret_text(const AgeIdentity& identity) {
    return std::string(base::text_of(identity.reveal().expose()));
}

TEST_CASE("an identity and its recipient survive their texts", "[format]") {
    testing::SeededRandom random{1};
    for (const AgeKeyKind kind : kKinds) {
        const AgeIdentity identity = AgeIdentity::generate(kind, random);
        CHECK(identity.kind() == kind);
        const AgeIdentity back = AgeIdentity::parse(identity.reveal().expose());
        CHECK(back.kind() == kind);
        CHECK(crypto::equal(back.expose(), identity.expose()));
        const AgeRecipient recipient = identity.recipient();
        CHECK(recipient.kind() == kind);
        CHECK(AgeRecipient::parse(recipient.text()) == recipient);
        CHECK(back.recipient() == recipient);
        CHECK(AgeIdentity::copy_of(kind, identity.expose()).recipient() == recipient);
    }
}

TEST_CASE("keys have the texts that age gives them", "[format]") {
    testing::SeededRandom random{2};
    const AgeIdentity hybrid = AgeIdentity::generate(AgeKeyKind::kHybrid, random);
    const AgeIdentity classic = AgeIdentity::generate(AgeKeyKind::kX25519, random);
    CHECK(secret_text(hybrid).starts_with("AGE-SECRET-KEY-PQ-1"));
    CHECK(secret_text(classic).starts_with("AGE-SECRET-KEY-1"));
    CHECK(hybrid.recipient().text().starts_with("age1pq1"));
    CHECK(hybrid.recipient().text().size() == 1959);
    CHECK(classic.recipient().text().starts_with("age1"));
    CHECK(classic.recipient().text().size() == 62);
}

TEST_CASE("a case identity is an age identity of the case's kind", "[format]") {
    const std::array<std::byte, 32> bytes{std::byte{7}};
    const auto secret = crypto::CaseIdentity::copy_of(bytes);
    CHECK(AgeIdentity::of_case(AgeKeyKind::kHybrid, secret).hybrid() != nullptr);
    CHECK(AgeIdentity::of_case(AgeKeyKind::kX25519, secret).x25519() != nullptr);
    CHECK(AgeIdentity::of_case(AgeKeyKind::kX25519, secret).hybrid() == nullptr);
}

TEST_CASE("what is no recipient is refused", "[format]") {
    testing::SeededRandom random{3};
    const std::string hybrid =
        AgeIdentity::generate(AgeKeyKind::kHybrid, random).recipient().text();
    const std::string classic =
        AgeIdentity::generate(AgeKeyKind::kX25519, random).recipient().text();
    std::string shouted = classic;
    std::ranges::transform(shouted, shouted.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    const std::string bad[] = {
        "",
        "age1",
        classic + "\n",
        shouted,
        hybrid.substr(0, hybrid.size() - 1),
        encode_bech32("age", base::Bytes(31)),
        encode_bech32("age", base::Bytes(33, std::byte{9})),
        encode_bech32("age1pq", base::Bytes(32, std::byte{9})),
        encode_bech32("age", base::Bytes(1216, std::byte{0})),
        encode_bech32("age1tag", base::Bytes(33, std::byte{2})),
        encode_bech32("age", base::Bytes(32)),                        // low order
        encode_bech32("age1pq", base::Bytes(1216)),                   // low order behind ML-KEM
        encode_bech32("age1pq", base::Bytes(1216, std::byte{0xff})),  // coefficients out of range
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ"};
    for (const std::string& text : bad) {
        INFO(text.substr(0, 70));
        CHECK(code_of([&] { return AgeRecipient::parse(text); }) == ErrorCode::kUsage);
    }
    CHECK(code_of([] { return AgeRecipient{crypto::X25519PublicKey{}}; }) == ErrorCode::kDamaged);
    CHECK(code_of([] { return AgeRecipient{crypto::XWingPublicKey{}}; }) == ErrorCode::kDamaged);
}

TEST_CASE("what is no identity is refused, and the message keeps it to itself", "[format]") {
    testing::SeededRandom random{4};
    const std::string good = secret_text(AgeIdentity::generate(AgeKeyKind::kHybrid, random));
    std::string altered = good;
    altered.back() = altered.back() == 'Q' ? 'P' : 'Q';
    const std::string bad[] = {"",
                               altered,
                               good + "\n",
                               good.substr(1),
                               encode_bech32("AGE-SECRET-KEY-", base::Bytes(31)),
                               encode_bech32("AGE-SECRET-KEY-PQ-", base::Bytes(64)),
                               encode_bech32("age-secret-key-", base::Bytes(32)),
                               encode_bech32("AGE-PLUGIN-X-", base::Bytes(32))};
    for (const std::string& text : bad) {
        const auto parse = [&] { return AgeIdentity::parse(bytes_of(text)).kind(); };
        CHECK(code_of(parse) == ErrorCode::kUsage);
        CHECK(message_of(parse) == "not an age identity (AGE-SECRET-KEY-...)");
    }
}

}  // namespace
}  // namespace kua::format
