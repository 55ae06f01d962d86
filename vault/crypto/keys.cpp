#include "vault/crypto/keys.h"

#include <string>
#include <string_view>

#include "vault/base/check.h"
#include "vault/crypto/hkdf.h"

namespace kua::crypto {
namespace {

template <class Derived, class Root>
Derived derive(const Root& root, std::string_view purpose) {
    const std::string info = "kua/v1/" + std::string(purpose);
    return Derived::made_by([&](std::span<std::byte, Derived::kSizeBytes> out) {
        hkdf_sha256(root.expose(), /*salt=*/{}, base::bytes_of(info), out);
    });
}

}  // namespace

HeaderMacKey derive_header_mac_key(const VaultKey& vault_key) {
    return derive<HeaderMacKey>(vault_key, "header-mac");
}

HeaderDirectoryKey derive_header_directory_key(const VaultKey& vault_key) {
    return derive<HeaderDirectoryKey>(vault_key, "header-directory");
}

CatalogKey derive_catalog_key(const VaultKey& vault_key) {
    return derive<CatalogKey>(vault_key, "catalog");
}

SegmentKey derive_segment_key(const VaultKey& vault_key, std::uint32_t segment) {
    KUA_CHECK(segment >= 1 && segment <= 999'999);
    const std::string digits = std::to_string(segment);
    return derive<SegmentKey>(vault_key, "objects/" + std::string(6 - digits.size(), '0') + digits);
}

SigningSeed derive_signing_seed(const IdentityRoot& identity_root) {
    return derive<SigningSeed>(identity_root, "identity/signing");
}

XWingSeed derive_age_seed(const IdentityRoot& identity_root) {
    return derive<XWingSeed>(identity_root, "identity/age");
}

OwnInboxSecret derive_own_inbox(const IdentityRoot& identity_root) {
    return derive<OwnInboxSecret>(identity_root, "identity/own-inbox");
}

}  // namespace kua::crypto
