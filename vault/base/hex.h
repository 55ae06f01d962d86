// Lower-case hexadecimal: digests, fingerprints, object names, raw database keys.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vault/base/bytes.h"

namespace kua::base {

// Two digits a byte, "00".."ff", first byte first.
std::string encode_hex(ByteView bytes);

// The same into memory the caller owns (and wipes, if `bytes` are a key: neither branches nor
// table indexes depend on them). `out` holds exactly two characters a byte, else kBug.
void encode_hex_into(ByteView bytes, std::span<char> out);

// The one encoding back: nothing for an odd length, upper case, or anything but a digit. Takes
// the same time for all texts of one length.
std::optional<Bytes> decode_hex(std::string_view text);

}  // namespace kua::base
