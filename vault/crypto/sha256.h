// SHA-256 and SHA-512 (FIPS 180-4) by OpenSSL, which uses the processor's SHA instructions.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "vault/base/bytes.h"

struct evp_md_ctx_st;

namespace kua::crypto {

using Sha256Digest = std::array<std::byte, 32>;
using Sha512Digest = std::array<std::byte, 64>;

// One message after the other, in pieces. One thread per object; moved-from objects only die.
// Throws kFailed if OpenSSL refuses, which it does only when out of memory.
class Sha256 {
public:
    Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    ~Sha256();

    void update(base::ByteView bytes);
    // The digest of all bytes since the start or the last finish(); a new message begins.
    Sha256Digest finish();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const noexcept;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

Sha256Digest sha256(base::ByteView message);
// SHA-256 of `first` followed by `second`, for hashes with a prefix.
Sha256Digest sha256(base::ByteView first, base::ByteView second);
Sha512Digest sha512(base::ByteView message);

}  // namespace kua::crypto
