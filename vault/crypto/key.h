// Keys as types: one per role, so that a key made for one purpose can't be handed to another.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iosfwd>
#include <span>

#include "vault/base/bytes.h"
#include "vault/base/check.h"
#include "vault/base/random.h"
#include "vault/crypto/secret_bytes.h"

namespace kua::crypto {

// A secret of fixed size for one purpose. Move-only, wiped, unprintable; expose() is the one way
// out, so `git grep 'expose()'` lists every use. May be read from many threads.
template <class Role, std::size_t SizeBytes = 32>
class Key {
public:
    static constexpr std::size_t kSizeBytes = SizeBytes;

    static Key generate(base::Random& random) {
        return made_by([&](std::span<std::byte, SizeBytes> out) { random.fill(out); });
    }

    // The source stays as it is; wiping it is its owner's duty.
    static Key copy_of(std::span<const std::byte, SizeBytes> bytes) {
        Key key;
        std::copy(bytes.begin(), bytes.end(), key.bytes_.expose_for_writing().begin());
        return key;
    }

    // Calls `fill` with the bytes of the new key, zero at first; they never lie anywhere else.
    // If `fill` throws there is no key.
    template <class Fill>
    static Key made_by(Fill&& fill) {
        Key key;
        fill(key.bytes_.expose_for_writing().template first<SizeBytes>());
        return key;
    }

    Key(Key&&) noexcept = default;
    Key& operator=(Key&&) noexcept = default;  // wipes what it replaces
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;
    ~Key() = default;

    // Valid while the key lives. A key that was moved from has no bytes: using it is kBug.
    std::span<const std::byte, SizeBytes> expose() const {
        KUA_CHECK(bytes_.size() == SizeBytes);
        return bytes_.expose().template first<SizeBytes>();
    }

    bool operator==(const Key&) const = delete;
    friend std::ostream& operator<<(std::ostream&, const Key&) = delete;

private:
    Key() : bytes_(SizeBytes) {}

    SecretBytes bytes_;
};

using VaultKey = Key<struct VaultKeyRole>;          // in every slot; all below derive from it
using CatalogKey = Key<struct CatalogKeyRole>;      // raw SQLCipher key of catalog.db
using SegmentKey = Key<struct SegmentKeyRole>;      // raw SQLCipher key of one segment
using HeaderMacKey = Key<struct HeaderMacKeyRole>;  // authenticates kua.vault
using HeaderDirectoryKey = Key<struct HeaderDirectoryKeyRole>;  // encrypts the slot directory
using KeyEncryptionKey = Key<struct KeyEncryptionKeyRole>;      // from a passphrase or shares
using IdentityRoot = Key<struct IdentityRootRole>;  // one person on one device; below it:
using SigningSeed = Key<struct SigningSeedRole>;    // Ed25519 private key, RFC 8032
using XWingSeed = Key<struct XWingSeedRole>;        // X-Wing decapsulation key, post-quantum
using X25519Secret = Key<struct X25519SecretRole>;  // X25519 private key, RFC 7748
using CaseIdentity = Key<struct CaseIdentityRole>;  // a case's secret half, of either kind above
using OwnInboxSecret = Key<struct OwnInboxSecretRole>;  // names where a vault leaves for itself
using ChannelSecret = Key<struct ChannelSecretRole>;    // names a case's refs on remotes
using FileKey = Key<struct FileKeyRole, 16>;            // one age file

}  // namespace kua::crypto
