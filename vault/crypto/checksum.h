// A fast keyed checksum for comparing what was just written with what reads back. GMAC by
// OpenSSL, many times as fast as SHA-256. It guards against failing devices only: its key is
// used for many messages and never leaves the process, so nothing may be authenticated with it.
#pragma once

#include <array>
#include <memory>

#include "vault/base/bytes.h"
#include "vault/base/random.h"
#include "vault/crypto/key.h"

struct evp_mac_ctx_st;

namespace kua::crypto {

// One thread at a time. Throws kFailed if OpenSSL refuses, which it does only when out of memory.
class Checksum {
public:
    using Value = std::array<std::byte, 16>;

    explicit Checksum(base::Random& random);
    // One more with the same key, for another thread.
    Checksum twin() const;
    Value of(base::ByteView bytes);

private:
    using ChecksumKey = Key<struct ChecksumKeyRole>;
    explicit Checksum(ChecksumKey key);

    struct Free {
        void operator()(evp_mac_ctx_st* context) const noexcept;
    };
    ChecksumKey key_;
    std::unique_ptr<evp_mac_ctx_st, Free> context_;
};

}  // namespace kua::crypto
