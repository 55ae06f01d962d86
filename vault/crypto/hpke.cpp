#include "vault/crypto/hpke.h"

#include <initializer_list>
#include <string_view>

#include "kua/error.h"
#include "vault/crypto/hkdf.h"
#include "vault/crypto/wiped.h"

namespace kua::crypto {
namespace {

using base::bytes_of;

constexpr std::string_view kVersion = "HPKE-v1";
// "HPKE" || KEM 0x647a || KDF 0x0001 || AEAD 0x0003 (RFC 9180, 5.1)
constexpr std::string_view kSuiteId{"HPKE\x64\x7a\x00\x01\x00\x03", 10};
constexpr std::byte kModeBase{0x00};

base::Bytes joined(std::initializer_list<base::ByteView> parts) {
    base::Bytes all;
    for (const base::ByteView part : parts) {
        base::append(all, part);
    }
    return all;
}

// RFC 9180, 4. The input key material is public or empty in base mode; the shared secret comes in
// as the salt (5.1, KeySchedule).
void labeled_extract(base::ByteView salt, std::string_view label, base::ByteView ikm,
                     std::span<std::byte, kHkdfKeyBytes> out) {
    hkdf_extract(salt, joined({bytes_of(kVersion), bytes_of(kSuiteId), bytes_of(label), ikm}), out);
}

void labeled_expand(std::span<const std::byte, kHkdfKeyBytes> key, std::string_view label,
                    base::ByteView info, base::MutableByteView out) {
    const std::array<std::byte, 2> length{std::byte{0}, static_cast<std::byte>(out.size())};
    hkdf_expand(
        key, joined({length, bytes_of(kVersion), bytes_of(kSuiteId), bytes_of(label), info}), out);
}

}  // namespace

HpkeContext hpke_context(const XWingSharedSecret& shared_secret, base::ByteView info) {
    std::array<std::byte, kHkdfKeyBytes> psk_id_hash{};
    std::array<std::byte, kHkdfKeyBytes> info_hash{};
    labeled_extract({}, "psk_id_hash", {}, psk_id_hash);
    labeled_extract({}, "info_hash", info, info_hash);
    const base::Bytes schedule = joined({std::span{&kModeBase, 1}, psk_id_hash, info_hash});

    WipedArray<kHkdfKeyBytes> secret;
    labeled_extract(shared_secret.expose(), "secret", {}, secret.expose_for_writing());
    HpkeContext context{
        Key<HpkeKeyRole, kChaChaKeyBytes>::made_by([&](std::span<std::byte, kChaChaKeyBytes> out) {
            labeled_expand(secret.expose(), "key", schedule, out);
        }),
        {}};
    labeled_expand(secret.expose(), "base_nonce", schedule, context.base_nonce);
    return context;
}

HpkeSealed hpke_seal(const XWingPublicKey& recipient, base::ByteView info,
                     base::ByteView associated_data, base::ByteView plaintext,
                     base::Random& random) {
    const XWingSent sent = xwing_encapsulate(recipient, random);
    const HpkeContext context = hpke_context(sent.shared_secret, info);
    return {sent.encapsulation, chacha20poly1305_seal(context.key.expose(), context.base_nonce,
                                                      associated_data, plaintext)};
}

std::optional<SecretBytes> hpke_open(const XWingSecretKey& key,
                                     const XWingEncapsulation& encapsulation, base::ByteView info,
                                     base::ByteView associated_data, base::ByteView ciphertext) {
    const std::optional<XWingSharedSecret> shared_secret = key.decapsulate(encapsulation);
    if (!shared_secret) {
        throw Error{ErrorCode::kDamaged, "an encapsulated key of low order"};
    }
    const HpkeContext context = hpke_context(*shared_secret, info);
    return chacha20poly1305_open(context.key.expose(), context.base_nonce, associated_data,
                                 ciphertext);
}

}  // namespace kua::crypto
