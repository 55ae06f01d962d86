#include "vault/crypto/hmac.h"

#include <algorithm>
#include <array>

#include <sodium.h>

#include "vault/base/check.h"
#include "vault/crypto/init.h"
#include "vault/crypto/octets.h"
#include "vault/crypto/wiped.h"

namespace kua::crypto {
namespace {

// RFC 2104: a block of key, masked.
constexpr std::byte kInnerMask{0x36};
constexpr std::byte kOuterMask{0x5c};

void take_key(const WipedArray<kSha256BlockBytes>& block, std::byte mask, Sha256State& state) {
    WipedArray<kSha256BlockBytes> masked;
    std::ranges::transform(block.expose(), masked.expose_for_writing().begin(),
                           [mask](std::byte byte) { return byte ^ mask; });
    state = kSha256Start;
    take_blocks(std::array{Sha256Lane{&state, masked.expose()}});
}

}  // namespace

Sha256Digest hmac_sha256(base::ByteView key, base::ByteView message) {
    ensure_ready();
    Sha256Digest mac{};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, octets(key), key.size());
    crypto_auth_hmacsha256_update(&state, octets(message), message.size());
    crypto_auth_hmacsha256_final(&state, octets(mac));
    sodium_memzero(&state, sizeof state);
    return mac;
}

Sha512Digest hmac_sha512(base::ByteView key, base::ByteView message, base::ByteView end) {
    ensure_ready();
    Sha512Digest mac{};
    crypto_auth_hmacsha512_state state;
    crypto_auth_hmacsha512_init(&state, octets(key), key.size());
    crypto_auth_hmacsha512_update(&state, octets(message), message.size());
    crypto_auth_hmacsha512_update(&state, octets(end), end.size());
    crypto_auth_hmacsha512_final(&state, octets(mac));
    sodium_memzero(&state, sizeof state);
    return mac;
}

HmacSha256::HmacSha256(base::ByteView key) {
    WipedArray<kSha256BlockBytes> block;
    if (key.size() > kSha256BlockBytes) {
        std::ranges::copy(sha256(key), block.expose_for_writing().begin());
    } else {
        std::ranges::copy(key, block.expose_for_writing().begin());
    }
    take_key(block, kInnerMask, inner_);
    take_key(block, kOuterMask, outer_);
}

HmacSha256::~HmacSha256() {
    wipe(std::as_writable_bytes(std::span{inner_}));
    wipe(std::as_writable_bytes(std::span{outer_}));
}

void HmacSha256::of(std::span<const Message> messages, std::span<Sha256Digest> macs) const {
    KUA_CHECK(messages.size() <= kMaxMessages && messages.size() == macs.size());
    const auto hash = [&](const Sha256State& start, auto&&... parts) {
        std::array<Sha256Stream, kMaxMessages> streams;
        std::array<Sha256Stream*, kMaxMessages> all{};
        for (std::size_t i = 0; i < messages.size(); ++i) {
            streams[i].begin(start, kSha256BlockBytes);
            all[i] = &streams[i];
        }
        std::array<Sha256Stream::Piece, kMaxMessages> pieces{};
        const auto append = [&](const auto& part) {
            for (std::size_t i = 0; i < messages.size(); ++i) {
                pieces[i] = {all[i], part(i)};
            }
            Sha256Stream::update(std::span{pieces}.first(messages.size()));
        };
        (append(parts), ...);
        Sha256Stream::finish(std::span{all}.first(messages.size()), macs);
    };
    hash(
        inner_, [&](std::size_t i) { return messages[i].start; },
        [&](std::size_t i) { return messages[i].end; });
    hash(outer_, [&](std::size_t i) { return base::ByteView{macs[i]}; });
}

}  // namespace kua::crypto
