// Files that hold the secret half of a sealed case, or of its identity compartment: an age file
// around an age identity file.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vault/base/filesystem.h"
#include "vault/base/random.h"
#include "vault/crypto/secret_bytes.h"
#include "vault/evidence/cases.h"

namespace kua::evidence {

// What is to be in such a file.
struct SecretContent {
    std::string_view title;  // "case key", for who reads it
    std::string case_id;
    std::string recipient;  // that the first identity opens
    std::span<const format::AgeIdentity> identities;
};

// To whom it is written out: exactly one of the two.
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

SecretContent case_secret(const CaseKeys& keys);

// The bytes of the file.
base::Bytes seal_secret(const SecretContent& content, const SecretRecipient& to,
                        base::Random& random);

// Whether the file opens with a passphrase, and not with an identity. kNoFile, kFailed.
[[nodiscard]] bool wants_passphrase(base::FileSystem& files, const base::fs::path& path);

// The identities in the file, at least one. Every message names the file it is about. kNoFile if a
// file isn't there, kFailed if it is something else than it should be, kWrongKey if `opener`
// doesn't open it, kFileDamaged if it begins as it should and then doesn't authenticate.
std::vector<format::AgeIdentity> open_secret(base::FileSystem& files, const base::fs::path& path,
                                             const SecretOpener& opener);

}  // namespace kua::evidence
