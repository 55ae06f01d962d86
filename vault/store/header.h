// kua.vault: the header that says how a passphrase becomes the vault key. Two identical copies of
// 4096 bytes; docs/formats: Header gives every byte. This file knows bytes and copies;
// key_slots.h knows keys.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "vault/base/environment.h"
#include "vault/crypto/argon2.h"
#include "vault/crypto/keys.h"

namespace kua::store {

namespace fs = std::filesystem;

inline constexpr std::string_view kHeaderName = "kua.vault";
inline constexpr std::string_view kNewHeaderName = "kua.vault.new";  // while a vault is being made
inline constexpr std::size_t kHeaderCopyBytes = 4096;
inline constexpr std::size_t kHeaderCopies = 2;
inline constexpr std::size_t kSlotCount = 8;
inline constexpr std::size_t kSlotBytes = 128;

using VaultId = std::array<std::byte, 16>;
using SlotBytes = std::array<std::byte, kSlotBytes>;
using HeaderCopy = std::array<std::byte, kHeaderCopyBytes>;
// The sealed slot directory: nonce 24, ciphertext 8 * 32, tag 16.
inline constexpr std::size_t kDirectoryEntryBytes = 32;
inline constexpr std::size_t kDirectoryBytes = 24 + kSlotCount * kDirectoryEntryBytes + 16;

struct Header {
    std::uint64_t generation = 0;  // rises by 1 with every write
    VaultId vault_id{};
    crypto::Argon2Cost cost;  // one for all slots, so that a passphrase costs one Argon2id run
    std::array<std::byte, crypto::kArgon2SaltBytes> salt{};  // likewise
    std::array<SlotBytes, kSlotCount> slots{};               // used or random, which looks alike
    std::array<std::byte, kDirectoryBytes> directory{};
};

// The bytes of one copy: random fill, checksum and MAC included.
HeaderCopy encode_header(const Header& header, const crypto::HeaderMacKey& mac_key,
                         base::Random& random);

// Everything up to the slots but the generation: what a slot is bound to, besides its place.
base::Bytes slot_context(const Header& header);
// Everything before the slot directory.
base::Bytes directory_context(const Header& header);

enum class CopyState : std::uint8_t {
    kGood,
    kOlder,    // intact, but the other one is newer: a write was interrupted
    kDamaged,  // wrong checksum, wrong MAC, or not there
};
using CopyStates = std::array<CopyState, kHeaderCopies>;

// What a file held before any key is known: the checksum is right, the MAC still unchecked.
struct HeaderReading {
    std::array<std::optional<Header>, kHeaderCopies> headers;  // nothing where damaged
    std::array<HeaderCopy, kHeaderCopies> bytes{};
    CopyStates states{};
    bool surplus = false;  // bytes after the second copy
    // Copies to try, the newest first.
    std::vector<std::size_t> candidates() const;
};

// Parses what a header file holds. Throws kNotVault if it is something else, kNewerFormat for
// another format or unknown flags, kDamaged if no copy is intact. Costs over the caps make a copy
// damaged.
HeaderReading parse_header_file(base::ByteView file);

// Reads DIR/kua.vault. kNotVault if there is none; says so if one was being made, and what to do
// where only the header is missing.
HeaderReading read_header(base::FileSystem& files, const fs::path& dir);

[[nodiscard]] bool is_authentic(const HeaderCopy& copy, const crypto::HeaderMacKey& mac_key);

// Writes one copy, waits until it is durable, then the other; then reads both back. The first one
// written is that which isn't kGood in `states` (MACs checked), else the second: so a cut at any
// moment leaves a whole copy that is no older than the good one was. `states` follows what is done,
// also where that fails. kStorage if the copies are not what was written.
void write_header_copies(base::File& file, const HeaderCopy& copy, CopyStates& states);

}  // namespace kua::store
