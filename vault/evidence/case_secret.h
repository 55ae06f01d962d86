// The file that holds the secret half of a sealed case: an age file around an age identity file.
#pragma once

#include <optional>
#include <vector>

#include "vault/base/filesystem.h"
#include "vault/base/random.h"
#include "vault/crypto/secret_bytes.h"
#include "vault/evidence/cases.h"

namespace kua::evidence {

// To whom the case identity is written out: exactly one of the two.
struct SecretRecipient {
    std::optional<format::AgeRecipient> recipient;
    const crypto::SecretBytes* passphrase = nullptr;
};

// What opens the file: exactly one of them.
struct SecretOpener {
    std::optional<base::fs::path> identity_file;
    const crypto::SecretBytes* passphrase = nullptr;
    const format::AgeIdentity* own = nullptr;  // this vault's
};

// What is to be in the file.
base::Bytes seal_case_secret(const CaseKeys& keys, const SecretRecipient& to, base::Random& random);

// Whether the file opens with a passphrase, and not with an identity. kNoFile, kFailed.
[[nodiscard]] bool wants_passphrase(base::FileSystem& files, const base::fs::path& path);

// The identities in the file, at least one. Every message names the file it is about. kNoFile if a
// file isn't there, kFailed if it is something else than it should be, kWrongKey if `opener`
// doesn't open it, kFileDamaged if it begins as it should and then doesn't authenticate.
std::vector<format::AgeIdentity> open_case_secret(base::FileSystem& files,
                                                  const base::fs::path& path,
                                                  const SecretOpener& opener);

}  // namespace kua::evidence
