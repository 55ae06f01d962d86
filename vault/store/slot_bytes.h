// What the header's slots and their directory hold, byte by byte. docs/formats: Header.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "vault/store/header.h"

namespace kua::store {

enum class SlotKind : std::uint8_t { kPassphrase = 1, kRecovery = 2 };  // reaches disk

inline constexpr std::size_t kMaxSlotLabelBytes = 24;

struct OpenedSlot {
    crypto::VaultKey vault_key;
    unsigned slot = 0;
};

// The vault key, if one of the slots is of this passphrase.
std::optional<OpenedSlot> find_slot(const Header& header, const crypto::PassphraseKey& key);

// Puts the vault key into a slot, under a fresh nonce.
void seal_slot(Header& header, unsigned slot, const crypto::PassphraseKey& key, SlotKind kind,
               const crypto::VaultKey& vault_key, base::Random& random);

// What an open vault knows about a slot; without the vault key used and unused ones look alike.
struct SlotEntry {
    bool used = false;
    SlotKind kind = SlotKind::kPassphrase;
    std::string label = {};  // UTF-8, at most kMaxSlotLabelBytes
};
using SlotDirectory = std::array<SlotEntry, kSlotCount>;

// Must come after every other change of `header`, to which the directory is bound.
void seal_directory(Header& header, const SlotDirectory& directory,
                    const crypto::VaultKey& vault_key, base::Random& random);
// Of a header whose MAC was checked. kDamaged, kNewerFormat.
SlotDirectory open_directory(const Header& header, const crypto::VaultKey& vault_key);

}  // namespace kua::store
