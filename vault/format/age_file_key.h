// From recipients to an age header and back to the file key: the part of age that needs a key. The
// payload (age_stream.h) needs the file key alone, so both can be stored apart.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "vault/base/bytes.h"
#include "vault/base/random.h"
#include "vault/crypto/key.h"
#include "vault/crypto/secret_bytes.h"
#include "vault/format/age_keys.h"

namespace kua::format {

// The header of an age file for all of `recipients`. All are of one kind: a classic stanza would
// undo what the post-quantum one protects, so a mix is kRefused. At least one; as many as fit
// (age_header.h), else kBug. `file_key` must be fresh: one file key, one file.
base::Bytes seal_age_header(const crypto::FileKey& file_key,
                            std::span<const AgeRecipient> recipients, base::Random& random);
base::Bytes seal_age_header(const crypto::FileKey& file_key, const AgeRecipient& recipient,
                            base::Random& random);
// For a passphrase, alone as age demands. Costs: age_stanza_scrypt.h.
base::Bytes seal_age_header(const crypto::FileKey& file_key, const crypto::SecretBytes& passphrase,
                            std::uint32_t log_n, base::Random& random);

// What may open a file; any one of all suffices. Refers, owns nothing.
struct AgeUnlock {
    std::span<const AgeIdentity> identities;
    std::span<const crypto::SecretBytes> passphrases;
};

enum class AgeStanzas : std::uint8_t {
    kAny,  // files of others: several recipients, also of types that we don't know
    kOne,  // objects, bundles, grants: a second recipient would be somebody unknown; kDamaged
};

enum class AgeFailure : std::uint8_t {
    kNone,
    kNoMatch,    // well formed as far as looked at, but for somebody else
    kMalformed,  // the header, or a stanza of a type that we tried to open
    kAltered,    // a stanza opened, but the MAC is not that of this header
};

struct AgeOpening {
    std::optional<crypto::FileKey> file_key;  // if and only if `failure` is kNone
    AgeFailure failure = AgeFailure::kNone;
    std::string reason;  // empty if `failure` is kNone
};

// Asks whether `header`, all of an age header and nothing more, opens. The MAC has been checked
// where there is a file key. A scrypt stanza beside any other is malformed. Throws kFailed only.
[[nodiscard]] AgeOpening try_open_age_header(base::ByteView header, const AgeUnlock& unlock,
                                             AgeStanzas stanzas);

// The same as a promise: throws kWrongKey for kNoMatch and kDamaged for the other failures.
crypto::FileKey open_age_header(base::ByteView header, const AgeUnlock& unlock, AgeStanzas stanzas);
crypto::FileKey open_age_header(base::ByteView header, const AgeIdentity& identity,
                                AgeStanzas stanzas);

}  // namespace kua::format
