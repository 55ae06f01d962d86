// SHA-1 (FIPS 180-4) by OpenSSL, because git names its objects with it. It is broken: never trust
// what it says about content that somebody else chose.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "vault/base/bytes.h"

struct evp_md_ctx_st;

namespace kua::crypto {

using Sha1Digest = std::array<std::byte, 20>;

// As Sha256 in sha256.h.
class Sha1 {
public:
    Sha1();
    Sha1(Sha1&&) noexcept;
    Sha1& operator=(Sha1&&) noexcept;
    ~Sha1();

    void update(base::ByteView bytes);
    // The digest of all bytes since the start or the last finish(); a new message begins.
    Sha1Digest finish();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const noexcept;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace kua::crypto
