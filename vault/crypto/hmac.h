// HMAC-SHA256 (RFC 2104): of a short message by libsodium, of larger ones or several with the
// processor's SHA instructions.
#pragma once

#include <cstddef>
#include <span>

#include "vault/base/bytes.h"
#include "vault/crypto/sha256.h"
#include "vault/crypto/sha256_lanes.h"

namespace kua::crypto {

// The MAC of `message` under `key` of any size. Compare MACs with equal() only.
Sha256Digest hmac_sha256(base::ByteView key, base::ByteView message);

// HMAC-SHA512 of `message` and `end`, one after the other, by libsodium.
Sha512Digest hmac_sha512(base::ByteView key, base::ByteView message, base::ByteView end);

// HMAC-SHA256 of larger messages, several side by side (vault/crypto/sha256_lanes.h). One thread at
// a time. Keeps what SHA-256 makes of the key, wiped at the end.
class HmacSha256 {
public:
    static constexpr std::size_t kMaxMessages = kSha256Lanes;

    explicit HmacSha256(base::ByteView key);
    HmacSha256(const HmacSha256&) = delete;
    HmacSha256& operator=(const HmacSha256&) = delete;
    ~HmacSha256();

    // `start` and `end`, one after the other.
    struct Message {
        base::ByteView start;
        base::ByteView end;
    };
    // The MACs of at most kMaxMessages messages, in their order.
    void of(std::span<const Message> messages, std::span<Sha256Digest> macs) const;

private:
    Sha256State inner_;
    Sha256State outer_;
};

}  // namespace kua::crypto
