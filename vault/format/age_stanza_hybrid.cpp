#include "vault/format/age_stanza_hybrid.h"

#include "vault/base/base64.h"
#include "vault/crypto/hpke.h"
#include "vault/format/age_stanza.h"

namespace kua::format {
namespace {

constexpr std::string_view kHybridInfo = "age-encryption.org/mlkem768x25519";

}  // namespace

AgeStanza wrap_hybrid(const crypto::FileKey& file_key, const crypto::XWingPublicKey& recipient,
                      base::Random& random) {
    crypto::HpkeSealed sealed =
        crypto::hpke_seal(recipient, base::bytes_of(kHybridInfo),
                          /*associated_data=*/{}, file_key.expose(), random);
    return {std::string(kAgeHybridType),
            {base::encode_base64(sealed.encapsulation, base::Base64::kUnpadded)},
            std::move(sealed.ciphertext)};
}

std::optional<crypto::FileKey> unwrap_hybrid(const AgeStanza& stanza,
                                             const crypto::XWingSecretKey& identity) {
    if (stanza.type != kAgeHybridType) {
        return std::nullopt;
    }
    require_arguments(stanza, 1);
    require_file_key_body(stanza);
    const auto encapsulation = require_bytes<crypto::XWingEncapsulation>(stanza, 0);
    return file_key_of(crypto::hpke_open(identity, encapsulation, base::bytes_of(kHybridInfo),
                                         /*associated_data=*/{}, stanza.body));
}

}  // namespace kua::format
