#include "vault/crypto/aead.h"

#include <sodium.h>

#include "vault/base/check.h"
#include "vault/crypto/init.h"
#include "vault/crypto/octets.h"

namespace kua::crypto {

static_assert(kAeadKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(kAeadNonceBytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kAeadTagBytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);

AssociatedData::AssociatedData(base::ByteView bytes) : bytes_(bytes) {
    KUA_CHECK(!bytes.empty());
}

base::Bytes seal(AeadKey key, AeadNonce nonce, AssociatedData associated_data,
                 base::ByteView plaintext) {
    ensure_ready();
    base::Bytes sealed(plaintext.size() + kAeadTagBytes);
    KUA_CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(
                  octets(sealed), /*clen_p=*/nullptr, octets(plaintext), plaintext.size(),
                  octets(associated_data.bytes()), associated_data.bytes().size(),
                  /*nsec=*/nullptr, octets(nonce), octets(key)) == 0);
    return sealed;
}

std::optional<SecretBytes> open(AeadKey key, AeadNonce nonce, AssociatedData associated_data,
                                base::ByteView sealed) {
    ensure_ready();
    if (sealed.size() < kAeadTagBytes) {
        return std::nullopt;
    }
    SecretBytes plaintext{sealed.size() - kAeadTagBytes};
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            octets(plaintext.expose_for_writing()), /*mlen_p=*/nullptr, /*nsec=*/nullptr,
            octets(sealed), sealed.size(), octets(associated_data.bytes()),
            associated_data.bytes().size(), octets(nonce), octets(key)) != 0) {
        return std::nullopt;
    }
    return plaintext;
}

}  // namespace kua::crypto
