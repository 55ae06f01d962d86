// The key tree below the vault key and below an identity root: HKDF-SHA256 with an empty salt and
// the info "kua/v1/<purpose>". These texts reach disk through what they encrypt: never change or
// reuse one. docs/formats: Keys.
#pragma once

#include <cstdint>

#include "vault/crypto/key.h"

namespace kua::crypto {

HeaderMacKey derive_header_mac_key(const VaultKey& vault_key);              // header-mac
HeaderDirectoryKey derive_header_directory_key(const VaultKey& vault_key);  // header-directory
CatalogKey derive_catalog_key(const VaultKey& vault_key);                   // catalog
// objects/<six digits>; `segment` counts from 1 to 999,999 (else kBug).
SegmentKey derive_segment_key(const VaultKey& vault_key, std::uint32_t segment);

SigningSeed derive_signing_seed(const IdentityRoot& identity_root);  // identity/signing
XWingSeed derive_age_seed(const IdentityRoot& identity_root);        // identity/age
OwnInboxSecret derive_own_inbox(const IdentityRoot& identity_root);  // identity/own-inbox

}  // namespace kua::crypto
