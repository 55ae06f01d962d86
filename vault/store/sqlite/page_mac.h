// The MAC of a page as SQLCipher 4 makes it by default (HMAC-SHA512), for whoever looks at pages of
// a database file without opening it. Reaches disk; docs/formats: Databases.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "vault/base/bytes.h"
#include "vault/crypto/secret_bytes.h"

namespace kua::store {

inline constexpr std::size_t kSaltBytes = 16;  // the first bytes of page 1

// A page's number as files have it.
inline constexpr std::size_t kPageNumberBytes = 4;
std::array<std::byte, kPageNumberBytes> put_page_number(std::uint32_t number);
std::uint32_t get_page_number(std::span<const std::byte, kPageNumberBytes> bytes);

class PageMacs {
public:
    PageMacs(std::span<const std::byte, 32> raw_key, std::span<const std::byte, kSaltBytes> salt);

    // Whether `page`, all of it, is page `number` (from 1) of the database. The salt is not under
    // the MAC, but there is only one that is right.
    bool is_good(std::uint32_t number, base::ByteView page) const;

private:
    crypto::SecretBytes key_;
    std::array<std::byte, kSaltBytes> salt_{};
};

}  // namespace kua::store
