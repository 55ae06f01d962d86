#include "vault/format/age_stanza.h"

#include <array>

#include "vault/crypto/chacha20poly1305.h"

namespace kua::format {
namespace {

constexpr std::array<std::byte, crypto::kChaChaNonceBytes> kZeroNonce{};

}  // namespace

void require_arguments(const AgeStanza& stanza, std::size_t count) {
    if (stanza.arguments.size() != count) {
        throw Error{ErrorCode::kDamaged, "a malformed " + stanza.type + " stanza: arguments"};
    }
}

void require_file_key_body(const AgeStanza& stanza) {
    if (stanza.body.size() != crypto::FileKey::kSizeBytes + crypto::kChaChaTagBytes) {
        throw Error{ErrorCode::kDamaged, "a malformed " + stanza.type + " stanza: body"};
    }
}

std::optional<crypto::FileKey> file_key_of(const std::optional<crypto::SecretBytes>& opened) {
    if (!opened) {
        return std::nullopt;
    }
    return crypto::FileKey::copy_of(opened->expose().first<crypto::FileKey::kSizeBytes>());
}

base::Bytes wrap_file_key(const crypto::FileKey& file_key,
                          std::span<const std::byte, 32> wrap_key) {
    return crypto::chacha20poly1305_seal(wrap_key, kZeroNonce, /*associated_data=*/{},
                                         file_key.expose());
}

std::optional<crypto::FileKey> unwrap_file_key(const AgeStanza& stanza,
                                               std::span<const std::byte, 32> wrap_key) {
    return file_key_of(
        crypto::chacha20poly1305_open(wrap_key, kZeroNonce, /*associated_data=*/{}, stanza.body));
}

}  // namespace kua::format
