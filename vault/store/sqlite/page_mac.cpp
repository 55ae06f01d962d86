#include "vault/store/sqlite/page_mac.h"

#include <algorithm>

#include "vault/crypto/compare.h"
#include "vault/crypto/hmac.h"
#include "vault/crypto/pbkdf2.h"

namespace kua::store {
namespace {

// Source: SQLCipher, sqlcipher_cipher_ctx_key_derive() and sqlcipher_page_hmac().
constexpr std::byte kSaltMask{0x3a};
constexpr int kIterations = 2;
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kStockIvBytes = 16;
constexpr std::size_t kStockMacBytes = 64;
constexpr std::size_t kStockReservedBytes = kStockIvBytes + kStockMacBytes;

}  // namespace

std::array<std::byte, kPageNumberBytes> put_page_number(std::uint32_t number) {
    std::array<std::byte, kPageNumberBytes> little_endian{};
    for (std::size_t i = 0; i < kPageNumberBytes; ++i) {
        little_endian.at(i) = static_cast<std::byte>(number >> (8 * i));
    }
    return little_endian;
}

std::uint32_t get_page_number(std::span<const std::byte, kPageNumberBytes> bytes) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < kPageNumberBytes; ++i) {
        number |= std::to_integer<std::uint32_t>(bytes[i]) << (8 * i);
    }
    return number;
}

PageMacs::PageMacs(std::span<const std::byte, 32> raw_key,
                   std::span<const std::byte, kSaltBytes> salt)
    : key_(kKeyBytes) {
    std::ranges::copy(salt, salt_.begin());
    std::array<std::byte, kSaltBytes> masked{};
    std::ranges::transform(salt, masked.begin(), [](std::byte byte) { return byte ^ kSaltMask; });
    crypto::pbkdf2_sha512(raw_key, masked, kIterations, key_.expose_for_writing());
}

bool PageMacs::is_good(std::uint32_t number, base::ByteView page) const {
    if (page.size() <= kStockReservedBytes + kSaltBytes || number == 0) {
        return false;
    }
    if (number == 1 && !std::ranges::equal(page.first(kSaltBytes), salt_)) {
        return false;
    }
    const std::size_t begin = number == 1 ? kSaltBytes : 0;
    const base::ByteView covered = page.first(page.size() - kStockMacBytes).subspan(begin);
    return crypto::equal(crypto::hmac_sha512(key_.expose(), covered, put_page_number(number)),
                         page.last(kStockMacBytes));
}

}  // namespace kua::store
