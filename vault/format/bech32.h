// Bech32 (BIP 173) without its length limit, as age writes its keys: a human-readable prefix, "1",
// the data in groups of 5 bits, six characters of checksum. No branch and no table index depends on
// the data, so it may be a secret.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "vault/base/bytes.h"
#include "vault/crypto/secret_bytes.h"

namespace kua::format {

// The text is all lower or all upper case, as `prefix` is (mixed is kBug).
std::string encode_bech32(std::string_view prefix, base::ByteView data);
crypto::SecretBytes encode_secret_bech32(std::string_view prefix, base::ByteView data);

// Nothing unless `text` is the one encoding of some bytes under exactly this prefix in its case:
// another prefix or case, a character of no meaning, a wrong checksum, a length that no bytes have,
// padding bits that are not zero. The time depends on the length alone.
std::optional<base::Bytes> decode_bech32(std::string_view prefix, std::string_view text);
std::optional<crypto::SecretBytes> decode_secret_bech32(std::string_view prefix,
                                                        base::ByteView text);

}  // namespace kua::format
