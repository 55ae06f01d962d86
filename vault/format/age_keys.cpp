#include "vault/format/age_keys.h"

#include <algorithm>
#include <utility>

#include "kua/error.h"
#include "vault/format/bech32.h"

namespace kua::format {
namespace {

constexpr std::string_view kHybridPrefix = "age1pq";
constexpr std::string_view kX25519Prefix = "age";
constexpr std::string_view kHybridSecretPrefix = "AGE-SECRET-KEY-PQ-";
constexpr std::string_view kX25519SecretPrefix = "AGE-SECRET-KEY-";

template <class PublicKey>
std::optional<PublicKey> decode(std::string_view prefix, std::string_view text) {
    const std::optional<base::Bytes> bytes = decode_bech32(prefix, text);
    PublicKey key{};
    if (!bytes || bytes->size() != key.size()) {
        return std::nullopt;
    }
    std::ranges::copy(*bytes, key.begin());
    return key;
}

}  // namespace

AgeRecipient::AgeRecipient(const crypto::XWingPublicKey& key) : key_(key) {
    if (!crypto::is_valid_xwing_key(key)) {
        throw Error{ErrorCode::kDamaged, "a hybrid recipient that nothing can be sealed to"};
    }
}

AgeRecipient::AgeRecipient(const crypto::X25519PublicKey& key) : key_(key) {
    if (!crypto::is_valid_x25519_key(key)) {
        throw Error{ErrorCode::kDamaged, "an X25519 recipient that nothing can be sealed to"};
    }
}

AgeRecipient AgeRecipient::parse(std::string_view text) {
    if (const auto hybrid = decode<crypto::XWingPublicKey>(kHybridPrefix, text)) {
        if (crypto::is_valid_xwing_key(*hybrid)) {
            return AgeRecipient{*hybrid};
        }
    } else if (const auto classic = decode<crypto::X25519PublicKey>(kX25519Prefix, text)) {
        if (crypto::is_valid_x25519_key(*classic)) {
            return AgeRecipient{*classic};
        }
    }
    throw Error{ErrorCode::kUsage, "not an age recipient (age1pq1... or age1...)"};
}

std::string AgeRecipient::text() const {
    if (const auto* key = hybrid()) {
        return encode_bech32(kHybridPrefix, *key);
    }
    return encode_bech32(kX25519Prefix, std::get<crypto::X25519PublicKey>(key_));
}

AgeKeyKind AgeRecipient::kind() const noexcept {
    return hybrid() != nullptr ? AgeKeyKind::kHybrid : AgeKeyKind::kX25519;
}

const crypto::XWingPublicKey* AgeRecipient::hybrid() const noexcept {
    return std::get_if<crypto::XWingPublicKey>(&key_);
}

const crypto::X25519PublicKey* AgeRecipient::x25519() const noexcept {
    return std::get_if<crypto::X25519PublicKey>(&key_);
}

AgeIdentity::AgeIdentity(crypto::XWingSeed seed)
    : secret_(std::in_place_type<crypto::XWingSecretKey>, std::move(seed)) {}

AgeIdentity::AgeIdentity(crypto::X25519Secret secret) noexcept : secret_(std::move(secret)) {}

AgeIdentity AgeIdentity::generate(AgeKeyKind kind, base::Random& random) {
    return kind == AgeKeyKind::kHybrid ? AgeIdentity{crypto::XWingSeed::generate(random)}
                                       : AgeIdentity{crypto::X25519Secret::generate(random)};
}

AgeIdentity AgeIdentity::copy_of(AgeKeyKind kind, std::span<const std::byte, 32> secret) {
    return kind == AgeKeyKind::kHybrid ? AgeIdentity{crypto::XWingSeed::copy_of(secret)}
                                       : AgeIdentity{crypto::X25519Secret::copy_of(secret)};
}

AgeIdentity AgeIdentity::of_case(AgeKeyKind kind, const crypto::CaseIdentity& identity) {
    return copy_of(kind, identity.expose());
}

AgeIdentity AgeIdentity::parse(base::ByteView text) {
    for (const auto& [kind, prefix] : {std::pair{AgeKeyKind::kHybrid, kHybridSecretPrefix},
                                       std::pair{AgeKeyKind::kX25519, kX25519SecretPrefix}}) {
        const std::optional<crypto::SecretBytes> secret = decode_secret_bech32(prefix, text);
        if (secret && secret->size() == 32) {
            return copy_of(kind, secret->expose().first<32>());
        }
    }
    throw Error{ErrorCode::kUsage, "not an age identity (AGE-SECRET-KEY-...)"};
}

crypto::SecretBytes AgeIdentity::reveal() const {
    return encode_secret_bech32(
        kind() == AgeKeyKind::kHybrid ? kHybridSecretPrefix : kX25519SecretPrefix, expose());
}

AgeKeyKind AgeIdentity::kind() const noexcept {
    return hybrid() != nullptr ? AgeKeyKind::kHybrid : AgeKeyKind::kX25519;
}

AgeRecipient AgeIdentity::recipient() const {
    if (const auto* key = hybrid()) {
        return AgeRecipient{key->public_key()};
    }
    return AgeRecipient{crypto::x25519_public_key(std::get<crypto::X25519Secret>(secret_))};
}

const crypto::XWingSecretKey* AgeIdentity::hybrid() const noexcept {
    return std::get_if<crypto::XWingSecretKey>(&secret_);
}

const crypto::X25519Secret* AgeIdentity::x25519() const noexcept {
    return std::get_if<crypto::X25519Secret>(&secret_);
}

std::span<const std::byte, 32> AgeIdentity::expose() const {
    if (const auto* key = hybrid()) {
        return key->seed().expose();
    }
    return std::get<crypto::X25519Secret>(secret_).expose();
}

}  // namespace kua::format
