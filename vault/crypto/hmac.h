// HMAC-SHA256 (RFC 2104): of one message by libsodium, of many large ones under one key by OpenSSL,
// which uses the processor's SHA instructions.
#pragma once

#include <memory>

#include "vault/base/bytes.h"
#include "vault/crypto/sha256.h"

struct evp_mac_ctx_st;

namespace kua::crypto {

// The MAC of `message` under `key` of any size. Compare MACs with equal() only.
Sha256Digest hmac_sha256(base::ByteView key, base::ByteView message);

// HMAC-SHA512 of `message` and `end`, one after the other, by libsodium.
Sha512Digest hmac_sha512(base::ByteView key, base::ByteView message, base::ByteView end);

// One thread at a time. Keeps the key (in OpenSSL's context, wiped at the end).
class HmacSha256 {
public:
    // Throws kFailed if OpenSSL can't.
    explicit HmacSha256(base::ByteView key);

    // The MAC of `message` and `end`, one after the other.
    Sha256Digest of(base::ByteView message, base::ByteView end);

private:
    struct Free {
        void operator()(evp_mac_ctx_st* context) const noexcept;
    };
    std::unique_ptr<evp_mac_ctx_st, Free> context_;
};

}  // namespace kua::crypto
