// The text at the front of an age file: stanzas that each wrap the file key, and a MAC under it.
// Strict and canonical: what parses here, age's own parser accepts. Source: C2SP age.md, Header;
// vectors: age/.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "vault/base/bytes.h"
#include "vault/crypto/key.h"

namespace kua::format {

// Our limits, checked before anything is parsed. 30 hybrid recipients fit.
inline constexpr std::size_t kAgeHeaderMaxBytes = 64 * 1024;
inline constexpr std::size_t kAgeMaxStanzas = 64;

struct AgeStanza {
    std::string type;                    // the first argument: "mlkem768x25519", "X25519", ...
    std::vector<std::string> arguments;  // those after it
    base::Bytes body;
};

struct AgeHeader {
    std::vector<AgeStanza> stanzas;  // at least one
    base::Bytes authenticated;       // as received, up to and including "---": the MAC's input
    std::array<std::byte, 32> mac;
};

// How many bytes the header takes if all of it is in `front`, the first bytes of a file; nothing
// if more bytes are needed to tell. Throws kDamaged as soon as `front` can't begin an age file, or
// once the header is over kAgeHeaderMaxBytes.
std::optional<std::size_t> find_age_header_end(base::ByteView front);

// `header` is a whole header and nothing after it. Throws kDamaged if it is malformed in any way
// or over our limits; says nothing about the MAC.
AgeHeader parse_age_header(base::ByteView header);

// What `mac` must be, to be compared with crypto::equal() before any payload byte is used.
std::array<std::byte, 32> age_header_mac(const crypto::FileKey& file_key,
                                         base::ByteView authenticated);

// The header of these stanzas with its MAC. kBug if it would be over our limits.
base::Bytes encode_age_header(const std::vector<AgeStanza>& stanzas,
                              const crypto::FileKey& file_key);

}  // namespace kua::format
