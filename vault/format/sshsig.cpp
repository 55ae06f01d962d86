#include "vault/format/sshsig.h"

#include <algorithm>

#include "vault/base/base64.h"
#include "vault/base/check.h"
#include "vault/base/parse.h"
#include "vault/crypto/sha256.h"
#include "vault/format/checkpoint.h"

namespace kua::format {
namespace {

constexpr std::string_view kSignatureMagic = "SSHSIG";
constexpr std::string_view kKeyType = "ssh-ed25519";
constexpr std::string_view kHashName = "sha512";
constexpr std::string_view kSignatureBegin = "-----BEGIN SSH SIGNATURE-----\n";
constexpr std::string_view kSignatureEnd = "-----END SSH SIGNATURE-----\n";
constexpr std::size_t kSignatureColumns = 70;
constexpr std::size_t kKeyBytes = std::tuple_size_v<crypto::Ed25519PublicKey>;
constexpr std::size_t kSignatureBytes = std::tuple_size_v<crypto::Ed25519Signature>;

// Longer than any armored signature of ours; caps what is looked at.
constexpr std::size_t kMaxArmorBytes = 1024;

void append_uint32(base::Bytes& to, std::size_t value) {
    for (const int shift : {24, 16, 8, 0}) {
        to.push_back(static_cast<std::byte>(value >> shift & 0xff));
    }
}

// A `string` of RFC 4251, section 5.
void append_string(base::Bytes& to, base::ByteView bytes) {
    append_uint32(to, bytes.size());
    base::append(to, bytes);
}

void append_string(base::Bytes& to, std::string_view text) {
    append_string(to, base::bytes_of(text));
}

base::Bytes public_key_blob(const crypto::Ed25519PublicKey& public_key) {
    base::Bytes blob;
    append_string(blob, kKeyType);
    append_string(blob, public_key);
    return blob;
}

// What Ed25519 signs: never the message itself, always its hash under a namespace.
base::Bytes signed_data(SignatureNamespace sig_namespace, base::ByteView message) {
    base::Bytes data = base::copy_of(base::bytes_of(kSignatureMagic));
    append_string(data, name_of(sig_namespace));
    append_string(data, "");  // reserved
    append_string(data, kHashName);
    append_string(data, crypto::sha512(message));
    return data;
}

base::Bytes signature_blob(const crypto::Ed25519PublicKey& public_key,
                           SignatureNamespace sig_namespace,
                           const crypto::Ed25519Signature& signature) {
    base::Bytes inner;
    append_string(inner, kKeyType);
    append_string(inner, signature);
    base::Bytes blob = base::copy_of(base::bytes_of(kSignatureMagic));
    append_uint32(blob, 1);  // version
    append_string(blob, public_key_blob(public_key));
    append_string(blob, name_of(sig_namespace));
    append_string(blob, "");  // reserved
    append_string(blob, kHashName);
    append_string(blob, inner);
    return blob;
}

std::string armor(base::ByteView blob) {
    const std::string text = base::encode_base64(blob, base::Base64::kPadded);
    std::string armored{kSignatureBegin};
    for (std::size_t i = 0; i < text.size(); i += kSignatureColumns) {
        armored += text.substr(i, kSignatureColumns) + "\n";
    }
    return armored += kSignatureEnd;
}

// The last kSignatureBytes of the blob, if there is armor around base64. Nothing else is taken from
// `armored`: the caller builds the armor that belongs to this signature and compares the two.
std::optional<crypto::Ed25519Signature> claimed_signature(std::string_view armored) {
    if (armored.size() > kMaxArmorBytes || !armored.starts_with(kSignatureBegin) ||
        !armored.ends_with(kSignatureEnd) ||
        armored.size() < kSignatureBegin.size() + kSignatureEnd.size()) {
        return std::nullopt;
    }
    armored.remove_prefix(kSignatureBegin.size());
    armored.remove_suffix(kSignatureEnd.size());
    std::string text{armored};
    std::erase(text, '\n');
    const std::optional<base::Bytes> blob = base::decode_base64(text, base::Base64::kPadded);
    if (!blob || blob->size() < kSignatureBytes) {
        return std::nullopt;
    }
    crypto::Ed25519Signature signature;
    std::ranges::copy(base::ByteView{*blob}.last(kSignatureBytes), signature.begin());
    return signature;
}

}  // namespace

std::string_view name_of(SignatureNamespace sig_namespace) {
    switch (sig_namespace) {
        case SignatureNamespace::kCheckpoint:
            return "kua-checkpoint-v1";
        case SignatureNamespace::kBundle:
            return "kua-bundle-v1";
        case SignatureNamespace::kCard:
            return "kua-card-v1";
        case SignatureNamespace::kGrant:
            return "kua-grant-v1";
    }
    base::check_failed("a known namespace", __FILE__, __LINE__);
}

std::string sign(const crypto::Ed25519Signer& signer, SignatureNamespace sig_namespace,
                 base::ByteView message) {
    const crypto::Ed25519Signature signature = signer.sign(signed_data(sig_namespace, message));
    return armor(signature_blob(signer.public_key(), sig_namespace, signature));
}

bool is_signed_by(const crypto::Ed25519PublicKey& public_key, SignatureNamespace sig_namespace,
                  base::ByteView message, std::string_view armored) {
    const std::optional<crypto::Ed25519Signature> signature = claimed_signature(armored);
    return signature && armored == armor(signature_blob(public_key, sig_namespace, *signature)) &&
           crypto::is_valid_signature(public_key, signed_data(sig_namespace, message), *signature);
}

std::string encode_public_key_line(const crypto::Ed25519PublicKey& public_key) {
    return std::string{kKeyType} + " " +
           base::encode_base64(public_key_blob(public_key), base::Base64::kPadded);
}

std::optional<crypto::Ed25519PublicKey> parse_public_key_line(std::string_view line) {
    if (line.size() > kMaxArmorBytes || line.size() <= kKeyType.size()) {
        return std::nullopt;
    }
    const std::optional<base::Bytes> blob =
        base::decode_base64(line.substr(kKeyType.size() + 1), base::Base64::kPadded);
    if (!blob || blob->size() < kKeyBytes) {
        return std::nullopt;
    }
    crypto::Ed25519PublicKey public_key;
    std::ranges::copy(base::ByteView{*blob}.last(kKeyBytes), public_key.begin());
    return line == encode_public_key_line(public_key) ? std::optional{public_key} : std::nullopt;
}

std::string signer_principal(std::string_view fingerprint) {
    KUA_CHECK(fingerprint.size() == kFingerprintDigits &&
              std::ranges::all_of(fingerprint, [](char c) {
                  return base::is_ascii_digit(c) || (c >= 'a' && c <= 'f');
              }));
    return "k-" + std::string{fingerprint} + "@kua.invalid";
}

std::string allowed_signers_line(std::string_view fingerprint,
                                 std::span<const SignatureNamespace> sig_namespaces,
                                 const crypto::Ed25519PublicKey& public_key) {
    KUA_CHECK(!sig_namespaces.empty());
    std::string names;
    for (const SignatureNamespace sig_namespace : sig_namespaces) {
        names += (names.empty() ? "" : ",") + std::string{name_of(sig_namespace)};
    }
    return signer_principal(fingerprint) + " namespaces=\"" + names + "\" " +
           encode_public_key_line(public_key) + "\n";
}

}  // namespace kua::format
