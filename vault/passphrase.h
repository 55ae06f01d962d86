// Between the public passphrase type and the layers below, which know SecretBytes.
#pragma once

#include "kua/passphrase.h"
#include "vault/base/random.h"
#include "vault/crypto/secret_bytes.h"

namespace kua {

crypto::SecretBytes secret_of(const Passphrase& passphrase);

// As Passphrase::generate(), from the given randomness.
Passphrase generate_passphrase(base::Random& random);

}  // namespace kua
