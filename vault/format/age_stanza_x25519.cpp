#include "vault/format/age_stanza_x25519.h"

#include "kua/error.h"
#include "vault/base/base64.h"
#include "vault/crypto/hkdf.h"
#include "vault/crypto/wiped.h"
#include "vault/format/age_stanza.h"

namespace kua::format {
namespace {

constexpr std::string_view kX25519Info = "age-encryption.org/v1/X25519";

// `ours` is the ephemeral secret when wrapping and the identity when unwrapping; both come to the
// same key.
void derive_wrap_key(const crypto::X25519Secret& ours, const crypto::X25519PublicKey& theirs,
                     const crypto::X25519PublicKey& share, const crypto::X25519PublicKey& recipient,
                     base::MutableByteView wrap_key) {
    const auto shared_secret = crypto::x25519(ours, theirs);
    if (!shared_secret) {
        throw Error{ErrorCode::kDamaged, "an X25519 key of low order"};
    }
    base::Bytes salt = base::copy_of(share);
    base::append(salt, recipient);
    crypto::hkdf_sha256(shared_secret->expose(), salt, base::bytes_of(kX25519Info), wrap_key);
}

}  // namespace

AgeStanza wrap_x25519(const crypto::FileKey& file_key, const crypto::X25519PublicKey& recipient,
                      base::Random& random) {
    const auto ephemeral = crypto::X25519Secret::generate(random);
    const crypto::X25519PublicKey share = crypto::x25519_public_key(ephemeral);
    crypto::WipedArray<32> wrap_key;
    derive_wrap_key(ephemeral, recipient, share, recipient, wrap_key.expose_for_writing());
    return {std::string(kAgeX25519Type),
            {base::encode_base64(share, base::Base64::kUnpadded)},
            wrap_file_key(file_key, wrap_key.expose())};
}

std::optional<crypto::FileKey> unwrap_x25519(const AgeStanza& stanza,
                                             const crypto::X25519Secret& identity) {
    if (stanza.type != kAgeX25519Type) {
        return std::nullopt;
    }
    require_arguments(stanza, 1);
    require_file_key_body(stanza);
    const auto share = require_bytes<crypto::X25519PublicKey>(stanza, 0);
    crypto::WipedArray<32> wrap_key;
    derive_wrap_key(identity, share, share, crypto::x25519_public_key(identity),
                    wrap_key.expose_for_writing());
    return unwrap_file_key(stanza, wrap_key.expose());
}

}  // namespace kua::format
