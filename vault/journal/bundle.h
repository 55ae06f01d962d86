// Bundles: consecutive entries of one journal with their signed checkpoint, sealed to the case. A
// bundle is an age file of a tar archive, so it opens and verifies with age, tar and ssh-keygen.
// Source: docs/formats.md, "Bundle".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vault/base/random.h"
#include "vault/crypto/ed25519.h"
#include "vault/format/age_keys.h"
#include "vault/format/checkpoint.h"
#include "vault/journal/entry.h"
#include "vault/journal/manifest.h"

namespace kua::journal {

// Caps on what is read from others.
constexpr std::size_t kMaxBundleBytes = std::size_t{512} << 20;

// What the archive holds; the texts are kept as the bytes that were signed.
struct BundleContent {
    std::string checkpoint;
    std::string checkpoint_signature;
    std::string manifest;
    std::string manifest_signature;
    std::string entries;      // lines, each ended by a line feed
    std::string disclosures;  // one JSON object a line: {"seq":N,"disclosures":[...]}
};

// A bundle whose archive, signatures, lines and digests have all been checked.
struct VerifiedBundle {
    BundleContent content;
    Manifest manifest;
    format::Checkpoint checkpoint;
    std::vector<Entry> entries;
};

ContentDigest content_digest_of(const BundleContent& content);

std::string write_lines(const std::vector<Entry>& entries);
std::string write_disclosures(const std::vector<Entry>& entries);

// The archive, padded to a Padmé size, sealed to one recipient. kFailed if it would be larger than
// anybody reads.
base::Bytes seal_bundle(const BundleContent& content, const format::AgeRecipient& recipient,
                        base::Random& random);

// The way back, checking the grammar of age and tar only. kWrongKey if it is sealed to none of
// `identities`, kDamaged.
BundleContent open_bundle(base::ByteView sealed, std::span<const format::AgeIdentity> identities);
BundleContent open_bundle(base::ByteView sealed, const format::AgeIdentity& identity);

// Checks all that can be checked with the author's key alone: both signatures, that checkpoint and
// manifest speak of the same case, author and entries, lines and disclosures. Whether the bundle
// continues the log is the caller's question. Throws kDamaged; the message says which check failed.
VerifiedBundle verify_bundle(BundleContent content, const crypto::Ed25519PublicKey& author_key);

// Whether the two signatures of a bundle hold, told apart from all other damage.
[[nodiscard]] bool has_good_signatures(const BundleContent& content,
                                       const crypto::Ed25519PublicKey& author_key);

}  // namespace kua::journal
