// What the stanza types of age have in common, for the age_stanza_*.cpp files.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>

#include "kua/error.h"
#include "vault/base/base64.h"
#include "vault/crypto/key.h"
#include "vault/crypto/secret_bytes.h"
#include "vault/format/age_header.h"

namespace kua::format {

// These three throw kDamaged if the stanza has another number of arguments after its type, a body
// other than a sealed file key of 32 bytes, an argument that is not the one base64 text of a Value.
void require_arguments(const AgeStanza& stanza, std::size_t count);
void require_file_key_body(const AgeStanza& stanza);
template <class Value>
Value require_bytes(const AgeStanza& stanza, std::size_t argument) {
    const auto bytes = base::decode_base64(stanza.arguments.at(argument), base::Base64::kUnpadded);
    Value value{};
    if (!bytes || bytes->size() != value.size()) {
        throw Error{ErrorCode::kDamaged, "a malformed " + stanza.type + " stanza: argument"};
    }
    std::ranges::copy(*bytes, value.begin());
    return value;
}

// A file key from decrypted bytes, whose number require_file_key_body() has fixed.
std::optional<crypto::FileKey> file_key_of(const std::optional<crypto::SecretBytes>& opened);

// ChaCha20-Poly1305 under a key that is used once, so the nonce is zero.
base::Bytes wrap_file_key(const crypto::FileKey& file_key, std::span<const std::byte, 32> wrap_key);
std::optional<crypto::FileKey> unwrap_file_key(const AgeStanza& stanza,
                                               std::span<const std::byte, 32> wrap_key);

}  // namespace kua::format
