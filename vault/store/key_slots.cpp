#include "vault/store/key_slots.h"

#include <algorithm>
#include <utility>

#include "vault/base/check.h"
#include "vault/base/utf8.h"

namespace kua::store {

namespace {

[[noreturn]] void refuse_passphrase() {
    throw Error{ErrorCode::kWrongKey, "this passphrase does not open the vault"};
}

void check_label(const std::string& label) {
    if (label.size() > kMaxSlotLabelBytes || !base::is_valid_utf8(label)) {
        throw Error{ErrorCode::kUsage, "a label has at most " + std::to_string(kMaxSlotLabelBytes) +
                                           " bytes of UTF-8"};
    }
}

// Under what the newest copy says: another one is out of date.
crypto::PassphraseKey derive(const HeaderReading& reading, const crypto::SecretBytes& passphrase) {
    const Header& newest = *reading.headers[reading.candidates().front()];
    return crypto::derive_passphrase_key(passphrase, newest.salt, newest.cost);
}

}  // namespace

KeySlots::KeySlots(const base::Environment& environment, Header header, crypto::VaultKey vault_key)
    : environment_(environment), header_(std::move(header)), vault_key_(std::move(vault_key)) {}

KeySlots KeySlots::create(const base::Environment& environment, const fs::path& dir,
                          const crypto::Argon2Cost& cost, const NewSlot& first) {
    check_label(first.label);
    Header header;
    header.generation = 1;
    header.cost = cost;
    environment.random.fill(header.vault_id);
    environment.random.fill(header.salt);
    for (SlotBytes& slot : header.slots) {
        environment.random.fill(slot);  // unused, and indistinguishable from used ones
    }
    KeySlots slots{environment, header, crypto::VaultKey::generate(environment.random)};
    slots.dir_ = dir;
    seal_slot(slots.header_, 0, crypto::derive_passphrase_key(first.passphrase, header.salt, cost),
              first.kind, slots.vault_key_, environment.random);
    slots.directory_[0] = {.used = true, .kind = first.kind, .label = first.label};
    slots.opened_by_ = 0;
    seal_directory(slots.header_, slots.directory_, slots.vault_key_, environment.random);
    return slots;
}

KeySlots KeySlots::unlock(const base::Environment& environment, const fs::path& dir,
                          const crypto::SecretBytes& passphrase) {
    HeaderReading reading = read_header(environment.files, dir);
    const crypto::PassphraseKey key = derive(reading, passphrase);
    return unlock(environment, dir, std::move(reading), key);
}

KeySlots KeySlots::unlock(const base::Environment& environment, const fs::path& dir,
                          const crypto::PassphraseKey& key) {
    return unlock(environment, dir, read_header(environment.files, dir), key);
}

crypto::PassphraseKey KeySlots::derive_key(const base::Environment& environment,
                                           const fs::path& dir,
                                           const crypto::SecretBytes& passphrase) {
    return derive(read_header(environment.files, dir), passphrase);
}

KeySlots KeySlots::unlock(const base::Environment& environment, const fs::path& dir,
                          HeaderReading reading, const crypto::PassphraseKey& key) {
    const std::vector<std::size_t> candidates = reading.candidates();
    const Header& newest = *reading.headers[candidates.front()];
    for (const std::size_t copy : candidates) {
        const Header& header = *reading.headers[copy];
        if (header.salt != newest.salt || header.cost != newest.cost) {
            continue;  // would take a second Argon2id run, for a copy that is out of date
        }
        std::optional<OpenedSlot> opened = find_slot(header, key);
        if (!opened) {
            continue;
        }
        KeySlots slots = unlocked(environment, dir, std::move(reading),
                                  std::move(opened->vault_key), ErrorCode::kDamaged);
        // An older copy may still have a slot that the newest one has removed or changed.
        opened = find_slot(slots.header_, key);
        if (!opened) {
            refuse_passphrase();
        }
        slots.opened_by_ = opened->slot;
        return slots;
    }
    refuse_passphrase();
}

KeySlots KeySlots::unlock(const base::Environment& environment, const fs::path& dir,
                          const crypto::VaultKey& vault_key) {
    return unlocked(environment, dir, read_header(environment.files, dir),
                    crypto::VaultKey::copy_of(vault_key.expose()), ErrorCode::kWrongKey);
}

KeySlots KeySlots::unlocked(const base::Environment& environment, const fs::path& dir,
                            HeaderReading reading, crypto::VaultKey vault_key,
                            ErrorCode if_no_copy_is_authentic) {
    const crypto::HeaderMacKey mac_key = crypto::derive_header_mac_key(vault_key);
    std::optional<std::size_t> chosen;
    for (const std::size_t copy : reading.candidates()) {
        if (!is_authentic(reading.bytes[copy], mac_key)) {
            reading.states[copy] = CopyState::kDamaged;
        } else if (!chosen) {
            chosen = copy;
            reading.states[copy] = CopyState::kGood;
        }
    }
    if (!chosen) {
        throw Error{if_no_copy_is_authentic, "no copy of the header is authentic under this key"};
    }
    KeySlots slots{environment, *reading.headers[*chosen], std::move(vault_key)};
    slots.dir_ = dir;
    slots.states_ = reading.states;
    slots.surplus_ = reading.surplus;
    slots.directory_ = open_directory(slots.header_, slots.vault_key_);
    return slots;
}

std::vector<SlotInfo> KeySlots::slots() const {
    std::vector<SlotInfo> used;
    for (unsigned slot = 0; slot < kSlotCount; ++slot) {
        if (directory_[slot].used) {
            used.push_back({slot, directory_[slot].kind, directory_[slot].label});
        }
    }
    return used;
}

unsigned KeySlots::add(const NewSlot& fresh) {
    check_label(fresh.label);
    const auto free =
        std::ranges::find_if(directory_, [](const SlotEntry& entry) { return !entry.used; });
    if (free == directory_.end()) {
        throw Error{ErrorCode::kRefused, "all 8 slots are in use; remove a passphrase first"};
    }
    const crypto::PassphraseKey key =
        crypto::derive_passphrase_key(fresh.passphrase, header_.salt, header_.cost);
    refuse_known(key);
    const auto slot = static_cast<unsigned>(free - directory_.begin());
    seal_slot(header_, slot, key, fresh.kind, vault_key_, environment_.random);
    *free = {.used = true, .kind = fresh.kind, .label = fresh.label};
    write("keep the new passphrase, too, and try whether it opens the vault");
    return slot;
}

void KeySlots::change(unsigned slot, const crypto::SecretBytes& passphrase,
                      const std::optional<crypto::Argon2Cost>& new_cost) {
    require_used(slot);
    if (new_cost && *new_cost != header_.cost) {
        if (slots().size() != 1) {
            throw Error{ErrorCode::kRefused,
                        "the cost can only change while there is one passphrase"};
        }
        // A new salt with it: the old slot was made under another cost, and must not be tried
        // again.
        refuse_known(crypto::derive_passphrase_key(passphrase, header_.salt, header_.cost));
        header_.cost = *new_cost;
        environment_.random.fill(header_.salt);
    }
    const crypto::PassphraseKey key =
        crypto::derive_passphrase_key(passphrase, header_.salt, header_.cost);
    refuse_known(key);
    seal_slot(header_, slot, key, directory_[slot].kind, vault_key_, environment_.random);
    write("keep both passphrases, the old and the new, and try which one opens the vault");
}

void KeySlots::remove(unsigned slot) {
    require_used(slot);
    if (slots().size() == 1) {
        throw Error{ErrorCode::kRefused, "the last passphrase can't be removed, only changed"};
    }
    environment_.random.fill(header_.slots[slot]);
    directory_[slot] = {};
    if (opened_by_ == slot) {
        opened_by_.reset();
    }
    write("keep the passphrase that was to go, and try whether it still opens the vault");
}

void KeySlots::repair_copies() {
    write({});
}

HeaderCopy KeySlots::bytes() const {
    return encode_header(header_, crypto::derive_header_mac_key(vault_key_), environment_.random);
}

void KeySlots::require_used(unsigned slot) const {
    if (slot >= kSlotCount || !directory_[slot].used) {
        throw Error{ErrorCode::kNotFound, "there is no such passphrase"};
    }
}

void KeySlots::refuse_known(const crypto::PassphraseKey& key) const {
    if (find_slot(header_, key)) {
        throw Error{ErrorCode::kRefused, "this passphrase already opens the vault"};
    }
}

void KeySlots::write(std::string_view meanwhile) {
    ++header_.generation;
    seal_directory(header_, directory_, vault_key_, environment_.random);
    const HeaderCopy copy = bytes();
    const auto file = environment_.files.open(dir_ / kHeaderName, base::OpenMode::kReadWrite);
    try {
        write_header_copies(*file, copy, states_);
        if (surplus_) {
            file->truncate(kHeaderCopies * kHeaderCopyBytes);
            file->sync();
            surplus_ = false;
        }
    } catch (const Error& error) {
        if (meanwhile.empty()) {
            throw;
        }
        // The copy written first decides as soon as it is whole, so this isn't undone: no error
        // for want of room, of which people are told that nothing was half-kept.
        throw Error{error.code(),
                    std::string{error.what()} + "; the change may have happened all the same: " +
                        std::string{meanwhile} + "; then kua verify --repair-header puts it right"};
    }
}

}  // namespace kua::store
