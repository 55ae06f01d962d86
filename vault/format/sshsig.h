// Signatures that `ssh-keygen -Y verify` checks: SSHSIG with Ed25519 keys and SHA-512, in text
// armor; and the two lines that go with them, a public key and an entry of `allowed_signers`.
// ssh-keygen accepts more than kua does: other keys and hashes, a reserved field with content,
// text behind the armor, unstrict Ed25519. What kua accepts, ssh-keygen accepts too.
// A signature holds no time and no case: the signed text itself has to name those.
// Source: OpenSSH PROTOCOL.sshsig; ssh-keygen(1), ALLOWED SIGNERS; RFC 4253, section 6.6; RFC 8709.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vault/base/bytes.h"
#include "vault/crypto/ed25519.h"

namespace kua::format {

// All that kua ever signs, one namespace for each kind of text, so that no signature can be passed
// off as one over another kind. Nothing is signed without one of these. The names, not the
// numbers, reach disk; names are never changed or reused.
enum class SignatureNamespace : std::uint8_t {
    kCheckpoint,  // "kua-checkpoint-v1": the text of checkpoint.h
    kBundle,      // "kua-bundle-v1": a bundle's manifest
    kCard,        // "kua-card-v1": an identity card
    kGrant,       // "kua-grant-v1": what brings a member into a case
};
std::string_view name_of(SignatureNamespace sig_namespace);

// The armored signature over `message`, ending with LF; the same bytes that ssh-keygen writes.
std::string sign(const crypto::Ed25519Signer& signer, SignatureNamespace sig_namespace,
                 base::ByteView message);

// Whether `armored` is exactly one signature over `message` by `public_key` under that namespace,
// in the one spelling there is. Everything else is false: another key, namespace or hash, text
// before or after the armor, CR, lines of another length, a signature that only lax verifiers
// accept.
[[nodiscard]] bool is_signed_by(const crypto::Ed25519PublicKey& public_key,
                                SignatureNamespace sig_namespace, base::ByteView message,
                                std::string_view armored);

// "ssh-ed25519 AAAA...", without comment and LF.
std::string encode_public_key_line(const crypto::Ed25519PublicKey& public_key);
// Nothing for anything but such a line: other key types, options, a comment, white space. Whether
// the key is a point that could verify anything is not checked (crypto::is_valid_public_key).
std::optional<crypto::Ed25519PublicKey> parse_public_key_line(std::string_view line);

// The principal that stands for a card: "k-<fingerprint>@kua.invalid". `fingerprint`: 64
// lower-case hexadecimal digits, else kBug, as anything like '*' would stand for everybody.
std::string signer_principal(std::string_view fingerprint);

// One line of `allowed_signers`, with LF, for what a card may sign. `sig_namespaces` must not be
// empty (kBug): without the option ssh-keygen takes every namespace.
std::string allowed_signers_line(std::string_view fingerprint,
                                 std::span<const SignatureNamespace> sig_namespaces,
                                 const crypto::Ed25519PublicKey& public_key);

}  // namespace kua::format
