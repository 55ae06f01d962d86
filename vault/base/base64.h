// Base64 in the three spellings that kua's formats use, each with exactly one encoding per value
// (RFC 4648, sections 3.5, 4 and 5): what decodes, encodes to the same text again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vault/base/bytes.h"

namespace kua::base {

enum class Base64 : std::uint8_t {
    kPadded,    // "+/" and "=": checkpoints, SSH keys and signatures, text armor
    kUnpadded,  // "+/" and no "=": age headers
    kUrl,       // "-_" and no "=": disclosures and their digests
};

// One line, no white space. Neither branches nor table indexes depend on `bytes`.
std::string encode_base64(ByteView bytes, Base64 form);

// Nothing for anything but the one encoding: characters of another form, white space, missing or
// surplus "=", a length that no bytes have, unused bits that are not zero. Takes the same time for
// all texts of one length.
std::optional<Bytes> decode_base64(std::string_view text, Base64 form);

}  // namespace kua::base
