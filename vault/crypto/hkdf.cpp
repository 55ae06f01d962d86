#include "vault/crypto/hkdf.h"

#include <algorithm>
#include <array>

#include "vault/base/check.h"
#include "vault/crypto/hmac.h"

namespace kua::crypto {
namespace {

constexpr std::size_t kMaxBlocks = 255;  // RFC 5869, 2.3

static_assert(kHkdfKeyBytes == std::tuple_size_v<Sha256Digest>);

// Of `start` and `end`, one after the other. It may be a key.
void put_mac(const HmacSha256& hmac, base::ByteView start, base::ByteView end,
             std::span<std::byte, kHkdfKeyBytes> out) {
    std::array<Sha256Digest, 1> mac{};
    hmac.of(std::array{HmacSha256::Message{start, end}}, mac);
    std::ranges::copy(mac.front(), out.begin());
    wipe(mac.front());
}

}  // namespace

void hkdf_extract(base::ByteView salt, base::ByteView input_key_material,
                  std::span<std::byte, kHkdfKeyBytes> pseudorandom_key) {
    put_mac(HmacSha256{salt}, input_key_material, {}, pseudorandom_key);
}

// RFC 5869, 2.3: each block is the MAC of the one before it, `info` and its number.
void hkdf_expand(std::span<const std::byte, kHkdfKeyBytes> pseudorandom_key, base::ByteView info,
                 base::MutableByteView out) {
    KUA_CHECK(!out.empty() && out.size() <= kMaxBlocks * kHkdfKeyBytes);
    const HmacSha256 hmac{pseudorandom_key};
    WipedArray<kHkdfKeyBytes> block;
    base::ByteView before;
    base::Bytes info_and_number = base::copy_of(info);
    info_and_number.push_back(std::byte{0});
    while (!out.empty()) {
        info_and_number.back() =
            static_cast<std::byte>(std::to_integer<unsigned>(info_and_number.back()) + 1);
        put_mac(hmac, before, info_and_number, block.expose_for_writing());
        before = block.expose();
        const std::size_t size_bytes = std::min(out.size(), kHkdfKeyBytes);
        std::ranges::copy(before.first(size_bytes), out.begin());
        out = out.subspan(size_bytes);
    }
}

void hkdf_sha256(base::ByteView input_key_material, base::ByteView salt, base::ByteView info,
                 base::MutableByteView out) {
    WipedArray<kHkdfKeyBytes> pseudorandom_key;
    hkdf_extract(salt, input_key_material, pseudorandom_key.expose_for_writing());
    hkdf_expand(pseudorandom_key.expose(), info, out);
}

}  // namespace kua::crypto
