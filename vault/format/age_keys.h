// The keys of age files: whom a file is for, and what opens it. Two kinds: the post-quantum hybrid
// (age1pq1..., mlkem768x25519 stanzas), which is the default, and classic X25519 (age1...) for
// colleagues with old tools. Source: C2SP age.md, Native recipient types.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "vault/base/bytes.h"
#include "vault/base/random.h"
#include "vault/crypto/key.h"
#include "vault/crypto/x25519.h"
#include "vault/crypto/xwing.h"

namespace kua::format {

enum class AgeKeyKind : std::uint8_t {  // Numbers reach disk: append, never renumber or reuse.
    kHybrid = 1,
    kX25519 = 2,
};

// The public half. Always a key that something can be sealed to. A value; safe to copy and read.
class AgeRecipient {
public:
    // Throw kDamaged if the bytes are no usable key, found out by trying (X25519 of low order,
    // ML-KEM coefficients out of range).
    explicit AgeRecipient(const crypto::XWingPublicKey& key);
    explicit AgeRecipient(const crypto::X25519PublicKey& key);

    // Throws kUsage if `text` is not the one spelling of a usable key of either kind.
    static AgeRecipient parse(std::string_view text);
    // What age takes after -r; parse() reads it back. 1,959 or 62 characters.
    std::string text() const;

    AgeKeyKind kind() const noexcept;
    // Null if the recipient is of the other kind. Valid while it lives.
    const crypto::XWingPublicKey* hybrid() const noexcept;
    const crypto::X25519PublicKey* x25519() const noexcept;

    bool operator==(const AgeRecipient&) const = default;

private:
    std::variant<crypto::XWingPublicKey, crypto::X25519PublicKey> key_;
};

// The secret half. Move-only, unprintable.
class AgeIdentity {
public:
    explicit AgeIdentity(crypto::XWingSeed seed);
    explicit AgeIdentity(crypto::X25519Secret secret) noexcept;
    static AgeIdentity generate(AgeKeyKind kind, base::Random& random);
    // From what expose() gave, so that an identity can be stored.
    static AgeIdentity copy_of(AgeKeyKind kind, std::span<const std::byte, 32> secret);
    static AgeIdentity of_case(AgeKeyKind kind, const crypto::CaseIdentity& identity);

    // `text` is AGE-SECRET-KEY-1... or AGE-SECRET-KEY-PQ-1..., upper case, no line end. Throws
    // kUsage, with nothing of the text in the message, if it is anything else.
    static AgeIdentity parse(base::ByteView text);
    // The same text, for age -i. Whoever sees it can open everything sealed to the recipient.
    crypto::SecretBytes reveal() const;

    AgeKeyKind kind() const noexcept;
    AgeRecipient recipient() const;
    // Null if the identity is of the other kind. Valid while it lives.
    const crypto::XWingSecretKey* hybrid() const noexcept;
    const crypto::X25519Secret* x25519() const noexcept;
    std::span<const std::byte, 32> expose() const;

private:
    std::variant<crypto::XWingSecretKey, crypto::X25519Secret> secret_;
};

}  // namespace kua::format
