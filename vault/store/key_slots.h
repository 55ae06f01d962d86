// The slots of the header: which passphrases open the vault.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vault/crypto/secret_bytes.h"
#include "vault/store/header.h"
#include "vault/store/slot_bytes.h"

namespace kua::store {

struct SlotInfo {
    unsigned slot = 0;  // 0 to 7
    SlotKind kind = SlotKind::kPassphrase;
    std::string label;  // UTF-8, at most kMaxSlotLabelBytes
};

// A passphrase that is to become a slot.
struct NewSlot {
    const crypto::SecretBytes& passphrase;
    SlotKind kind = SlotKind::kPassphrase;
    std::string label = {};  // at most kMaxSlotLabelBytes of UTF-8, else kUsage
};

// An unlocked header. Every change is durable in both copies, and read back, when the call
// returns; interrupted, it leaves the header as it was or as it should be. Changes need the
// vault's writer lock, which is the caller's business. After an Error that a write caused
// (kStorage), unlock anew.
class KeySlots {
public:
    // A header with one slot and a new vault key. Not written yet: see bytes().
    static KeySlots create(const base::Environment& environment, const fs::path& dir,
                           const crypto::Argon2Cost& cost, const NewSlot& first);

    // One Argon2id run, whichever slot fits and if none does. kWrongKey says nothing about slots.
    static KeySlots unlock(const base::Environment& environment, const fs::path& dir,
                           const crypto::SecretBytes& passphrase);
    // With what derive_key() made of a passphrase. kWrongKey also if that passphrase was changed or
    // removed since.
    static KeySlots unlock(const base::Environment& environment, const fs::path& dir,
                           const crypto::PassphraseKey& key);
    // The Argon2id run alone, under the salt and cost of the header. Says nothing about slots.
    static crypto::PassphraseKey derive_key(const base::Environment& environment,
                                            const fs::path& dir,
                                            const crypto::SecretBytes& passphrase);
    // With the vault key itself: for recovery and for tests, which then pay no Argon2id.
    static KeySlots unlock(const base::Environment& environment, const fs::path& dir,
                           const crypto::VaultKey& vault_key);

    const crypto::VaultKey& vault_key() const noexcept { return vault_key_; }
    const VaultId& vault_id() const noexcept { return header_.vault_id; }
    const crypto::Argon2Cost& cost() const noexcept { return header_.cost; }
    // The slot that opened the vault; nothing if the vault key itself did.
    std::optional<unsigned> opened_by() const noexcept { return opened_by_; }
    std::vector<SlotInfo> slots() const;
    // With MACs checked.
    const CopyStates& copy_states() const noexcept { return states_; }
    bool surplus_bytes() const noexcept { return surplus_; }

    // If one of these three fails while it writes, it may have happened all the same: the copy of
    // the header that is written first counts once it is whole. The message says so, and the error
    // isn't one for want of room.
    // Each of these tries `passphrase` against all slots first: kRefused if it opens one already.
    unsigned add(const NewSlot& fresh);
    // Puts a new passphrase into a slot that is in use, keeping kind and label. kNotFound. A new
    // cost is possible only while this is the only slot: else kRefused.
    void change(unsigned slot, const crypto::SecretBytes& passphrase,
                const std::optional<crypto::Argon2Cost>& new_cost = std::nullopt);
    // kNotFound; kRefused for the last slot.
    void remove(unsigned slot);
    // Writes both copies anew from the good one.
    void repair_copies();

    // One copy, as it is to be written twice.
    HeaderCopy bytes() const;

private:
    KeySlots(const base::Environment& environment, Header header, crypto::VaultKey vault_key);
    static KeySlots unlock(const base::Environment& environment, const fs::path& dir,
                           HeaderReading reading, const crypto::PassphraseKey& key);
    static KeySlots unlocked(const base::Environment& environment, const fs::path& dir,
                             HeaderReading reading, crypto::VaultKey vault_key,
                             ErrorCode if_no_copy_is_authentic);
    void require_used(unsigned slot) const;
    void refuse_known(const crypto::PassphraseKey& key) const;
    // `meanwhile` is what to do until it is known whether a change happened that failed once it was
    // being written; empty if nothing changes.
    void write(std::string_view meanwhile);

    base::Environment environment_;
    fs::path dir_;
    Header header_;
    crypto::VaultKey vault_key_;
    SlotDirectory directory_;
    CopyStates states_{};
    bool surplus_ = false;
    std::optional<unsigned> opened_by_;
};

}  // namespace kua::store
