#include "vault/format/age_stanza_scrypt.h"

#include <array>

#include "kua/error.h"
#include "vault/base/base64.h"
#include "vault/base/parse.h"
#include "vault/format/age_stanza.h"

namespace kua::format {
namespace {

using Salt = std::array<std::byte, 16>;

crypto::ScryptKey derive_wrap_key(const crypto::SecretBytes& passphrase, const Salt& salt,
                                  std::uint32_t log_n) {
    base::Bytes prefixed = base::copy_of(base::bytes_of("age-encryption.org/v1/scrypt"));
    base::append(prefixed, salt);
    return crypto::derive_scrypt_key(passphrase, prefixed, log_n);
}

}  // namespace

AgeStanza wrap_scrypt(const crypto::FileKey& file_key, const crypto::SecretBytes& passphrase,
                      std::uint32_t log_n, base::Random& random) {
    Salt salt{};
    random.fill(salt);
    const crypto::ScryptKey wrap_key = derive_wrap_key(passphrase, salt, log_n);
    return {std::string(kAgeScryptType),
            {base::encode_base64(salt, base::Base64::kUnpadded), std::to_string(log_n)},
            wrap_file_key(file_key, wrap_key.expose())};
}

std::optional<crypto::FileKey> unwrap_scrypt(const AgeStanza& stanza,
                                             const crypto::SecretBytes& passphrase) {
    if (stanza.type != kAgeScryptType) {
        return std::nullopt;
    }
    require_arguments(stanza, 2);
    require_file_key_body(stanza);
    const auto salt = require_bytes<Salt>(stanza, 0);
    const auto log_n = base::parse_unsigned(stanza.arguments[1], crypto::kScryptMaxLogN);
    if (!log_n || *log_n == 0) {
        throw Error{ErrorCode::kDamaged, "a scrypt work factor that is malformed or too high"};
    }
    const crypto::ScryptKey wrap_key =
        derive_wrap_key(passphrase, salt, static_cast<std::uint32_t>(*log_n));
    return unwrap_file_key(stanza, wrap_key.expose());
}

}  // namespace kua::format
